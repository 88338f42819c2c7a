"""One library's side of a comparison, run as a script by the Python that has the library.

Says what it is in a line of JSON, with the seconds of its first steps. Then it reads from each line
of standard input for how many seconds to run steps, and answers with the seconds of one; or "anew",
and answers with the seconds of the first steps of another network.
Nothing but the library and the program is imported.
"""

import importlib
import json
import os
import sys
import time
import warnings

FIRST = 4  # steps until every library has compiled what it compiles


def main(library: str, program: str) -> None:
    """Prepare the program, then serve."""
    name, _, mode = library.partition("-")
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    if hasattr(os, "sched_setaffinity"):  # for libraries that ask the machine how many to use
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    warnings.simplefilter("ignore")  # what a compiler has to say stands in the note
    module = importlib.import_module(f"{name}_steps")

    def begin():
        step = module.PROGRAMS[program](module.MODES[mode])
        first = []
        for _ in range(FIRST):
            start = time.perf_counter()
            step()
            first.append(time.perf_counter() - start)
        return step, first

    step, first = begin()
    note = getattr(module, "note", str)()
    print(json.dumps({"version": module.VERSION, "first": first, "note": note}), flush=True)
    one = first[-1]
    for line in sys.stdin:
        if line.strip() == "anew":
            step, first = begin()
            print(json.dumps(first), flush=True)
            continue
        steps = max(1, round(float(line) / one))
        start = time.perf_counter()
        for _ in range(steps):
            step()
        one = (time.perf_counter() - start) / steps
        print(one, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
