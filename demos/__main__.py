"""`python -m demos` lists the demos; with a NAME it runs one and leaves a page in out/NAME/."""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from pathlib import Path

#: Every demo: a module of this package with `run(out, seed) -> page` and a docstring.
DEMOS = {
    "neuron": "one neuron, one weight: prediction, loss, slope, correction",
    "descent": "down the curve until the slope is 0; learning rates, a local minimum, a saddle",
    "line": "sizes and prices of 2,930 houses: an arbitrary line, its errors, the best line",
    "digits": "real handwriting: prepare, preprocess, build, train, evaluate",
    "backprop": "a loss of 0.6 goes back through a small network, to each weight by its influence",
    "speed": "one training step here against micrograd and PyTorch, measured in turn",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos", description=__doc__)
    parser.add_argument("name", nargs="?", help="which demo to run; none lists them")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pages")
    parser.add_argument("--seed", type=int, default=0, help="start of all random draws")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="INTERPRETER",
        help="speed: a Python that has a peer installed; may be given several times",
    )
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
    extra = {"pythons": options.python} if options.name == "speed" else {}
    page = demo.run(options.out / options.name, seed=options.seed, **extra)
    print(f"pictures: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
