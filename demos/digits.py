"""Handwritten digits: 256 pixels go in, ten probabilities come out, the largest is the answer.

The five steps of every learning program, each a function of its name: prepare the data, preprocess
it, build the network, train it, evaluate it on digits it has never seen. Two networks go through
them side by side: a perceptron, for which a picture is a row of numbers, and a convolutional one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
from demos import digit_figures, figures, pad
from demos.data import Digits, load_digits
from demos.language import language

BATCH = 32
HELD_BACK = 0.1  # the part of the training digits that is only watched
EPOCHS = {"perceptron": 20, "convolutional": 12}


def prepare() -> Digits:
    """Read the digits: 4,000 to learn from, 1,000 to be tested on."""
    return load_digits()


def preprocess(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """The ideal answers: 1 for the right digit, 0 elsewhere. (The pixels are 0 or 1 already.)"""
    ideal = nn.one_hot(digits.train_labels, 10)
    return digits.train_images, ideal


def perceptron() -> nn.Sequential:
    """256 pixels, 128 hidden neurons, 10 probabilities: every neuron looks at every pixel."""
    return nn.Sequential(
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, 10),
        nn.Softmax(),
    )


def convolutional() -> nn.Sequential:
    """Neurons that look at 3×3 pixels, with the same weights everywhere in the picture."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 16, 16)),  # a row of 256 numbers becomes a picture again
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 16×16 becomes 8×8
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 4×4
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(32 * 4 * 4, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
        nn.Softmax(),
    )


def train(model: nn.Sequential, images: np.ndarray, ideal: np.ndarray, epochs: int) -> nn.History:
    """Show every digit again and again; a tenth is kept aside to watch for learning by heart."""
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model.fit(images, ideal, BATCH, epochs, validation_split=HELD_BACK)


def evaluate(model: nn.Sequential, digits: Digits) -> dict[str, float]:
    """How good are the answers on the 1,000 digits it has never seen?"""
    return dict(model.evaluate(digits.test_images, nn.one_hot(digits.test_labels, 10)))


def saliency(model: nn.Sequential, images: np.ndarray) -> np.ndarray:
    """What a little more ink on each pixel would do to the winning probability: its gradient."""
    return np.asarray(autograd.grad(lambda pixels: model(pixels).max(axis=1).sum())(images))


def tell(out: Path, seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """Take the five steps with both networks; returns what the page shows."""
    digits = prepare()
    images, ideal = preprocess(digits)
    models, histories, scores = {}, {}, {}
    for name, build in {"perceptron": perceptron, "convolutional": convolutional}.items():
        autograd.manual_seed(seed)
        models[name] = model = build()
        print(f"\n{name}")
        model.summary((256,))
        histories[name] = train(model, images, ideal, 2 if quick else EPOCHS[name])
        scores[name] = evaluate(model, digits)
        print(f"test accuracy: {scores[name]['accuracy']:.1%} of 1,000 digits never seen before")
    pad.write(out / "draw.html", models, digits.test_images, digits.test_labels, language())

    predictions = {name: model.predict(digits.test_images) for name, model in models.items()}
    answers = {name: p.argmax(axis=1) for name, p in predictions.items()}
    shown = _telling(digits.test_labels, *answers.values())
    case = shown[2]
    one_of_each = [int(np.flatnonzero(digits.test_labels == d)[0]) for d in range(10)]
    seen, labels = digits.test_images[one_of_each], digits.test_labels[one_of_each]
    three = [int(np.flatnonzero(digits.train_labels == d)[k]) for k in range(3) for d in range(10)]
    loss = _one_loss(models["perceptron"], digits, case)
    gradient = models["perceptron"][0].weight.grad
    strongest = np.argsort(-np.abs(gradient).sum(axis=1))[:20]
    return {
        "n_train": len(digits.train_labels),
        "n_test": len(digits.test_labels),
        "scores": scores,
        "first": {n: {k: v[0] for k, v in h.history.items()} for n, h in histories.items()},
        "last": {n: {k: v[-1] for k, v in h.history.items()} for n, h in histories.items()},
        "filters": models["convolutional"][1].weight.size + models["convolutional"][1].bias.size,
        "label": digits.test_labels[case],
        "answer": answers["perceptron"][case],
        "case_loss": loss.item(),
        "examples": figures.pictures(
            digits.train_images[three], [str(digits.train_labels[i]) for i in three]
        ),
        "one_hot": [
            (f"{d}", *(f"{number:.0f}" for number in row)) for d, row in enumerate(np.eye(10))
        ],
        "learning": digit_figures.learning(histories),
        "both": [
            (
                name,
                f"{sum(p.size for p in models[name].parameters()):,}",
                f"{scores[name]['loss']:.3f}",
                f"{scores[name]['accuracy']:.1%}",
            )
            for name in models
        ],
        "bars": digit_figures.ideal_against_predictions(
            digits.test_images[shown],
            digits.test_labels[shown],
            {name: p[shown] for name, p in predictions.items()},
        ),
        "confusions": [
            figures.confusion(digits.test_labels, answer, name) for name, answer in answers.items()
        ],
        "saliencies": digit_figures.stacks(
            seen, [saliency(m, seen) for m in models.values()], [str(d) for d in labels]
        ),
        "near": {
            name: _near_ink(saliency(model, digits.test_images), digits.test_images)
            for name, model in models.items()
        },
        "near_area": _near_ink(np.ones_like(digits.test_images), digits.test_images),
        "graph": figures.graph(loss, direction="TB"),
        "moved": figures.pictures(gradient[strongest], [str(i) for i in strongest], diverging=True),
    }


def _telling(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> list[int]:
    """Two digits that both networks read, two only the second, one only the first, one neither."""
    kinds = [
        ((first == labels) & (second == labels), 2),
        ((first != labels) & (second == labels), 2),
        ((first == labels) & (second != labels), 1),
        ((first != labels) & (second != labels), 1),
    ]
    return [int(i) for kind, count in kinds for i in np.flatnonzero(kind)[:count]]


def _near_ink(maps: np.ndarray, images: np.ndarray) -> float:
    """The part of all of `maps`, by size, that lies at most one pixel from ink."""
    padded = np.pad(images.reshape(-1, 16, 16), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    near = windows.max(axis=(3, 4)).reshape(images.shape)
    return float((np.abs(maps) * near).sum() / np.abs(maps).sum())


def _one_loss(model: nn.Sequential, digits: Digits, case: int) -> autograd.Value:
    """The loss of a single test digit, sent back."""
    model.zero_grad()
    prediction = model(digits.test_images[case : case + 1])
    loss = model.loss(prediction, nn.one_hot(digits.test_labels[case : case + 1], 10))
    loss.name = "loss"
    loss.backward()
    return loss
