"""Yes or no: is this handwritten digit an 8, or a 3?

One output neuron with a sigmoid gives the probability of an 8. Where to say yes is our choice: the
threshold. All thresholds together are the ROC curve, and the area under it is one number for how
well the network tells the two apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import autograd
import nn
from demos import figures, moving
from demos.data import load_digits
from demos.language import label
from demos.report import Markup

NO, YES = 3, 8
EPOCHS, BATCH = 20, 16
THRESHOLDS = np.linspace(1, 0, 51)
COVER = "doubts"


class Pictures(NamedTuple):
    """Pictures (n, 256) of threes and eights, and whether each is an eight, 1 or 0."""

    images: np.ndarray
    is_eight: np.ndarray


def prepare() -> tuple[Pictures, Pictures]:
    """The threes and eights among the digits, to learn from and to be tested on."""
    train_images, train_labels, test_images, test_labels = load_digits()

    def chosen(images: np.ndarray, labels: np.ndarray) -> Pictures:
        either = np.isin(labels, (NO, YES))
        return Pictures(images[either], (labels[either] == YES).astype(int))

    return chosen(train_images, train_labels), chosen(test_images, test_labels)


def build() -> nn.Sequential:
    """256 pixels, 8 hidden neurons, one probability."""
    model = nn.Sequential(nn.Linear(256, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def rates(probability: np.ndarray, truth: np.ndarray, threshold: float) -> tuple[float, float]:
    """The part of the threes taken for eights, and the part of the eights that was found."""
    yes = probability >= threshold
    return float(yes[truth == 0].mean()), float(yes[truth == 1].mean())


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """What the page shows; `seed` chooses the first weights and the order of the digits."""
    train, test = prepare()
    autograd.manual_seed(seed)
    model = build()
    epochs = 5 if quick else EPOCHS
    history = model.fit(*train, epochs=epochs, batch_size=BATCH, validation_split=0.1)
    scores = model.evaluate(*test)
    probability, truth = model.predict(test.images).ravel(), test.is_eight

    eights, threes = probability[truth == 1], probability[truth == 0]
    above = (eights[:, None] > threes).mean() + (eights[:, None] == threes).mean() / 2
    doubt = np.argsort(np.abs(probability - 0.5))[:20]
    curve = np.array([rates(probability, truth, t) for t in THRESHOLDS])
    half = int(np.argmin(np.abs(THRESHOLDS - 0.5)))
    return {
        "epochs": epochs,
        "train_digits": len(train.images),
        "test_digits": len(truth),
        "accuracy": scores["accuracy"],
        "loss": scores["loss"],
        "auc": nn.metrics.AUC()(probability, truth),
        "above": above,
        "pairs": len(eights) * len(threes),
        "false_half": curve[half][0],
        "found_half": curve[half][1],
        "wrong": int(((probability >= 0.5) != truth).sum()),
        "doubtful": len(doubt),
        "first_loss": history["loss"][0],
        "last_loss": history["loss"][-1],
        "sure_loss": -np.log(0.99),
        "doubt_loss": -np.log(0.5),
        "wrong_loss": -np.log(0.01),
        "curves": figures.curves(
            {
                name: {"training": history[name], "validation": history[f"val_{name}"]}
                for name in ("loss", "accuracy")
            }
        ),
        "threshold": threshold_figure(eights, threes, curve, half),
        "doubts": figures.pictures(
            test.images[doubt],
            [f"{probability[i]:.2f}, {label('is')} {(NO, YES)[truth[i]]}" for i in doubt],
        ),
    }


def threshold_figure(
    eights: np.ndarray, threes: np.ndarray, curve: np.ndarray, half: int
) -> Markup:
    """The answers to both kinds of digits, and the ROC curve, with a threshold to move."""
    answers = figures.panel("answers to the test digits", xlabel="probability of an 8")
    bins = np.linspace(0, 1, 26).tolist()
    answers.hist(threes, bins, color=figures.GREY, label=label("threes"))
    answers.hist(eights, bins, color=figures.ORANGE, alpha=0.7, label=label("eights"))
    answers.set_xlim(-0.01, 1.01)
    answers.set_ylabel(label("how many"))
    answers.legend(loc=(0.58, 0.7))

    roc = figures.panel("ROC curve", xlabel="threes taken for eights", ylabel="eights found")
    roc.plot(*curve.T, color=figures.GREY, linewidth=1)
    roc.plot([0, 1], [0, 1], ":", color=figures.GREY)
    roc.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))

    at_the_foot = np.column_stack([THRESHOLDS, np.zeros_like(THRESHOLDS)])
    times = [
        f"{label('threshold')} {t:.2f}: {label('eights found')} {found:.0%}, "
        f"{label('threes taken for eights')} {false:.0%}"
        for t, (false, found) in zip(THRESHOLDS, curve, strict=True)
    ]
    return moving.player(
        [
            moving.growing(answers, {"threshold": at_the_foot}, upright=True, at=half),
            moving.growing(roc, {"threshold": curve}, at=half),
        ],
        times,
        at=half,
    )
