"""Handwritten digits: 256 pixels go in, ten probabilities come out, the largest is the answer.

The five steps of every learning program, each a function of its name: prepare the data, preprocess
it, build the network, train it, evaluate it on digits it has never seen. Then the pictures.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd
import nn
from demos import figures
from demos.data import Digits, load_digits
from demos.report import Report

EPOCHS, BATCH = 20, 32


def prepare() -> Digits:
    """Read the digits: 4,000 to learn from, 1,000 to be tested on."""
    return load_digits()


def preprocess(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """The ideal answers: 1 for the right digit, 0 elsewhere. (The pixels are 0 or 1 already.)"""
    ideal = nn.one_hot(digits.train_labels, 10)
    return digits.train_images, ideal


def build() -> nn.Sequential:
    """256 pixels, 128 hidden neurons, 10 probabilities."""
    model = nn.Sequential(
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, 10),
        nn.Softmax(),
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def train(model: nn.Sequential, images: np.ndarray, ideal: np.ndarray) -> nn.History:
    """Show every digit 20 times; a tenth is kept aside to watch for learning by heart."""
    return model.fit(images, ideal, batch_size=BATCH, epochs=EPOCHS, validation_split=0.1)


def evaluate(model: nn.Sequential, digits: Digits) -> dict[str, float]:
    """How good are the answers on the 1,000 digits it has never seen?"""
    return dict(model.evaluate(digits.test_images, nn.one_hot(digits.test_labels, 10)))


def run(out: Path, seed: int = 0) -> Path:
    """Take the five steps and leave a page of pictures in `out`; returns the page's path."""
    autograd.manual_seed(seed)
    digits = prepare()
    images, ideal = preprocess(digits)
    model = build()
    model.summary()
    history = train(model, images, ideal)
    scores = evaluate(model, digits)
    print(f"test accuracy: {scores['accuracy']:.1%} of 1,000 digits never seen in training")
    return _page(model, digits, history, scores).save(out)


# -------------------------------------------------------------------------------------- pictures


def _page(
    model: nn.Sequential, digits: Digits, history: nn.History, scores: dict[str, float]
) -> Report:
    probabilities = model.predict(digits.test_images)
    answers = probabilities.argmax(axis=1)
    labels = digits.test_labels
    right, wrong = np.flatnonzero(answers == labels), np.flatnonzero(answers != labels)
    shown = np.concatenate([right[:3], wrong[:3]])

    page = Report(
        "A network learns to read digits",
        "Real handwriting goes in as 256 black or white pixels; ten probabilities come out; "
        "the largest is the answer.",
    )
    page.numbers(
        {
            "test accuracy": f"{scores['accuracy']:.1%}",
            "test loss": f"{scores['loss']:.3f}",
            "weights and biases": f"{sum(p.size for p in model.parameters()):,}",
            "training digits": f"{len(digits.train_labels):,}",
        }
    )

    page.section("Prepare: real handwriting")
    page.text(
        "Each digit was written by a person (MNIST) and reduced to 16 × 16 pixels, ink or paper. "
        "The network sees a row of 256 numbers, 1 for ink and 0 for paper, and nothing else."
    )
    first = [int(np.flatnonzero(digits.train_labels == d)[k]) for k in range(3) for d in range(10)]
    page.figure(
        figures.pictures(digits.train_images[first], [str(digits.train_labels[i]) for i in first]),
        alt="Three handwritten examples of each digit from 0 to 9, as black and white pixels.",
        caption="Three of the 400 training examples of each digit.",
    )

    page.section("Preprocess: the ideal answer")
    page.text(
        "For every digit the ideal prediction is known: 1 for the right digit, 0 for the nine "
        "others. The loss is the distance between prediction and ideal (the cross-entropy: minus "
        "the logarithm of the probability given to the right digit)."
    )

    page.section("Build: layers of weights and biases")
    page.code(repr(model))

    page.section("Train: correct every weight, a little, many times")
    page.figure(
        figures.curves(
            {
                "loss": {
                    "training": history["loss"],
                    "validation": history["val_loss"],
                },
                "accuracy": {
                    "training": history["accuracy"],
                    "validation": history["val_accuracy"],
                },
            }
        ),
        alt=f"Training loss falls from {history['loss'][0]:.2f} to {history['loss'][-1]:.2f}; "
        f"validation accuracy rises from {history['val_accuracy'][0]:.0%} "
        f"to {history['val_accuracy'][-1]:.0%}.",
        caption="Loss and accuracy after each pass over the training digits. The validation "
        "digits are never learned from. Dropout switches neurons off during training only, "
        "which is why training can look worse than validation.",
    )

    page.section("Evaluate: digits it has never seen")
    page.figure(
        figures.ideal_against_prediction(
            digits.test_images[shown], labels[shown], probabilities[shown]
        ),
        alt="For three digits answered rightly and three answered wrongly: the picture, the ideal "
        "one-hot bar and the ten predicted probabilities.",
        caption="Ideal (grey) against prediction, for three right answers and three wrong ones.",
    )
    page.figure(
        figures.confusion(labels, answers),
        alt=f"Table of digits against answers; {len(right)} of {len(labels)} lie on the diagonal.",
        caption="Rows: the digit that was written. Columns: the answer. Off the diagonal: errors.",
    )

    page.section("Look inside: how one loss travels back")
    case = int(wrong[0]) if len(wrong) else int(right[0])
    model.zero_grad()
    prediction = model(digits.test_images[case : case + 1])
    loss = model.loss(prediction, nn.one_hot(labels[case : case + 1], 10))
    loss.name = "loss"
    loss.backward()
    page.text(
        f"This is the graph of a single loss, {loss.item():.3f}, for a {labels[case]} that was "
        f"read as {answers[case]}. Follow it from the loss upwards: every arrow carries the "
        "message sent back along it."
    )
    page.drawing(
        autograd.draw(loss, direction="TB").svg(),
        alt="Graph of one prediction: the two linear layers with their weights and biases, the "
        "cross-entropy, and the gradients that travel back.",
        caption="Drawn from the recorded graph itself. Under each layer's weights: the range of "
        "their values, and a small map of the gradient that reached them. Softmax and the "
        "cross-entropy after it are computed as one step, which keeps them exact.",
    )
    weight = model[0].weight
    strongest = np.argsort(-np.abs(weight.grad).sum(axis=1))[:20]
    page.figure(
        figures.pictures(
            weight.grad[strongest], [f"neuron {i}" for i in strongest], diverging=True
        ),
        alt="Gradients of the 20 first-layer neurons that this digit moves most, each as a 16 by "
        "16 picture in the shape of the digit.",
        caption="The gradient that reached the first layer's weights, for the 20 neurons it moves "
        "most, as pictures. Only pixels with ink have one. Blue: positive, so the weight is "
        "corrected downwards; orange: negative, so it is corrected upwards.",
    )
    return page
