"""The same network and data here and in Keras: the same scores, epoch after epoch.

Skipped where Keras is missing; see `beside_keras`.
"""

import csv

import numpy as np
import pytest

import nn
import optim
from tests.nn.beside_keras import (
    AMOUNTS,
    CLASSES,
    HEADS,
    LABELS,
    ONE_HOT,
    RNG,
    SHARES,
    VECTORS,
    WEIGHTS,
    YES,
    X,
    compare,
    keras,
    networks,
    same,
)

if keras is None:
    pytest.skip("needs Keras, and torch or jax beneath it", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore")  # Keras's own


# ------------------------------------------------------------------------------ losses, metrics

OF_CLASSES = ["acc", "accuracy", "sparse_categorical_crossentropy", "SparseCategoricalAccuracy"]
OF_ROWS = [
    "acc", "categorical_accuracy", "categorical_crossentropy", "mse", "MAE", "kl_divergence",
    "AUC", "Precision", "recall", "cosine_similarity", "categorical_hinge", "binary_accuracy",
    "binary_crossentropy", "poisson", "true_positives", "TrueNegatives", "false_positives",
    "FalseNegatives",
]  # fmt: skip
OF_YES = [
    "acc", "accuracy", "binary_accuracy", "BinaryAccuracy", "auc", "precision", "Recall", "mse",
    "bce", "BCE", "binary_crossentropy", "hinge", "squared_hinge", "mean_absolute_error",
]  # fmt: skip
OF_NUMBERS = [
    "mse", "MSE", "mean_squared_error", "mae", "MAE", "mape", "MAPE", "msle", "MSLE",
    "log_cosh_error", "cosine_similarity", "root_mean_squared_error", "RootMeanSquaredError",
    "r2_score", "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "accuracy",
]  # fmt: skip
LOSSES_OF_ROWS = [
    "categorical_crossentropy", "CategoricalCrossentropy", "kl_divergence", "kld", "KLD", "mse",
    "MAE", "poisson", "categorical_hinge", "categorical_focal_crossentropy", "cosine_similarity",
    "huber", "log_cosh", "msle", "binary_crossentropy", "binary_focal_crossentropy", "dice",
    "tversky",
]  # fmt: skip
LOSSES_OF_YES = [
    "binary_crossentropy", "bce", "BCE", "BinaryCrossentropy", "hinge", "squared_hinge", "mse",
    "binary_focal_crossentropy",
]  # fmt: skip
LOSSES_OF_NUMBERS = [
    "mse", "mae", "mean_squared_error", "MeanAbsoluteError", "mean_absolute_percentage_error",
    "msle", "huber", "Huber", "log_cosh",
]  # fmt: skip


@pytest.mark.parametrize("y", [CLASSES, CLASSES[:, None], CLASSES.astype("int8")], ids=np.shape)
def test_class_numbers(y):
    compare("softmax", y, "sparse_categorical_crossentropy", OF_CLASSES)


@pytest.mark.parametrize("y", [ONE_HOT, SHARES], ids=["one-hot", "shares"])
@pytest.mark.parametrize("loss", LOSSES_OF_ROWS)
def test_rows_of_probabilities(loss, y):
    compare("softmax", y, loss, OF_ROWS if loss.startswith("cat") and y is ONE_HOT else ["acc"])


@pytest.mark.parametrize("y", [YES[:, None], YES[:, None].astype(float), YES[:, None] > 0])
@pytest.mark.parametrize("loss", LOSSES_OF_YES)
def test_yes_or_no(loss, y):
    compare("sigmoid", y, loss, OF_YES if loss == "bce" else ["acc", "AUC"])


def test_yes_or_no_in_a_row_of_labels():
    compare("sigmoid", YES, "binary_crossentropy", ["acc", "AUC", "Precision", "mse"])


def test_several_labels():
    compare("sigmoids", LABELS, "bce", ["acc", "binary_accuracy", "AUC", "Precision", "Recall"])


@pytest.mark.parametrize("y", [AMOUNTS, AMOUNTS[:, None]], ids=np.shape)
@pytest.mark.parametrize("loss", LOSSES_OF_NUMBERS)
def test_numbers(loss, y):
    lr = 1e-4 if "percentage" in loss else 0.05
    compare("number", y, loss, OF_NUMBERS if loss == "mse" else ["mae"], lr=lr)


def test_several_numbers():
    compare("numbers", VECTORS, "mse", OF_NUMBERS)


OBJECTS = {
    "scores": ("numbers", ONE_HOT, "CategoricalCrossentropy", {"from_logits": True}),
    "scores of classes": ("numbers", CLASSES, "SparseCategoricalCrossentropy",
                          {"from_logits": True}),
    "one score": ("number", YES[:, None], "BinaryCrossentropy", {"from_logits": True}),
    "smooth": ("softmax", ONE_HOT, "CategoricalCrossentropy", {"label_smoothing": 0.1}),
    "smooth yes": ("sigmoid", YES[:, None], "BinaryCrossentropy", {"label_smoothing": 0.1}),
    "ignored": ("softmax", CLASSES, "SparseCategoricalCrossentropy", {"ignore_class": 1}),
    "wide huber": ("number", AMOUNTS, "Huber", {"delta": 0.3}),
    "sum": ("number", AMOUNTS, "MeanSquaredError", {"reduction": "sum"}),
    "focal": ("softmax", ONE_HOT, "CategoricalFocalCrossentropy", {"alpha": 0.4, "gamma": 1.5}),
    "focal yes": ("sigmoid", YES[:, None], "BinaryFocalCrossentropy",
                  {"gamma": 1.5, "apply_class_balancing": True, "alpha": 0.3}),
    "tversky": ("sigmoids", LABELS, "Tversky", {"alpha": 0.3, "beta": 0.7}),
}  # fmt: skip


@pytest.mark.parametrize("case", OBJECTS)
def test_losses_with_settings(case):
    head, y, name, settings = OBJECTS[case]
    compare(head, y, [getattr(L, name)(**settings) for L in (keras.losses, nn.losses)], ["acc"])


@pytest.mark.parametrize("no", [0, -1])
@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_metrics_beside_a_hinge_see_the_labels_as_they_were_given(loss, no):
    y = np.where(YES > 0, 1, no)[:, None]
    compare("number", y, loss, ["accuracy", "binary_accuracy", "mse", "mae", "hinge"])
    compare("numbers", np.where(LABELS > 0, 1, no), loss, ["accuracy", "squared_hinge"])


@pytest.mark.parametrize("name", ["crossentropy", "ce"])
@pytest.mark.parametrize(
    ("head", "y"),
    [("softmax", CLASSES), ("softmax", CLASSES[:, None]), ("softmax", ONE_HOT),
     ("sigmoid", YES[:, None])],
)  # fmt: skip
def test_a_crossentropy_of_the_kind_that_the_shapes_say(name, head, y):
    compare(head, y, name, ["accuracy"])


SEVERAL = [0.2, 0.5, 0.7]
COUNTS = {
    "thresholds": ("sigmoid", YES[:, None], "bce", [
        (name, {"thresholds": thresholds})
        for name in ("Precision", "Recall", "TruePositives", "FalseNegatives")
        for thresholds in (SEVERAL, [0.3], 0.45)
    ]),
    "thresholds of rows": ("softmax", ONE_HOT, "categorical_crossentropy", [
        ("Precision", {"thresholds": SEVERAL, "class_id": 1}), ("Recall", {"top_k": 2}),
        ("Precision", {"thresholds": SEVERAL, "top_k": 2}), ("Recall", {"thresholds": SEVERAL}),
        ("TrueNegatives", {"thresholds": SEVERAL}), ("FalsePositives", {}),
    ]),
    "f1": ("softmax", ONE_HOT, "categorical_crossentropy", [
        ("F1Score", {"average": average, **more})
        for average in (None, "micro", "macro", "weighted") for more in ({}, {"threshold": 0.3})
    ] + [("FBetaScore", {"beta": 2.0}), ("FBetaScore", {"average": "micro", "beta": 0.5})]),
    "f1 of labels": ("sigmoids", LABELS, "bce", [
        ("F1Score", {"threshold": 0.5}), ("F1Score", {}), ("F1Score", {"average": "weighted"})
    ]),
    "f1 of yes": ("sigmoid", YES[:, None], "bce", [("F1Score", {"threshold": 0.5})]),
}  # fmt: skip


@pytest.mark.parametrize("weight", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("case", COUNTS)
def test_counts_with_settings(case, weight):
    """With several thresholds, and by class, a score is an array in every epoch."""
    head, y, loss, kinds = COUNTS[case]
    models = networks(*HEADS[head])
    for model, module, sgd in zip(
        models, (keras, nn), (keras.optimizers.SGD(0.05), optim.SGD), strict=True
    ):
        metrics = [
            getattr(module.metrics, kind)(**settings, name=f"m{i}")
            for i, (kind, settings) in enumerate(kinds)
        ]
        if module is nn:
            sgd = sgd(model.parameters(), lr=0.05)
        model.compile(optimizer=sgd, loss=loss, weighted_metrics=metrics)
    fit = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0, "sample_weight": weight}
    theirs, ours = (model.fit(X, y, **fit).history for model in models)
    same(theirs, ours)
    for name in theirs:
        assert np.shape(theirs[name]) == np.shape(ours[name])


def test_f1_by_name_is_an_array_with_a_score_for_each_class():
    compare("softmax", ONE_HOT, "categorical_crossentropy", ["FBetaScore", "F1Score"])


# -------------------------------------------------------------------------------------- weights


@pytest.mark.parametrize("y", [CLASSES, CLASSES[:, None], ONE_HOT], ids=np.shape)
def test_class_weights(y):
    loss = ("sparse_" if y is not ONE_HOT else "") + "categorical_crossentropy"
    by_class = {0: 1.0, 1: 3.0, 2: 0.5, 3: 2.0}
    compare("softmax", y, loss, ["acc"], ["mse"] * (y is ONE_HOT), class_weight=by_class)
    compare("softmax", y, loss, ["acc"], class_weight=by_class, validation_split=0.3)


def test_class_weights_of_yes_and_no():
    compare("sigmoid", YES[:, None], "bce", ["acc"], ["mse"], class_weight={0: 1.0, 1: 4.0})


@pytest.mark.parametrize(
    ("head", "y", "loss"),
    [("softmax", CLASSES, "sparse_categorical_crossentropy"), ("number", AMOUNTS[:, None], "mse")],
)
def test_sample_weights(head, y, loss):
    metrics = ["acc"] if head == "softmax" else ["mae"]
    weighted = ["accuracy"] if head == "softmax" else ["mse"]
    compare(head, y, loss, metrics, weighted, sample_weight=WEIGHTS)
    compare(head, y, loss, metrics, weighted, sample_weight=WEIGHTS, validation_split=0.25)


def test_validation_data():
    held = X[:20] + 1, CLASSES[:20]
    loss = "sparse_categorical_crossentropy"
    compare("softmax", CLASSES, loss, ["acc"], validation_data=held)
    compare("softmax", CLASSES, loss, ["acc"], ["accuracy"], validation_data=(*held, WEIGHTS[:20]))
    compare(
        "softmax", CLASSES, loss, ["acc"], validation_data=held, validation_freq=2,
        validation_batch_size=7, epochs=4,
    )  # fmt: skip


@pytest.mark.parametrize("part", [0.1, 0.33, 0.5])
def test_validation_split(part):
    compare("number", AMOUNTS, "mse", ["mae"], validation_split=part)


@pytest.mark.parametrize("batch_size", [1, 13, 53, 100, None])
def test_batches_of_every_size(batch_size):
    compare("softmax", CLASSES, "sparse_categorical_crossentropy", ["acc"], batch_size=batch_size)


@pytest.mark.parametrize("steps", [1, 3, 7, 100])
def test_epochs_of_so_many_batches(steps):
    """The next epoch goes on behind them; the one that comes to the end is shorter."""
    validation = {"validation_data": (X[:20], CLASSES[:20]), "validation_steps": 2}
    theirs, ours = compare(
        "softmax", CLASSES, "sparse_categorical_crossentropy", ["acc"],
        epochs=6, steps_per_epoch=steps, **validation,
    )  # fmt: skip
    judge = {"batch_size": 8, "steps": 2, "verbose": 0}
    same(theirs.evaluate(X, CLASSES, return_dict=True, **judge), ours.evaluate(X, CLASSES, **judge))
    expected = theirs.predict(X, **judge)
    np.testing.assert_allclose(ours.predict(X, **judge), expected, rtol=1e-4, atol=1e-5)


def test_the_epochs_that_are_left():
    compare("number", AMOUNTS, "mse", epochs=5, initial_epoch=3)


# ----------------------------------------------------------------------------------- optimisers


@pytest.mark.parametrize(
    "name", ["sgd", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam", "Adam"]
)
def test_optimisers_by_name_have_the_defaults_of_keras(name):
    compare("softmax", CLASSES, "sparse_categorical_crossentropy", optimizer=name, epochs=6)


def test_lion_by_name_has_the_defaults_of_keras():
    compare("number", AMOUNTS, "mse", optimizer="lion")


@pytest.mark.parametrize(
    ("rule", "theirs", "ours"),
    [
        ("RMSprop", {"rho": 0.8, "epsilon": 0.01}, {"alpha": 0.8, "lr": 1e-3}),
        ("RMSprop", {"centered": True, "momentum": 0.5, "epsilon": 0.01},
         {"centered": True, "momentum": 0.5, "alpha": 0.9, "lr": 1e-3}),
        ("Adam", {"amsgrad": True, "epsilon": 0.01}, {"amsgrad": True}),
        ("AdamW", {"weight_decay": 0.1, "epsilon": 0.01}, {"weight_decay": 0.1}),
    ],
)  # fmt: skip
def test_rules_with_the_epsilon_of_keras(rule, theirs, ours):
    a, b = networks(*HEADS["number"])
    a.compile(getattr(keras.optimizers, rule)(**theirs), "mse")
    b.compile("mse", getattr(optim, rule)(b.parameters(), eps=0.01, keras_eps=True, **ours))
    fit = {"epochs": 5, "batch_size": 8, "shuffle": False, "verbose": 0}
    same(a.fit(X, AMOUNTS, **fit).history, b.fit(X, AMOUNTS, **fit).history)


# ------------------------------------------------------------------------------- batch by batch


def test_single_batches():
    theirs, ours = networks(*HEADS["softmax"])
    for model in (theirs, ours):
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["acc", "mse"])
    for i in range(4):
        x, y, w = (a[i * 9 : i * 9 + 9] for a in (X, ONE_HOT, WEIGHTS))
        expected = theirs.train_on_batch(x, y, sample_weight=w, return_dict=True)
        scores = ours.train_on_batch(x, y, sample_weight=w)
        if i == 0:  # Keras goes on counting over batches; one batch is the same
            same({k: float(v) for k, v in expected.items()}, scores)
    theirs.reset_metrics()
    expected = theirs.test_on_batch(X, ONE_HOT, return_dict=True)
    same({k: float(v) for k, v in expected.items()}, ours.test_on_batch(X, ONE_HOT))
    np.testing.assert_allclose(
        ours.predict_on_batch(X), np.asarray(theirs.predict_on_batch(X)), rtol=1e-4, atol=1e-5
    )


def test_scores_come_in_the_order_of_keras():
    theirs, ours = networks(*HEADS["softmax"])
    for model in (theirs, ours):
        model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["acc", "mae"])
    loss, accuracy, error = ours.evaluate(X, ONE_HOT, verbose=0)
    np.testing.assert_allclose(
        [loss, accuracy, error], theirs.evaluate(X, ONE_HOT, verbose=0), rtol=1e-5
    )


@pytest.mark.parametrize("curve", ["ROC", "PR"])
@pytest.mark.parametrize("shape", [(40,), (40, 1), (40, 3)])
@pytest.mark.parametrize("settings", [{}, {"num_thresholds": 7}, {"multi_label": True}], ids=str)
def test_estimated_areas(curve, shape, settings):
    if len(shape) == 1 and "multi_label" in settings:
        pytest.skip("Keras wants rows for it")
    theirs = keras.metrics.AUC(curve=curve, **settings)
    ours = nn.metrics.AUC(curve, **{"num_thresholds": 200, **settings})
    for rows in (slice(13), slice(13, 40)):
        score = RNG.random(shape)[rows].round(2)
        truth = RNG.integers(0, 2, shape)[rows]
        theirs.update_state(truth, score)
        ours.update(score, truth)
    assert ours.result() == pytest.approx(float(theirs.result()), rel=1e-5)


@pytest.mark.parametrize("average", ["micro", "macro", "weighted", None])
@pytest.mark.parametrize("beta", [1.0, 2.0])
@pytest.mark.parametrize("threshold", [None, 0.3])
def test_f_scores(average, beta, threshold):
    theirs = keras.metrics.FBetaScore(average, beta, threshold)
    ours = nn.metrics.FBetaScore(average, beta, threshold)
    for rows in (slice(20), slice(20, 53)):
        theirs.update_state(ONE_HOT[rows], SHARES[rows], WEIGHTS[rows])
        ours.update(SHARES[rows], ONE_HOT[rows], WEIGHTS[rows])
    np.testing.assert_allclose(ours.result(), np.asarray(theirs.result()), rtol=1e-5)


# ------------------------------------------------------------------------------------ callbacks


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 1},
        {"patience": 3, "min_delta": 0.003},
        {"patience": 2, "restore_best_weights": True, "start_from_epoch": 2},
        {"patience": 2, "baseline": 0.3},
    ],
    ids=str,
)
def test_early_stopping_ends_after_the_same_epoch(settings):
    fit = {"epochs": 30, "batch_size": 8, "shuffle": False, "verbose": 0, "validation_split": 0.3}
    theirs, ours = networks(*HEADS["number"])
    theirs.compile(keras.optimizers.SGD(0.1), "mse")
    ours.compile("mse", optim.SGD(ours.parameters(), lr=0.1))
    expected = theirs.fit(
        X, AMOUNTS, callbacks=[keras.callbacks.EarlyStopping(**settings)], **fit
    ).history
    same(expected, ours.fit(X, AMOUNTS, callbacks=[nn.callbacks.EarlyStopping(**settings)], **fit))
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X, verbose=0), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 1, "factor": 0.5},
        {"patience": 2, "factor": 0.3, "cooldown": 2, "min_lr": 0.01},
        {"patience": 1, "factor": 0.5, "min_delta": 0.01, "monitor": "loss"},
    ],
    ids=str,
)
def test_the_rate_falls_after_the_same_epochs(settings):
    fit = {"epochs": 25, "batch_size": 8, "shuffle": False, "verbose": 0, "validation_split": 0.3}
    theirs, ours = networks(*HEADS["number"])
    theirs.compile(keras.optimizers.SGD(0.1), "mse")
    ours.compile("mse", optim.SGD(ours.parameters(), lr=0.1))
    expected = theirs.fit(
        X, AMOUNTS, callbacks=[keras.callbacks.ReduceLROnPlateau(**settings)], **fit
    ).history
    watch = nn.callbacks.ReduceLROnPlateau(**settings)
    same(expected, ours.fit(X, AMOUNTS, callbacks=[watch], **fit))


def test_logs_and_schedules(tmp_path):
    fit = {"epochs": 4, "batch_size": 8, "shuffle": False, "verbose": 0, "validation_split": 0.3}
    theirs, ours = networks(*HEADS["number"])
    theirs.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    ours.compile("mse", optim.SGD(ours.parameters(), lr=0.1), metrics=["mae"])
    logs = []
    for model, callbacks in ((theirs, keras.callbacks), (ours, nn.callbacks)):
        path = tmp_path / f"{len(logs)}.csv"
        watch = [
            callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.5 if epoch else lr),
            callbacks.CSVLogger(str(path)),
        ]
        model.fit(X, AMOUNTS, callbacks=watch, **fit)
        with path.open() as file:
            logs.append(list(csv.DictReader(file)))
    for row, expected in zip(logs[1], logs[0], strict=True):
        assert list(row) == [c for c in expected if c != "val_learning_rate"]
        for name, number in row.items():
            assert float(number) == pytest.approx(float(expected[name]), rel=2e-5), name
