"""A training that may be killed at any moment: run again, it goes on from its checkpoint.

    python resume_run.py FOLDER        trains, or goes on; leaves weights.npz and history.csv

The tests kill it a few times; `python tests/nn/kill_often.py 50` does so to fifty runs.
"""

import sys
from pathlib import Path

import numpy as np

import autograd
import nn
import optim


def main(folder: Path, epochs: int = 6) -> None:
    autograd.manual_seed(1)
    random = np.random.default_rng(0)
    x = random.normal(size=(90, 6)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int) + (x[:, 2] > 1)
    model = nn.Sequential(
        nn.Linear(6, 16), nn.LayerNorm(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
    )
    model.compile(
        nn.CrossEntropyLoss(label_smoothing=0.1),
        optim.AdamW(model.parameters(), lr=0.01),
        metrics=["accuracy", nn.metrics.AUC()],
        accumulate=2,
        clip_norm=1.0,
        ema=0.9,
    )
    schedule = optim.schedules.CosineAnnealingLR(model.optimizer, T_max=60)
    file = folder / "run.safetensors"
    print("ready", flush=True)
    history = model.fit(
        x,
        y,
        batch_size=8,
        epochs=epochs,
        validation_split=0.2,
        verbose=0,
        callbacks=[
            nn.callbacks.LearningRateScheduler(schedule, per="step"),
            nn.callbacks.EarlyStopping(patience=50, restore_best_weights=True),
            nn.callbacks.CSVLogger(folder / "log.csv"),
        ],
        checkpoint=file,
        checkpoint_every=1,
        resume=file,
    )
    history.to_csv(folder / "history.csv")
    model.save(folder / "weights.npz")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
