"""`python -m demos` lists the chapters; with a NAME it runs one and leaves a page in out/NAME/."""

from __future__ import annotations

import argparse
import difflib
import sys
import webbrowser
from pathlib import Path
from typing import Any

from demos import course, notebooks
from demos.language import LANGUAGES, speaking

WHOLE = {
    "all": "the whole course, with an index and a glossary",
    "notebooks": "the same course as Jupyter notebooks",
}
#: Where a package that is missing comes from.
NEEDED = {
    "matplotlib": "chainrule[demos]",
    "hypothesis": "chainrule[demos]",
    "nbformat": "chainrule[notebooks]",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.name is None:
        return _list()
    if options.name not in (*course.CHAPTERS, *WHOLE):
        near = difflib.get_close_matches(options.name, [*course.CHAPTERS, *WHOLE], 1)
        hint = f"; did you mean {near[0]}?" if near else "."
        there = ", ".join([*course.CHAPTERS, *WHOLE])
        print(f"there is no demo {options.name!r}{hint} There are: {there}", file=sys.stderr)
        return 2
    try:
        with speaking(options.lang):
            page = _make(options)
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        print(f'{error.name} is missing: pip install "{NEEDED[error.name]}"', file=sys.stderr)
        return 1
    except ValueError as error:
        if options.name != "speed":
            raise
        print(error, file=sys.stderr)  # a name that was mistyped
        return 2
    print(f"pictures: {page}", file=sys.stderr if options.json else sys.stdout)
    if options.open:
        webbrowser.open(page.resolve().as_uri())
    return 0


def _make(options: argparse.Namespace) -> Path:
    settings = {"seed": options.seed, "quick": options.quick}
    if options.name == "notebooks":
        return notebooks.write_all(options.out / "notebooks", **settings)
    settings |= {"epochs": options.epochs, **_speed_options(options)}
    if options.name == "all":
        return course.build_all(options.out, **settings)
    return course.build(options.name, options.out, **settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demos", description=__doc__)
    parser.add_argument(
        "name", nargs="?", help="which chapter, `all` or `notebooks`; none lists them"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the pages")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pages")
    parser.add_argument("--seed", type=int, default=0, help="start of all random draws")
    parser.add_argument("--quick", action="store_true", help="fewer steps: seconds, worse results")
    parser.add_argument("--epochs", type=_positive, help="sequence: how long to train")
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
    speed.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _speed_options(options: argparse.Namespace) -> dict[str, Any]:
    chosen = {"peers": options.peers, "rows": options.rows}
    return {
        "pythons": options.python,
        "threads": options.threads,
        "as_json": options.json,
        **{key: names for key, names in chosen.items() if names is not None},
    }


def _list() -> int:
    width = max(map(len, [*course.CHAPTERS, *WHOLE]))
    print("python -m demos NAME, where NAME is one of\n")
    for name, what in {**course.CHAPTERS, **WHOLE}.items():
        print(f"  {name:<{width}}  {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
