"""Kill a training with SIGKILL at random moments, resume it, and compare with one never killed.

    python tests/nn/kill_often.py 50        fifty runs, each killed at least once

Every run is killed again and again until it gets to its end.
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


def disturbed(folder: Path, epochs: int, kills: int, within: float, random) -> int:
    """A run killed up to `kills` times, each within so many seconds; returns how often it was."""
    done = 0
    while done < kills:
        run = start(folder, epochs)
        time.sleep(random.uniform(0, within))
        run.send_signal(signal.SIGKILL)
        if run.wait(timeout=60) == 0:
            run.stdout.close()
            return done
        run.stdout.close()
        done += 1
    finish(start(folder, epochs))
    return done


def differences(a: Path, b: Path) -> list[str]:
    """Which files of two runs are not the same to the last bit."""
    wrong = [n for n in ("history.csv", "log.csv") if (a / n).read_bytes() != (b / n).read_bytes()]
    with np.load(a / "weights.npz") as one, np.load(b / "weights.npz") as other:
        wrong += [name for name in one if one[name].tobytes() != other[name].tobytes()]
        assert set(one) == set(other)
    return wrong


def main(runs: int) -> None:
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as place:
        took = undisturbed(Path(place) / "whole", epochs=12)
        kills = 0
        for i in range(runs):
            folder = Path(place) / f"killed{i}"
            kills += disturbed(folder, 12, kills=3, within=took, random=random)
            wrong = differences(Path(place) / "whole", folder)
            assert not wrong, f"run {i}: {wrong}"
        left = list(Path(place).glob("*/.*.part"))
        print(f"{runs} runs killed {kills} times, all equal to the last bit; {len(left)} leftovers")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
