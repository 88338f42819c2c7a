"""Settings of Keras's optimisers, schedules, metrics and of its fit: the same scores here.

Skipped where Keras is missing; see `beside_keras`.
"""

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

FIT = {"epochs": 5, "batch_size": 8, "shuffle": False, "verbose": 0}


def both(head, y, make, loss="mse", fit=FIT, **compiled):
    """Theirs and ours, each compiled with what `make` makes of its module, agree."""
    theirs, ours = networks(*HEADS[head])
    theirs.compile(make(keras.optimizers), loss, **compiled)
    ours.compile(make(optim), loss, **compiled)
    same(theirs.fit(X, y, **fit).history, ours.fit(X, y, **fit).history)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X, verbose=0), rtol=1e-4, atol=1e-5)


# ----------------------------------------------------------------------------------- optimisers

RULES = [
    ("SGD", {"learning_rate": 0.03, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.03, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    ("Adam", {"weight_decay": 0.1, "amsgrad": True}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.5, "weight_decay": 0.1}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "weight_decay": 0.1}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.9, "weight_decay": 0.1}),
    ("Adamax", {"learning_rate": 0.01, "beta_1": 0.8, "weight_decay": 0.1}),
    ("Nadam", {"learning_rate": 0.01, "beta_1": 0.8, "weight_decay": 0.1}),
    ("Lion", {"learning_rate": 0.01, "beta_1": 0.8, "weight_decay": 0.1}),
    ("Lamb", {"learning_rate": 0.01}),
    ("Adafactor", {"learning_rate": 0.01}),
    ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.7, "beta": 0.2}),
    (
        "Ftrl",
        {
            "learning_rate": 0.5,
            "l1_regularization_strength": 0.1,
            "l2_regularization_strength": 0.2,
            "l2_shrinkage_regularization_strength": 0.1,
        },
    ),
    ("Adam", {"clipnorm": 0.1}),
    ("Adam", {"global_clipnorm": 0.1}),
    ("SGD", {"clipvalue": 0.01}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.9}),
    ("Adam", {"gradient_accumulation_steps": 2}),
]


@pytest.mark.parametrize(("rule", "settings"), RULES, ids=str)
def test_rules_with_the_settings_of_keras(rule, settings):
    both("number", AMOUNTS, lambda optimizers: getattr(optimizers, rule)(**settings))


@pytest.mark.parametrize("name", ["ftrl", "adafactor"])
def test_rules_by_name(name):
    compare("number", AMOUNTS, "mse", optimizer=name)


@pytest.mark.parametrize("side", ["pre", "post"])
@pytest.mark.parametrize("cut", ["pre", "post"])
@pytest.mark.parametrize("length", [None, 2, 5])
def test_sequences_are_padded_alike(side, cut, length):
    sequences = [[1, 2, 3], [4], [], [5, 6]]
    settings = {"maxlen": length, "padding": side, "truncating": cut, "value": 9}
    expected = keras.utils.pad_sequences(sequences, **settings)
    ours = nn.data.pad_sequences(sequences, **settings)
    assert ours.dtype == expected.dtype
    np.testing.assert_array_equal(ours, expected)


DECAYS = [
    ("ExponentialDecay", (0.1, 7, 0.5), {}),
    ("ExponentialDecay", (0.1, 7, 0.5), {"staircase": True}),
    ("InverseTimeDecay", (0.1, 7, 0.5), {}),
    ("InverseTimeDecay", (0.1, 7, 0.5), {"staircase": True}),
    ("PiecewiseConstantDecay", ([5, 9], [0.1, 0.05, 0.01]), {}),
    ("PolynomialDecay", (0.1, 10), {"end_learning_rate": 0.01, "power": 2.0}),
    ("PolynomialDecay", (0.1, 10), {"cycle": True}),
    ("CosineDecay", (0.1, 12), {"alpha": 0.1}),
    ("CosineDecay", (0.0, 12), {"alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 5}),
    ("CosineDecayRestarts", (0.1, 5), {}),
    ("CosineDecayRestarts", (0.1, 5), {"t_mul": 1.0, "m_mul": 0.8, "alpha": 0.1}),
]


@pytest.mark.parametrize(("name", "args", "settings"), DECAYS, ids=str)
def test_decays_have_the_rates_of_keras(name, args, settings):
    theirs = getattr(keras.optimizers.schedules, name)(*args, **settings)
    ours = getattr(optim.schedules, name)(*args, **settings)
    rates = [float(theirs(step)) for step in range(40)]
    np.testing.assert_allclose([ours(step) for step in range(40)], rates, rtol=2e-5, atol=1e-8)


@pytest.mark.parametrize("rule", ["SGD", "Adam", "RMSprop"])
def test_a_velocity_keeps_the_rates_it_was_made_with(rule):
    """A rate of 0 at first, then one that rises and falls."""
    momentum = {} if rule == "Adam" else {"momentum": 0.9}

    def make(optimizers):
        wave = optimizers.schedules.CosineDecay(0.0, 12, warmup_target=0.02, warmup_steps=5)
        return getattr(optimizers, rule)(learning_rate=wave, **momentum)

    both("number", AMOUNTS, make)


# -------------------------------------------------------------------------------------- metrics


def kinds(module, case):
    keras.utils.clear_session()  # which forgets how many metrics of a kind there were
    return KINDS[case](module.metrics)


KINDS = {
    "yes": lambda m: [
        m.PrecisionAtRecall(0.7), m.RecallAtPrecision(0.6), m.SensitivityAtSpecificity(0.6),
        m.SpecificityAtSensitivity(0.6, num_thresholds=20), m.BinaryIoU(),
        m.BinaryIoU([1], 0.4, name="iou_of_yes"), m.F1Score(), m.FBetaScore(beta=2.0),
        m.Hinge(), m.SquaredHinge(), m.BinaryCrossentropy(label_smoothing=0.1),
    ],
    "rows": lambda m: [
        m.PrecisionAtRecall(0.7, class_id=1), m.RecallAtPrecision(0.4, num_thresholds=1),
        m.OneHotMeanIoU(num_classes=4), m.OneHotIoU(num_classes=4, target_class_ids=[1, 3]),
        m.PearsonCorrelation(), m.ConcordanceCorrelation(), m.CategoricalHinge(),
        m.KLDivergence(), m.Poisson(), m.CategoricalCrossentropy(label_smoothing=0.1),
    ],
    "classes": lambda m: [m.SparseCategoricalCrossentropy()],
    "numbers": lambda m: [
        m.LogCoshError(), m.MeanAbsolutePercentageError(), m.MeanSquaredLogarithmicError(),
        m.PearsonCorrelation(), m.ConcordanceCorrelation(),
    ],
}  # fmt: skip


OF = {
    "yes": ("sigmoid", YES[:, None], "bce"),
    "rows": ("softmax", ONE_HOT, "categorical_crossentropy"),
    "classes": ("softmax", CLASSES, "sparse_categorical_crossentropy"),
    "numbers": ("numbers", VECTORS, "mse"),
}


@pytest.mark.parametrize("case", OF)
def test_metrics_by_class(case):
    head, y, loss = OF[case]
    models = networks(*HEADS[head])
    for model, module, optimizers in zip(models, (keras, nn), (keras.optimizers, optim)):
        model.compile(optimizers.SGD(learning_rate=0.05), loss, metrics=kinds(module, case))
    theirs, ours = (model.fit(X, y, **FIT).history for model in models)
    same(theirs, ours)


@pytest.mark.parametrize("name", ["AUC", "RecallAtPrecision"])
def test_scores_at_and_beyond_the_thresholds(name):
    rng = np.random.default_rng(0)
    score = np.concatenate([np.arange(20) / 19, rng.normal(0.5, 1, 40)]).astype("float32")
    truth = rng.integers(0, 2, 60)
    first = {"num_thresholds": 20} if name == "AUC" else {"precision": 0.6, "num_thresholds": 20}
    theirs, ours = getattr(keras.metrics, name)(**first), getattr(nn.metrics, name)(**first)
    theirs.update_state(truth, score)
    ours.update_state(truth, score)
    assert ours.result() == pytest.approx(float(theirs.result()), rel=1e-6)


@pytest.mark.parametrize("case", ["yes", "numbers"])
def test_weighted_metrics_by_class(case):
    head, y, loss = OF[case]
    models = networks(*HEADS[head])
    for model, module, optimizers in zip(models, (keras, nn), (keras.optimizers, optim)):
        metrics = [m for m in kinds(module, case) if "IoU" not in type(m).__name__]
        model.compile(optimizers.SGD(learning_rate=0.05), loss, weighted_metrics=metrics)
    theirs, ours = (model.fit(X, y, sample_weight=WEIGHTS, **FIT).history for model in models)
    same(theirs, ours)


@pytest.mark.parametrize("y", [np.where(YES, 1, -1)[:, None], SHARES], ids=["signs", "shares"])
def test_what_is_a_yes_where_targets_are_not_0_and_1(y):
    counts = ["precision", "recall", "AUC", "true_positives", "false_negatives", "f1_score"]
    head, loss = ("number", "hinge") if y.shape[1] == 1 else ("softmax", "mse")
    compare(head, y, loss, counts)


@pytest.mark.parametrize("weight", [None, RNG.integers(1, 4, 53)], ids=["plain", "weighted"])
@pytest.mark.parametrize("ignored", [None, 2])
def test_overlaps_of_class_numbers(ignored, weight):
    answers = RNG.integers(0, 5, 53)  # there are 4: one more is of no class
    for name, settings in (("MeanIoU", {}), ("IoU", {"target_class_ids": [0, 2]})):
        settings = {"num_classes": 4, "ignore_class": ignored, **settings}
        theirs = getattr(keras.metrics, name)(**settings)
        ours = getattr(nn.metrics, name)(**settings)
        for part in (slice(20), slice(20, 53)):
            w = None if weight is None else weight[part]
            theirs.update_state(CLASSES[part], answers[part], w)
            ours.update_state(CLASSES[part], answers[part], w)
        assert ours.result() == pytest.approx(float(theirs.result()), rel=1e-5)


def test_means_and_sums():
    for name in ("Mean", "Sum"):
        theirs, ours = getattr(keras.metrics, name)(), getattr(nn.metrics, name)()
        for values, weight in ((3.0, None), ([1.0, 2.0], [2.0, 0.5]), ([[4.0], [5.0]], None)):
            theirs.update_state(values, weight)
            ours.update_state(values, weight)
        assert ours.result() == pytest.approx(float(theirs.result()))


def test_a_weighted_metric_beside_itself_has_a_name_of_its_own():
    compare(
        "softmax", CLASSES, "sparse_categorical_crossentropy", ["accuracy"], ["accuracy"],
        sample_weight=WEIGHTS,
    )  # fmt: skip


@pytest.mark.parametrize("form", [{"out": "mae"}, {"out": ["mae"]}, [["mae"]], ("mae",)], ids=str)
def test_metrics_of_several_outputs_are_those_of_the_only_one(form):
    both("number", AMOUNTS, lambda optimizers: optimizers.SGD(learning_rate=0.05), metrics=form)


# --------------------------------------------------------------------------------------- losses


@pytest.mark.parametrize(
    ("name", "head", "y"),
    [("Dice", "sigmoids", LABELS), ("Tversky", "sigmoids", LABELS),
     ("MeanSquaredError", "numbers", VECTORS), ("Huber", "number", AMOUNTS[:, None])],
)  # fmt: skip
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean_with_sample_weight"])
def test_reductions_of_weighted_losses(name, head, y, reduction):
    loss = [getattr(m.losses, name)(reduction=reduction) for m in (keras, nn)]
    if name not in ("Dice", "Tversky") or reduction == "sum_over_batch_size":
        compare(head, y, loss, sample_weight=WEIGHTS)
    compare(head, y, loss)


@pytest.mark.parametrize("q", [0.3, 0.7])
def test_a_generalised_crossentropy(q):
    loss = [m.losses.CategoricalGeneralizedCrossEntropy(q=q) for m in (keras, nn)]
    compare("softmax", CLASSES, loss, ["acc"])


# ------------------------------------------------------------------------------------------ fit


def test_validation_after_chosen_epochs():
    held = X[:21] + 1, AMOUNTS[:21]
    compare("number", AMOUNTS, "mse", validation_data=held, validation_freq=[1, 4], epochs=5)


def test_every_epoch_judges_the_same_part_of_a_generator():
    def stream(y):
        while True:
            for i in range(0, 48, 8):
                yield X[i : i + 8], y[i : i + 8]

    def make(optimizers):
        return optimizers.SGD(learning_rate=0.05)

    theirs, ours = networks(*HEADS["number"])
    histories = []
    for model, optimizers in ((theirs, keras.optimizers), (ours, optim)):
        model.compile(make(optimizers), "mse")
        data = {"validation_data": stream(AMOUNTS), "validation_steps": 2}
        histories.append(
            model.fit(stream(AMOUNTS), steps_per_epoch=4, epochs=3, verbose=0, **data).history
        )
    same(*histories)


class Parts(keras.utils.PyDataset):
    def __len__(self):
        return 7

    def __getitem__(self, i):
        return X[i * 8 : i * 8 + 8], CLASSES[i * 8 : i * 8 + 8]


@pytest.mark.parametrize("weight", [None, {0: 1.0, 1: 3.0}])
def test_a_dataset_that_gives_batches_by_number(weight):
    models = networks(*HEADS["softmax"])
    histories = []
    for model, optimizers in zip(models, (keras.optimizers, optim)):
        model.compile(optimizers.SGD(learning_rate=0.05), "sparse_categorical_crossentropy")
        fit = {"epochs": 2, "shuffle": False, "verbose": 0, "class_weight": weight}
        histories.append(model.fit(Parts(), **fit).history)
    same(*histories)


def spy(base):
    """A callback that writes down every call of its hooks, and what it wrote."""
    seen = []

    def hook(moment):
        def write(self, *args, **named):
            logs = [a for a in (*args, *named.values()) if isinstance(a, dict)]
            numbers = [a for a in args if not isinstance(a, dict)]
            seen.append((moment, numbers, [sorted(log.items()) for log in logs]))

        return write

    moments = [m for m in dir(keras.callbacks.Callback) if m.startswith("on_")]
    moments = [m for m in moments if m not in ("on_batch_begin", "on_batch_end")]
    return type("Spy", (base,), {m: hook(m) for m in moments})(), seen


def test_hooks_are_called_at_the_same_moments_with_the_same_logs():
    calls = []
    models = networks(*HEADS["softmax"])
    for model, module, optimizers in zip(models, (keras, nn), (keras.optimizers, optim)):
        watch, seen = spy(module.callbacks.Callback)
        model.compile(
            optimizers.SGD(learning_rate=0.05), "sparse_categorical_crossentropy", metrics=["acc"]
        )
        fit = {"batch_size": 20, "epochs": 2, "shuffle": False, "verbose": 0}
        model.fit(X, CLASSES, validation_split=0.2, callbacks=[watch], **fit)
        model.fit(X, CLASSES, initial_epoch=1, callbacks=[watch], **fit)
        model.evaluate(X, CLASSES, batch_size=30, callbacks=[watch], verbose=0)
        model.predict(X, batch_size=30, callbacks=[watch], verbose=0)
        assert watch.params["steps"] == 2
        calls.append(seen)
    theirs, ours = calls
    assert [(moment, numbers) for moment, numbers, _ in ours] == [
        (moment, numbers) for moment, numbers, _ in theirs
    ]
    for (moment, _, expected), (_, _, logs) in zip(theirs, ours, strict=True):
        if moment.startswith("on_predict"):
            continue  # theirs hold the outputs
        for mine, other in zip(logs, expected):
            assert [name for name, _ in mine] == [name for name, _ in other], moment
            np.testing.assert_allclose([v for _, v in mine], [v for _, v in other], rtol=2e-5)
