"""The same network here and in Keras, and what it means that both train alike.

Tests that use it are skipped where Keras is missing:

    pip install keras torch
    python -m pytest tests/nn/test_against_keras.py tests/nn/test_keras_settings.py
"""

import importlib
import importlib.util
import os

import numpy as np

import nn
import optim

BACKEND = next((name for name in ("torch", "jax") if importlib.util.find_spec(name)), None)
keras = None  # if it, or what it needs beneath it, is missing
if BACKEND and importlib.util.find_spec("keras"):
    os.environ.setdefault("KERAS_BACKEND", BACKEND)
    keras = importlib.import_module("keras")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(53, 6)).astype("float32")  # 53: the last batch is a smaller one
CLASSES = RNG.integers(0, 4, 53)
ONE_HOT = np.eye(4)[CLASSES]
YES = RNG.integers(0, 2, 53)
LABELS = RNG.integers(0, 2, (53, 4))
SHARES = RNG.dirichlet(np.ones(4), 53)
AMOUNTS = RNG.uniform(0.5, 3, 53)
VECTORS = RNG.uniform(0.2, 3, (53, 4))
WEIGHTS = RNG.uniform(0, 2, 53)
LAYERS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "softmax": nn.Softmax}


def networks(*layers):
    """Theirs and ours of (outputs, activation), with the same weights."""
    rng = np.random.default_rng(1)
    dense = [keras.layers.Dense(n, activation=bend) for n, bend in layers]
    theirs, ours, inputs = keras.Sequential([keras.Input((6,)), *dense]), [], 6
    for layer, (outputs, bend) in zip(dense, layers, strict=True):
        w = rng.normal(size=(inputs, outputs)).astype("float32") * 0.6
        b = rng.normal(size=outputs).astype("float32") * 0.1
        layer.set_weights([w, b])
        linear = nn.Linear(inputs, outputs)
        linear.weight.data, linear.bias.data = w.T, b
        ours += [linear, LAYERS[bend]()] if bend else [linear]
        inputs = outputs
    return theirs, nn.Sequential(*ours)


HEADS = {
    "softmax": [(9, "relu"), (4, "softmax")],
    "sigmoid": [(9, "relu"), (1, "sigmoid")],
    "sigmoids": [(9, "relu"), (4, "sigmoid")],
    "number": [(9, "tanh"), (1, None)],
    "numbers": [(9, "tanh"), (4, None)],
}


def same(theirs, ours):
    """Two dictionaries of scores, to the rounding of float32."""
    ours = getattr(ours, "history", ours)
    assert set(ours.keys()) == set(theirs)
    for name, scores in theirs.items():
        np.testing.assert_allclose(ours[name], scores, rtol=2e-5, atol=1e-6, err_msg=name)


def compare(head, y, loss, metrics=(), weighted=(), optimizer=None, epochs=3, lr=0.05, **fit):
    """Training, judging and predicting agree."""
    theirs, ours = networks(*HEADS[head])
    their_loss, our_loss = loss if isinstance(loss, list) else (loss, loss)
    theirs.compile(
        optimizer or keras.optimizers.SGD(lr),
        their_loss,
        metrics=list(metrics),
        weighted_metrics=list(weighted),
    )
    ours.compile(
        optimizer=optimizer or optim.SGD(ours.parameters(), lr=lr),
        loss=our_loss,
        metrics=metrics,
        weighted_metrics=weighted,
    )
    settings = {"batch_size": 8, "epochs": epochs, "shuffle": False, "verbose": 0, **fit}
    same(theirs.fit(X, y, **settings).history, ours.fit(X, y, **settings).history)
    for batch_size in (10, 53):
        judge = {"batch_size": batch_size, "sample_weight": fit.get("sample_weight"), "verbose": 0}
        same(theirs.evaluate(X, y, return_dict=True, **judge), ours.evaluate(X, y, **judge))
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X, verbose=0), rtol=1e-4, atol=1e-5)
    return theirs, ours
