"""`python -m demos` lists the demos; with a NAME it runs one and leaves a page in out/NAME/."""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from pathlib import Path
from typing import Any

#: Every demo: a module of this package with `run(out, seed) -> page` and a docstring.
DEMOS = {
    "neuron": "one neuron, one weight: prediction, loss, slope, correction",
    "descent": "down the curve until the slope is 0; learning rates, a local minimum, a saddle",
    "line": "sizes and prices of 2,930 houses: an arbitrary line, its errors, the best line",
    "digits": "real handwriting: prepare, preprocess, build, train, evaluate",
    "backprop": "a loss of 0.6 goes back through a small network, to each weight by its influence",
    "speed": "one training step here and in PyTorch, JAX, micrograd ..., measured in turn",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos", description=__doc__)
    parser.add_argument("name", nargs="?", help="which demo to run; none lists them")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pages")
    parser.add_argument("--seed", type=int, default=0, help="start of all random draws")
    speed = parser.add_argument_group("speed")
    speed.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="INTERPRETER",
        help="a Python that has a peer installed; may be given several times",
    )
    speed.add_argument("--peers", type=_names, metavar="A,B", help="whom to compare with; all")
    speed.add_argument("--rows", type=_names, metavar="A,B", help="which programs to run; all")
    speed.add_argument("--threads", type=int, default=0, help="for every library; 2 if there are")
    speed.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    speed.add_argument("--json", action="store_true", help="print JSON instead of the table")
    options = parser.parse_args(arguments)
    if options.name is None:
        width = max(map(len, DEMOS))
        print("python -m demos NAME, where NAME is one of\n")
        for name, story in DEMOS.items():
            print(f"  {name:<{width}}  {story}")
        return 0
    if options.name not in DEMOS:
        near = difflib.get_close_matches(options.name, DEMOS, 1)
        hint = f"; did you mean {near[0]}?" if near else "."
        print(
            f"there is no demo {options.name!r}{hint} There are: {', '.join(DEMOS)}",
            file=sys.stderr,
        )
        return 2
    demo = importlib.import_module(f"demos.{options.name}")
    extra = _speed_options(options) if options.name == "speed" else {}
    try:
        page = demo.run(options.out / options.name, seed=options.seed, **extra)
    except ValueError as error:
        if options.name != "speed":
            raise
        print(error, file=sys.stderr)  # a name that was mistyped
        return 2
    print(f"pictures: {page}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _speed_options(options: argparse.Namespace) -> dict[str, Any]:
    chosen = {"peers": options.peers, "rows": options.rows}
    return {
        "pythons": options.python,
        "threads": options.threads,
        "quick": options.quick,
        "as_json": options.json,
        **{key: names for key, names in chosen.items() if names is not None},
    }


if __name__ == "__main__":
    sys.exit(main())
