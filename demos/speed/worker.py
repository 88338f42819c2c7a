"""One library's side of a comparison, run as a script by the Python that has the library.

Reads a number of steps from each line of standard input, runs them, and answers with the seconds
per step. Nothing but the library and the program is imported.
"""

import importlib
import sys
import time


def main(library: str, program: str) -> None:
    """Prepare the program, then serve."""
    module = importlib.import_module(f"{library}_steps")
    step = module.PROGRAMS[program]()
    step()
    print("ready", module.VERSION, flush=True)
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            step()
        print((time.perf_counter() - start) / steps, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
