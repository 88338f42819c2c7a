"""Kill trainings with SIGKILL at random moments, resume them, and compare with one never killed.

    python tests/nn/kill_often.py 50

Fifty runs are killed, each once, at a moment drawn evenly from the time a whole run takes; each is
then resumed, and its weights, history and log must equal those of the whole run to the last bit. A
run that ends before its signal arrives is not counted: another takes its place.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SCRIPT = Path(__file__).with_name("resume_run.py")
ROOT = SCRIPT.parents[2]


def start(folder: Path, epochs: int) -> subprocess.Popen:
    """A training that has got as far as to call `fit`."""
    folder.mkdir(exist_ok=True)
    run = subprocess.Popen(
        [sys.executable, SCRIPT, folder, str(epochs)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout
    assert run.stdout.readline() == "ready\n", "the training did not start"
    return run


def finish(run: subprocess.Popen) -> None:
    assert run.stdout
    assert run.wait(timeout=60) == 0
    run.stdout.close()


def undisturbed(folder: Path, epochs: int) -> float:
    """A run that nobody kills; returns how long it trained."""
    run = start(folder, epochs)
    began = time.perf_counter()
    finish(run)
    return time.perf_counter() - began


def killed(folder: Path, epochs: int, within: float, random) -> float | None:
    """A run sent SIGKILL at a random moment; returns when, or None if it had ended before."""
    run = start(folder, epochs)
    moment = random.uniform(0, within)
    time.sleep(moment)
    run.send_signal(signal.SIGKILL)
    code = run.wait(timeout=60)
    assert run.stdout
    run.stdout.close()
    assert code in (0, -signal.SIGKILL), f"the training failed by itself with {code}"
    return moment if code else None


def differences(a: Path, b: Path) -> list[str]:
    """Which files of two runs are not the same to the last bit."""
    wrong = [n for n in ("history.csv", "log.csv") if (a / n).read_bytes() != (b / n).read_bytes()]
    with np.load(a / "weights.npz") as one, np.load(b / "weights.npz") as other:
        wrong += [name for name in one if one[name].tobytes() != other[name].tobytes()]
        assert set(one) == set(other)
    return wrong


def main(runs: int, epochs: int = 12) -> None:
    random = np.random.default_rng()
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        took = undisturbed(whole, epochs)
        done, ended, moments = 0, 0, []
        while done < runs:
            folder = Path(place) / f"run{done + ended}"
            moment = killed(folder, epochs, took, random)
            if moment is None:  # it was quicker than the signal: that was no kill
                ended += 1
                continue
            done += 1
            moments.append(moment)
            finish(start(folder, epochs))
            wrong = differences(whole, folder)
            assert not wrong, f"killed after {moment:.3f} s, then not the same: {wrong}"
        left = list(Path(place).glob("*/.*.part"))
        print(
            f"{done} runs killed between {min(moments):.3f} and {max(moments):.3f} s of "
            f"{took:.3f} s and resumed: all {done} equal to the last bit "
            f"({ended} more ended before the signal; {len(left)} leftover files)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
