"""Metrics say what their definitions say, however the examples are cut into batches."""

import itertools
from functools import partial

import numpy as np
import pytest
from scipy import stats

import nn
from autograd import ShapeError

RNG = np.random.default_rng(0)
N = 61
CUTS = [0, 1, 8, 9, 30, 61]  # uneven batches
SCORES = RNG.dirichlet(np.ones(4), N)
CLASSES = RNG.integers(0, 4, N)
ROWS = np.eye(4)[CLASSES]
CHANCES = RNG.random(N).round(1)  # with ties
YES = RNG.integers(0, 2, N)
GUESSES, TRUTHS = RNG.normal(size=N), RNG.normal(size=N)
WEIGHTS = RNG.uniform(0.1, 2, N)


def counted(metric, prediction, target, weight=None):
    """The result after uneven batches, which that after one batch must equal."""
    whole = metric(prediction, target, weight)
    metric.reset()
    for a, b in itertools.pairwise(CUTS):
        metric.update(prediction[a:b], target[a:b], None if weight is None else weight[a:b])
    np.testing.assert_allclose(metric.result(), whole, rtol=1e-12)
    return metric.result()


def answers(rows):
    return [max(range(len(row)), key=lambda k: row[k]) for row in rows.tolist()]


def share(right, weight=None):
    weight = np.ones(N) if weight is None else weight
    return sum(w for r, w in zip(right, weight, strict=True) if r) / weight.sum()


def weighted(part):
    return WEIGHTS if part else None


@pytest.mark.parametrize("part", [False, True], ids=["plain", "weighted"])
def test_accuracies(part):
    w, m = weighted(part), nn.metrics
    right = share([a == c for a, c in zip(answers(SCORES), CLASSES, strict=True)], w)
    for metric, target in (
        (m.Accuracy(), CLASSES), (m.Accuracy(), CLASSES[:, None]), (m.Accuracy(), ROWS),
        (m.CategoricalAccuracy(), ROWS), (m.SparseCategoricalAccuracy(), CLASSES),
    ):  # fmt: skip
        assert counted(metric, SCORES, target, w) == pytest.approx(right)
    yes = share([(c > 0.5) == y for c, y in zip(CHANCES, YES, strict=True)], w)
    for prediction, target in ((CHANCES, YES), (CHANCES[:, None], YES), (CHANCES[:, None],) * 2):
        if target is prediction:
            target = YES[:, None]
        assert counted(m.Accuracy(), prediction, target, w) == pytest.approx(yes)
        assert counted(m.BinaryAccuracy(), prediction, target, w) == pytest.approx(yes)
    high = share([(c > 0.8) == y for c, y in zip(CHANCES, YES, strict=True)], w)
    assert counted(m.BinaryAccuracy(threshold=0.8), CHANCES, YES, w) == pytest.approx(high)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 9])
def test_the_right_class_is_among_the_k_best(k):
    best = [sorted(range(4), key=lambda c: -row[c])[:k] for row in SCORES.tolist()]
    right = share([c in b for c, b in zip(CLASSES, best, strict=True)])
    for target in (CLASSES, ROWS):
        metric = nn.metrics.TopKCategoricalAccuracy(k)
        assert counted(metric, SCORES, target) == pytest.approx(right)


def by_class(rows, truth, weight):
    """Precision, recall and F1 of each class, and how often it occurs, counted one by one."""
    out = []
    for c in range(4):
        pairs = [(a == c, t == c, w) for a, t, w in zip(rows, truth, weight, strict=True)]
        tp = sum(w for a, t, w in pairs if a and t)
        fp = sum(w for a, t, w in pairs if a and not t)
        fn = sum(w for a, t, w in pairs if t and not a)
        p, r = tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0
        out.append((p, r, 2 * p * r / (p + r) if p + r else 0.0, tp + fn))
    return np.array(out).T


@pytest.mark.parametrize("part", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("average", ["macro", "weighted", "none"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_precision_recall_and_f1_of_classes(which, average, part):
    w = WEIGHTS if part else np.ones(N)
    *scores, occurs = by_class(answers(SCORES), CLASSES, w)
    expected = {
        "macro": scores[which].mean(),
        "weighted": (scores[which] * occurs).sum() / occurs.sum(),
        "none": scores[which],
    }[average]
    metric = [nn.metrics.Precision, nn.metrics.Recall, nn.metrics.F1Score][which](average=average)
    np.testing.assert_allclose(counted(metric, SCORES, CLASSES, weighted(part)), expected)


@pytest.mark.parametrize("kind", ["Precision", "Recall", "F1Score", "AUC"])
def test_one_hot_maps_have_their_classes_where_the_loss_has_them(kind):
    settings = {"average": "macro"} if kind == "F1Score" else {}
    metric = partial(getattr(nn.metrics, kind), **settings)
    expected = metric().bind(nn.CrossEntropyLoss())(SCORES[:60], ROWS[:60])
    maps = [np.moveaxis(a[:60].reshape(3, 4, 5, 4), -1, 1) for a in (SCORES, ROWS)]
    assert metric().bind(nn.CrossEntropyLoss())(*maps) == pytest.approx(expected)


def test_precision_recall_and_f1_of_yes_or_no():
    tp = sum(c > 0.5 and y for c, y in zip(CHANCES, YES, strict=True))
    fp = sum(c > 0.5 and not y for c, y in zip(CHANCES, YES, strict=True))
    fn = sum(not c > 0.5 and y for c, y in zip(CHANCES, YES, strict=True))
    assert counted(nn.metrics.Precision(), CHANCES, YES) == pytest.approx(tp / (tp + fp))
    assert counted(nn.metrics.Recall(), CHANCES, YES) == pytest.approx(tp / (tp + fn))
    f1 = tp / (tp + (fp + fn) / 2)
    assert counted(nn.metrics.F1Score(), CHANCES, YES) == pytest.approx(f1)
    for name, count in (
        ("TruePositives", tp), ("FalsePositives", fp), ("FalseNegatives", fn),
        ("TrueNegatives", N - tp - fp - fn),
    ):  # fmt: skip
        assert counted(getattr(nn.metrics, name)(), CHANCES, YES) == count


@pytest.mark.parametrize("part", [False, True], ids=["plain", "weighted"])
def test_the_confusion_matrix_counts_every_pair(part):
    expected = np.zeros((4, 4))
    w = WEIGHTS if part else np.ones(N)
    for a, t, one in zip(answers(SCORES), CLASSES, w, strict=True):
        expected[t, a] += one
    matrix = counted(nn.metrics.ConfusionMatrix(), SCORES, CLASSES, weighted(part))
    np.testing.assert_allclose(matrix, expected)
    np.testing.assert_allclose(
        counted(nn.metrics.ConfusionMatrix(), SCORES, ROWS, weighted(part)), expected
    )


def test_auc_is_how_often_a_yes_is_scored_above_a_no():
    yes, no = CHANCES[YES == 1], CHANCES[YES == 0]
    area = stats.mannwhitneyu(yes, no).statistic / (len(yes) * len(no))
    for prediction, target in ((CHANCES, YES), (CHANCES[:, None], YES[:, None])):
        assert counted(nn.metrics.AUC(), prediction, target) == pytest.approx(area)
    pairs = [
        (a * b, (x > y) + (x == y) / 2)
        for x, t, a in zip(CHANCES, YES, WEIGHTS, strict=True) if t
        for y, u, b in zip(CHANCES, YES, WEIGHTS, strict=True) if not u
    ]  # fmt: skip
    area = sum(w * above for w, above in pairs) / sum(w for w, _ in pairs)
    assert counted(nn.metrics.AUC(), CHANCES, YES, WEIGHTS) == pytest.approx(area)
    each = [nn.metrics.AUC()(SCORES[:, c], c == CLASSES) for c in range(4)]
    assert counted(nn.metrics.AUC(), SCORES, CLASSES) == pytest.approx(np.mean(each))
    assert counted(nn.metrics.AUC(multi_label=True), SCORES, ROWS) == pytest.approx(np.mean(each))
    together = nn.metrics.AUC()(SCORES.ravel(), ROWS.ravel())
    assert counted(nn.metrics.AUC(), SCORES, ROWS) == pytest.approx(together)
    assert np.isnan(nn.metrics.AUC()(CHANCES, np.ones(N)))


def test_average_precision_is_the_mean_precision_where_a_yes_is_found():
    total = 0.0
    for level in CHANCES[YES == 1]:
        found = level <= CHANCES
        total += YES[found].sum() / found.sum()
    expected = total / YES.sum()
    assert counted(nn.metrics.AUC("PR"), CHANCES, YES) == pytest.approx(expected)


@pytest.mark.parametrize("part", [False, True], ids=["plain", "weighted"])
def test_errors_of_numbers(part):
    w = WEIGHTS if part else np.ones(N)
    error = GUESSES - TRUTHS
    mse = (w * error**2).sum() / w.sum()
    centre = (w * TRUTHS).sum() / w.sum()
    expected = {
        "mae": (w * abs(error)).sum() / w.sum(),
        "mse": mse,
        "rmse": mse**0.5,
        "r2": 1 - (w * error**2).sum() / (w * (TRUTHS - centre) ** 2).sum(),
    }
    for name, value in expected.items():
        for shape in ((N,), (N, 1)):
            metric = nn.metrics.get(name)
            found = counted(metric, GUESSES.reshape(shape), TRUTHS, weighted(part))
            assert found == pytest.approx(value), name


def test_r2_of_several_outputs_far_from_zero():
    truth = RNG.normal(size=(N, 3)) + 1e6
    guess = truth + RNG.normal(size=(N, 3)) * 0.1
    each = 1 - ((truth - guess) ** 2).sum(0) / ((truth - truth.mean(0)) ** 2).sum(0)
    assert counted(nn.metrics.R2Score(), guess, truth) == pytest.approx(each.mean(), rel=1e-6)


def test_a_metric_starts_again_and_goes_on():
    metric = nn.metrics.Accuracy()
    metric.update(SCORES[:9], CLASSES[:9])
    state = metric.state_dict()
    metric.update(SCORES[9:], CLASSES[9:])
    whole = metric.result()
    metric.reset()
    assert metric.result() == 0.0
    metric.load_state_dict(state)
    metric.update_state(CLASSES[9:], SCORES[9:])  # Keras's name and order
    assert metric.result() == whole


def test_names_stand_for_metrics_however_they_are_written():
    for name in ("TopKCategoricalAccuracy", "top_k_categorical_accuracy", "AUC", "f1", "R2Score"):
        assert nn.metrics.get(name).name == name
    with pytest.raises(ValueError, match="did you mean 'recall'"):
        nn.metrics.get("recal")
    with pytest.raises(ShapeError, match="categorical_accuracy"):
        nn.metrics.CategoricalAccuracy()(SCORES, CLASSES)


def test_a_report_is_asked_by_name_by_place_or_taken_apart():
    report = nn.metrics.Report({"loss": 0.5, "acc": 0.75})
    loss, acc = report
    assert (loss, acc) == (report["loss"], report[1]) == (0.5, 0.75)
    assert report == {"loss": 0.5, "acc": 0.75} == dict(report)
    assert "acc" in report
    assert report.get("auc") is None
    with pytest.raises(KeyError, match="none of the scores loss, acc"):
        report["auc"]
