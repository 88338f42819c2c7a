"""Who knows Keras writes it here; the numbers are those that Keras 3.15 gives."""

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import ShapeError, Value

SCORES = np.array([0.9, 0.2, 0.6, 0.4, 0.75, 0.1])
TRUE = np.array([1, 0, 1, 1, 0, 0])
TIMES = np.array([1.0, 2, 1, 3, 1, 2])
RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3)).astype(np.float32)
CLASSES = RNG.integers(0, 3, 20)


def classifier():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 3), nn.Softmax())


def compiled(model=None, loss="sparse_categorical_crossentropy", optimizer="sgd", **settings):
    model = model or classifier()
    model.compile(loss, optimizer, **settings)
    return model


def line(optimizer, **settings):
    model = nn.Linear(3, 1)
    model.weight.data = np.ones_like(model.weight.data)
    model.bias.data = np.zeros_like(model.bias.data)
    return compiled(model, "mse", optimizer, **settings)


# -------------------------------------------------------------------------------------- metrics


@pytest.mark.parametrize(
    ("metric", "plain", "weighted"),
    [
        (nn.metrics.PrecisionAtRecall(0.6), 0.75, 0.83333331),
        (nn.metrics.RecallAtPrecision(0.6), 1.0, 1.0),
        (nn.metrics.SensitivityAtSpecificity(0.6), 1.0, 1.0),
        (nn.metrics.SpecificityAtSensitivity(0.9), 0.66666669, 0.80000001),
        (nn.metrics.BinaryIoU(), 0.5, 0.41666669),
    ],
    ids=repr,
)
def test_scores_at_a_threshold(metric, plain, weighted):
    for weight, expected in ((None, plain), (TIMES, weighted)):
        metric.reset_state()
        for part in (slice(4), slice(4, 6)):
            w = None if weight is None else weight[part]
            metric.update_state(TRUE[part], SCORES[part], w)
        assert metric.result() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (nn.metrics.PearsonCorrelation(), 0.49467948),
        (nn.metrics.ConcordanceCorrelation(), 0.42659965),
        (nn.metrics.LogCoshError(), 0.08936771),
        (nn.metrics.Poisson(), 0.74707937),
        (nn.metrics.KLDivergence(), 1.53247261),
    ],
    ids=repr,
)
def test_scores_of_numbers(metric, expected):
    metric.update_state(TRUE.astype(float), SCORES)
    assert np.sum(metric.result()) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("ignored", "expected"), [(None, 0.55555552), (0, 0.33333334)])
def test_overlap_of_classes(ignored, expected):
    metric = nn.metrics.MeanIoU(num_classes=3, ignore_class=ignored)
    metric.update_state([0, 1, 2, 2, 1], [0, 2, 2, 1, 1])
    assert metric.result() == pytest.approx(expected)


def test_overlap_learns_from_a_models_outputs_how_many_classes_there_are():
    model = compiled(metrics=["mean_iou", "confusion_matrix"])
    matrix = model.evaluate(X, CLASSES)["confusion_matrix"]
    both, either = np.diag(matrix), matrix.sum(0) + matrix.sum(1) - np.diag(matrix)
    assert model.evaluate(X, CLASSES)["mean_iou"] == pytest.approx((both / either).mean())


def test_overlap_of_class_numbers_must_be_told_how_many_there_are():
    with pytest.raises(ValueError, match=r"give MeanIoU\(num_classes="):
        nn.metrics.MeanIoU()(np.array([0, 1]), np.array([0, 1]))


def test_correlation_of_single_numbers_is_refused():
    with pytest.raises(ShapeError, match=r"PearsonCorrelation\(axis=0\) compares the examples"):
        nn.metrics.PearsonCorrelation()(np.ones((5, 1)), np.ones((5, 1)))


def test_the_largest_of_one_output_is_that_output():
    with pytest.warns(UserWarning, match="f1_score: .*threshold=0.5"):
        assert nn.metrics.F1Score()(SCORES[:, None], TRUE) == pytest.approx([0.66666667])
    half = nn.metrics.F1Score(threshold=0.5)(SCORES[:, None], TRUE)
    assert nn.metrics.get("f1")(SCORES[:, None], TRUE) == pytest.approx(half[0])


def test_all_but_0_is_a_yes_and_whoever_calls_a_no_minus_1_is_told():
    for name, expected in (("precision", 1.0), ("recall", 0.5), ("auc", 0.0)):
        with pytest.warns(UserWarning, match=rf"{name}: targets are 0 .* found -1; .*y > 0"):
            assert nn.metrics.get(name)(SCORES, 2 * TRUE - 1) == pytest.approx(expected)


def test_a_loss_that_calls_a_no_minus_1_says_so_to_its_metrics():
    model = compiled(nn.Linear(3, 1), nn.SoftMarginLoss(), metrics=["precision", "recall"])
    yes = (model.predict(X) > 0).ravel()
    scores = model.evaluate(X, np.where(yes, 1, -1))
    assert scores["precision"] == scores["recall"] == 1


def test_class_numbers_may_be_compared_directly():
    answers, truth = np.array([2, 0, 1, 1]), np.array([2, 0, 1, 2])
    assert nn.metrics.Accuracy()(answers, truth) == 0.75
    matrix = nn.metrics.ConfusionMatrix()
    matrix(np.array([0, 1]), np.array([0, 1]))
    assert matrix(answers, truth).tolist() == [[2, 0, 0], [0, 2, 0], [0, 1, 1]]


def test_a_weighted_metric_beside_itself_has_a_name_of_its_own():
    model = compiled(metrics=["accuracy"], weighted_metrics=["accuracy"])
    right = model.predict(X).argmax(axis=1) == CLASSES
    weight = RNG.uniform(0, 2, 20)
    scores = model.evaluate(X, CLASSES, sample_weight=weight)
    assert scores["accuracy"] == pytest.approx(right.mean())
    assert scores["weighted_accuracy"] == pytest.approx((right * weight).sum() / weight.sum())


@pytest.mark.parametrize("form", [{"out": "acc"}, {"out": ["acc"]}, [["acc"]], ("acc",)], ids=str)
def test_metrics_of_several_outputs_are_those_of_the_only_one(form):
    assert list(compiled(metrics=form).evaluate(X, CLASSES).keys()) == ["loss", "acc"]


@pytest.mark.parametrize("name", ["iou", "PrecisionAtRecall", "recall_at_precision"])
def test_a_name_that_says_too_little_is_answered_with_the_class(name):
    with pytest.raises(ValueError, match=r"needs to know more than its name: nn\.metrics\."):
        nn.metrics.get(name)


def test_means_and_sums_of_numbers_from_elsewhere():
    mean, total = nn.metrics.Mean(), nn.metrics.Sum()
    for metric in (mean, total):
        metric.update_state(Value(3.0))
        metric.update_state([1.0, 2.0], sample_weight=[2.0, 0.5])
    assert (mean.result(), total.result()) == (pytest.approx(6 / 3.5), 6.0)


# --------------------------------------------------------------------------------------- losses


def test_a_distance_of_the_whole_batch_counts_as_its_examples_do():
    dice = nn.losses.Dice()
    target = TRUE[:, None].astype(float)
    assert dice(SCORES[:, None], target) == pytest.approx(0.36134458)
    assert dice(SCORES[:, None], target, TIMES) == pytest.approx(0.60224098)


def test_a_mean_by_weight():
    loss = nn.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    squares = (SCORES - TRUE) ** 2
    expected = (TIMES * squares).sum() / TIMES.sum()
    assert loss(SCORES, TRUE.astype(float), TIMES) == pytest.approx(expected)
    assert loss(SCORES, TRUE.astype(float), 0 * TIMES) == 0
    assert loss(SCORES, TRUE.astype(float)) == nn.MSELoss()(SCORES, TRUE.astype(float))


# ------------------------------------------------------------------------------------------ fit


def test_a_weight_for_a_class_that_there_is_not_is_refused():
    fit = {"verbose": 0, "class_weight": {0: 1.0, 3: 2.0}}
    with pytest.raises(ValueError, match=r"class 3, but the model has 3 outputs, so classes are 0"):
        compiled().fit(X, CLASSES, **fit)
    with pytest.raises(ValueError, match="class 3, but the model has one output"):
        compiled(nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()), "bce").fit(X, CLASSES > 0, **fit)


def test_a_class_that_does_not_occur_may_have_a_weight():
    compiled().fit(X, np.minimum(CLASSES, 1), verbose=0, class_weight={0: 1.0, 2: 2.0})


def test_validation_after_chosen_epochs():
    seen = []
    watch = nn.callbacks.LambdaCallback(on_test_begin=lambda logs: seen.append(model.history.epoch))
    model = compiled()
    fit = {"verbose": 0, "epochs": 5, "validation_split": 0.5, "validation_freq": [1, 4]}
    history = model.fit(X, CLASSES, callbacks=[watch], **fit)
    assert len(seen) == len(history["val_loss"]) == 2
    for wrong in (0, "2", [1, -1]):
        with pytest.raises(ValueError, match="validation_freq must be a positive integer"):
            model.fit(X, CLASSES, **{**fit, "validation_freq": wrong})


@pytest.mark.parametrize("function", [False, True])
def test_every_epoch_judges_the_same_part_of_a_stream(function):
    def stream():
        for i in range(1000):
            yield X[i % 5 * 4 : i % 5 * 4 + 4], CLASSES[i % 5 * 4 : i % 5 * 4 + 4]

    model = compiled(optimizer=optim.SGD(learning_rate=0.0))
    data = stream if function else stream()
    fit = {"verbose": 0, "epochs": 3, "validation_data": data, "validation_steps": 2}
    first, *others = model.fit(X, CLASSES, **fit)["val_loss"]
    assert others == [first] * 2
    assert first == pytest.approx(model.evaluate(X[:8], CLASSES[:8])["loss"])


def test_batches_by_number_with_weights_of_classes():
    class Parts:
        ends = 0

        def __len__(self):
            return 4

        def __getitem__(self, i):
            return X[i * 5 : i * 5 + 5], CLASSES[i * 5 : i * 5 + 5]

        def on_epoch_end(self):
            self.ends += 1

    parts, weight = Parts(), {1: 3.0}
    plain = compiled().fit(
        X, CLASSES, batch_size=5, epochs=3, shuffle=False, verbose=0, class_weight=weight
    )
    history = compiled().fit(parts, epochs=3, verbose=0, class_weight=weight)
    assert history.history == plain.history
    assert parts.ends == 3


def test_weights_in_the_stream_and_of_classes_are_too_many():
    batches = nn.data.DataLoader((X, CLASSES, np.ones(20)))
    with pytest.raises(ValueError, match="batch 0 of the stream has weights; give no class_weight"):
        compiled().fit(batches, verbose=0, class_weight={1: 3.0})


def test_hooks_by_their_short_names():
    seen = []

    class Short(nn.callbacks.Callback):
        def on_batch_begin(self, batch, logs=None):
            seen.append(batch)

        def on_batch_end(self, batch, logs=None):
            seen.append(sorted(logs))

    compiled().fit(X, CLASSES, batch_size=10, verbose=0, callbacks=[Short()])
    assert seen == [0, ["loss"], 1, ["loss"]]


def test_a_killed_training_goes_on_from_its_backup(tmp_path):
    def train(model, *callbacks):
        autograd.manual_seed(1)
        return model.fit(X, CLASSES, batch_size=5, epochs=4, verbose=0, callbacks=callbacks)

    class Kill(nn.callbacks.Callback):
        alive = False

        def on_train_batch_end(self, batch, logs=None):
            if self.fitting.steps == 9 and not self.alive:
                raise KeyboardInterrupt

    whole = compiled(optimizer="adam")
    expected = train(whole).history
    kill = Kill()
    with pytest.raises(KeyboardInterrupt):
        train(
            compiled(optimizer="adam"),
            nn.callbacks.BackupAndRestore(tmp_path / "new" / "folder", save_freq=2),
            kill,
        )
    kill.alive = True
    model = compiled(optimizer="adam")
    keep = nn.callbacks.BackupAndRestore(tmp_path / "new" / "folder", save_freq=2)
    assert train(model, keep, kill).history == expected
    assert (model[0].weight.data == whole[0].weight.data).all()
    assert not list((tmp_path / "new" / "folder").iterdir())


# ------------------------------------------------------------------------------------- compiling


def test_words_of_keras_for_compile():
    assert not compiled(run_eagerly=True).jit
    assert compiled(jit_compile=True, steps_per_execution=4, run_eagerly=False).jit
    with pytest.raises(TypeError, match=r"named 'metric'; did you mean 'metrics'"):
        compiled(metric=["acc"])
    with pytest.raises(TypeError, match="loss_weights weigh the losses of several outputs"):
        compiled(loss_weights=[1.0, 2.0])


def test_what_keras_tells_the_optimizer_is_told_to_training():
    model = line(optim.Adam(clipnorm=0.1, gradient_accumulation_steps=2))
    assert (model.clip_each_norm, model.clip_norm, model.accumulate) == (0.1, None, 2)
    assert line(optim.SGD(global_clipnorm=0.2)).clip_norm == 0.2
    assert line(optim.SGD(clipvalue=0.3)).clip_value == 0.3
    assert line(optim.SGD(use_ema=True, ema_momentum=0.9)).ema.decay == 0.9
    assert line(optim.SGD(use_ema=False)).ema is None
    with pytest.raises(ValueError, match="clip_each_norm must be positive, got -1"):
        line(optim.SGD(clipnorm=-1))
    with pytest.raises(TypeError, match=r"clip_norm is what training does; .*compile\(optimizer="):
        optim.SGD(global_clipnorm=0.2)([Value(1.0)])


def test_each_gradient_is_clipped_by_its_own_norm():
    model = line(optim.SGD(learning_rate=1.0, clipnorm=0.5))
    before = [np.array(p.data) for p in model.parameters()]
    model.train_on_batch(100 * X, np.zeros(20))
    for p, start in zip(model.parameters(), before, strict=True):
        assert np.linalg.norm(p.data - start) == pytest.approx(0.5, rel=1e-5)


GRADIENTS = ([1.0, 0.5], [2.0, -1.0], [0.5, 0.5])


@pytest.mark.parametrize(
    ("rule", "settings", "expected"),
    [
        ("SGD", {"momentum": 0.5}, [-0.74485938, -1.94660943]),
        ("RMSprop", {"momentum": 0.5}, [-2.937695, -3.63509723]),
        ("Adam", {}, [0.08654241, -2.22069162]),
    ],
)
def test_weights_decay_past_the_gradient_and_velocities_keep_their_rates(rule, settings, expected):
    rate = optim.schedules.ExponentialDecay(0.5, 1, 0.5)
    recipe = getattr(optim, rule)(learning_rate=rate, weight_decay=0.1, **settings)
    w = Value([1.0, -2.0])
    optimizer = recipe([w])
    for gradient in GRADIENTS:
        w.grad = np.array(gradient)
        optimizer.step()
    np.testing.assert_allclose(w.data, expected, rtol=2e-6)
    assert optimizer.learning_rate == optimizer.lr == 0.125


def test_a_rate_by_keras_name_is_the_rate():
    model = line("sgd")
    model.optimizer.learning_rate = 0.5
    assert model.optimizer.lr == 0.5


def test_a_rate_that_is_a_function_goes_on_after_an_interruption(tmp_path):
    def rate(step):
        return 0.1 / (1 + step)

    fit = {"batch_size": 5, "verbose": 0}
    whole = line(optim.SGD(learning_rate=rate))
    autograd.manual_seed(1)
    whole.fit(X, X[:, 0], epochs=4, **fit)
    part = line(optim.SGD(learning_rate=rate))
    autograd.manual_seed(1)
    part.fit(X, X[:, 0], epochs=2, checkpoint=tmp_path / "run", **fit)
    rest = line(optim.SGD(learning_rate=rate))
    rest.fit(X, X[:, 0], epochs=4, resume=tmp_path / "run", **fit)
    assert (rest.weight.data == whole.weight.data).all()
    assert rest.optimizer.lr == whole.optimizer.lr == rate(15)


@pytest.mark.parametrize(
    "callback",
    [
        nn.callbacks.ReduceLROnPlateau("loss"),
        nn.callbacks.LearningRateScheduler(lambda epoch: 0.1),
    ],
    ids=["plateau", "function"],
)
def test_two_who_set_the_rate_are_one_too_many(callback):
    model = line(optim.SGD(learning_rate=optim.schedules.CosineDecay(0.1, 10)))
    with pytest.raises(ValueError, match=r"rate is CosineDecay\(.*sets it anew before every step"):
        model.fit(X, X[:, 0], verbose=0, callbacks=[callback])


def test_sequences_are_cut_and_filled_up_in_front():
    rows = nn.data.pad_sequences([[1, 2, 3], [4], []], maxlen=2, value=9)
    assert rows.tolist() == [[2, 3], [9, 4], [9, 9]]
    vectors = nn.data.pad_sequences([np.ones((1, 2)), np.ones((3, 2))], 2, float, "post", "post")
    assert vectors.tolist() == [[[1, 1], [0, 0]], [[1, 1], [1, 1]]]


@pytest.mark.parametrize(
    ("sequences", "settings", "said"),
    [
        ([1, 2], {}, "sequence 0 is 1, which has no length"),
        ([], {}, "give a list of sequences"),
        ([[1]], {"padding": "front"}, "padding: there is none named 'front'"),
        ([[1]], {"maxlen": 0}, "maxlen must be a positive integer"),
        ([np.ones((1, 2)), np.ones((1, 3))], {}, "differ in shape"),
    ],
)
def test_what_is_no_list_of_sequences_is_said(sequences, settings, said):
    with pytest.raises(ValueError, match=said):
        nn.data.pad_sequences(sequences, **settings)


@pytest.mark.parametrize(
    "optimizer",
    ["adam", optim.Adam, optim.Adam(0.01), optim.SGD(optim.schedules.CosineDecay(1, 9))],
)
@pytest.mark.parametrize("loss", ["mse", nn.MSELoss, nn.MSELoss(), lambda p, t: (p - t) ** 2])
def test_optimizer_and_loss_may_stand_in_the_order_of_keras(optimizer, loss):
    first, second = nn.Linear(3, 1), nn.Linear(3, 1)
    first.compile(optimizer, loss)
    second.compile(loss, optimizer)
    assert type(first.optimizer) is type(second.optimizer)
    assert type(first.loss) is type(second.loss)
    assert first.optimizer.lr == second.optimizer.lr


def test_an_optimizer_alone_says_not_what_to_make_small():
    with pytest.raises(ValueError, match="'adam' is an optimizer; say what to make small"):
        nn.Linear(3, 1).compile("adam")


def test_a_number_in_place_of_parameters_is_the_learning_rate():
    assert optim.SGD(0.5, momentum=0.9)([Value(1.0)]).lr == 0.5
    with pytest.raises(TypeError, match=r"Adam: got 0.1 and more .*Adam\(learning_rate="):
        optim.Adam(0.1, 0.9)


class Difference(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(3, 1)

    def forward(self, a, b):
        return self.line(a) - self.line(b)


def test_several_inputs_may_be_a_list():
    def end(inputs):
        autograd.manual_seed(0)
        model = Difference()
        model.compile("mse", "sgd")
        held = {"validation_data": (inputs, X[:, 0])}
        history = model.fit(inputs, X[:, 0], epochs=2, verbose=0, **held).history
        model.train_on_batch(inputs, X[:, 0])
        score = model.evaluate(inputs, X[:, 0])["loss"]
        return history, score, model.predict(inputs), model.predict_on_batch(inputs)

    *scores, predicted, at_once = end([X, 2 * X])
    *expected, other, _ = end((X, 2 * X))
    assert scores == expected
    np.testing.assert_array_equal(predicted, other)
    np.testing.assert_allclose(at_once, other, rtol=1e-5)


def test_a_loss_alone_can_be_written_as_a_number():
    model = compiled()
    loss = model.evaluate(X, CLASSES)
    assert f"{loss:.3f}" == "%.3f" % loss == f"{loss['loss']:.3f}"  # noqa: UP031
    assert float(loss) == loss[0]
    several = compiled(metrics=["acc"]).evaluate(X, CLASSES)
    assert f"{several}" == repr(several)
    with pytest.raises(TypeError, match=r"2 scores \(loss, acc\); take one by its name"):
        float(several)


@pytest.mark.parametrize(
    ("metric", "mode"),
    [
        (nn.metrics.AUC(name="roc"), "max"),
        (nn.metrics.MeanAbsoluteError(name="recalled"), "min"),
        (nn.losses.CosineSimilarity(), "min"),
        ("cosine_similarity", "max"),
        ("mean_iou", "max"),
        ("false_positives", "min"),
    ],
)
def test_what_is_better_says_the_metric_and_not_its_name(metric, mode):
    model = compiled(nn.Linear(3, 3), "mse", metrics=[metric])
    name = model.metrics[0].name
    for kind in (nn.callbacks.EarlyStopping, nn.callbacks.ModelCheckpoint):
        watch = kind("x", f"val_{name}") if kind is nn.callbacks.ModelCheckpoint else kind(name)
        watch.set_model(model)
        assert (watch.mode, watch.best) == (mode, np.inf if mode == "min" else -np.inf)
    told = nn.callbacks.EarlyStopping(name, mode="min")
    told.set_model(model)
    assert told.mode == "min"
