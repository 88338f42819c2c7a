"""Which class is taken for which: the confusion matrix, and how far answers overlap the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError
from nn import targets
from nn.examples import check_counts
from nn.losses.loss import spread
from nn.metrics.accuracy import classes_last
from nn.metrics.metric import Metric, aligned

__all__ = ["BinaryIoU", "ConfusionMatrix", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]


class ConfusionMatrix(Metric):
    """How often each class (row) was answered with each class (column).

    Args:
        classes: how many there are; by default as many as the model has outputs, at least two.
            Where predictions are class numbers already, as many as were seen.
        name: what logs call it.

    >>> metric = nn.metrics.ConfusionMatrix()
    >>> metric(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), np.array([0, 1, 1]))
    array([[1., 0.],
           [1., 1.]])
    """

    matrix: Any

    def __init__(self, classes: int | None = None, name: str | None = None) -> None:
        if classes is not None:
            check_counts(type(self).__name__, classes=classes)
        self.classes = classes
        super().__init__(name)

    def empty(self) -> dict[str, Any]:
        return {"matrix": np.zeros((self.classes or 0,) * 2)}

    def update(self, prediction: Any, target: Any, weight: Any = None) -> None:
        prediction, target = np.asarray(prediction), np.asarray(target)
        answer, truth, outputs = self._classes(prediction, target)
        answer, truth = answer.astype(np.intp, copy=False), truth.astype(np.intp, copy=False)
        w = None
        if weight is not None:
            w = np.broadcast_to(spread(np.asarray(weight), answer.shape, self.name), answer.shape)
        answer, truth, w = self._kept(answer, truth, w)
        largest = max(answer.max(initial=0), truth.max(initial=0))
        seen = max(outputs or 2, largest + 1, len(self.matrix))
        classes = self.classes or (outputs or seen)
        smallest = min(answer.min(initial=0), truth.min(initial=0))
        if largest >= classes or smallest < 0:
            odd = largest if largest >= classes else smallest
            raise ShapeError(
                f"{self.name}: there are {classes} classes, 0 to {classes - 1}, found {odd}"
            )
        if len(self.matrix) < classes:
            more = classes - len(self.matrix)
            self.matrix = np.pad(self.matrix, ((0, more), (0, more)))
        pairs = (truth * classes + answer).ravel()
        counts = np.bincount(pairs, None if w is None else w.ravel(), classes * classes)
        self.matrix = self.matrix + counts.reshape(classes, classes)

    def _classes(
        self, prediction: np.ndarray, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, int | None]:
        """Answered and right class numbers, and how many outputs say what there can be."""
        if prediction.dtype.kind in "iu":
            return prediction, aligned(target, prediction, self.name), None
        if prediction.ndim < 2 or prediction.shape[-1] == 1:
            yes = aligned(target, prediction, self.name) > 0.5
            return prediction > self.threshold_of_yes, yes, 2
        prediction = classes_last(prediction, self.loss)
        if target.ndim == prediction.ndim and target.shape[-1] != 1:
            truth = classes_last(target, self.loss).argmax(axis=-1)
        else:
            truth = targets.class_indices(target, prediction.shape, self.name)
        return prediction.argmax(axis=-1), truth, prediction.shape[-1]

    def _kept(
        self, answer: np.ndarray, truth: np.ndarray, weight: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """What is counted: all of it."""
        return answer, truth, weight

    def result(self) -> Any:
        return self.matrix


class IoU(ConfusionMatrix):
    """Intersection over union: of what is of a class or was called so, the part that is both.

    The mean over the classes asked for, without those that neither occur nor were answered, as in
    Keras: how well regions of a picture are found (Jaccard 1912).

    Args:
        num_classes: how many classes there are; by default as many as there are outputs.
        target_class_ids: which classes to take the mean of; all by default.
        name: what logs call it.
        ignore_class: a class number whose targets are left out.
        sparse_y_true: whether targets are class numbers, rather than rows whose largest counts.
        sparse_y_pred: whether predictions are; outputs with one axis more than the targets never
            are.
        axis: where the classes of rows lie.

    Numbers that are of no class are left out. A weight counts as it is: Keras cuts it to an integer
    unless told dtype='float32'.

    >>> nn.metrics.IoU(num_classes=2, target_class_ids=[0])([0, 1, 0, 1], [0, 0, 1, 1])
    0.3333333333333333
    """

    more_is_better = True

    def __init__(
        self,
        num_classes: int | None = None,
        target_class_ids: Sequence[int] | None = None,
        name: str | None = None,
        *,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name)
        wrong = [i for i in target_class_ids or () if not 0 <= i < (num_classes or i + 1)]
        if wrong:
            raise ValueError(
                f"{self.name}: target_class_ids holds {wrong[0]}, but the classes are 0 to "
                f"{(num_classes or 0) - 1}"
            )
        self.target_class_ids = None if target_class_ids is None else list(target_class_ids)
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis

    def _classes(
        self, prediction: np.ndarray, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, int | None]:
        by_rows = prediction.ndim > 1 and prediction.shape[self.axis] > 1
        column = target.ndim == prediction.ndim and target.shape[self.axis] == 1
        rows = not self.sparse_y_pred or (
            by_rows and self.sparse_y_true and (prediction.ndim > target.ndim or column)
        )
        outputs = self.classes
        if rows:
            outputs = outputs or prediction.shape[self.axis]
            prediction = prediction.argmax(axis=self.axis)
        if not self.sparse_y_true:
            target = target.argmax(axis=self.axis)
        if outputs is None:
            raise ValueError(
                f"{self.name}: class numbers do not say how many classes there are; give "
                f"{type(self).__name__}(num_classes=...)"
            )
        prediction = prediction.astype(np.intp, copy=False)
        return prediction, aligned(target, prediction, self.name), outputs

    def _kept(
        self, answer: np.ndarray, truth: np.ndarray, weight: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """What is of a class, and not of the one to ignore."""
        classes = self.classes or max(answer.max(initial=0), truth.max(initial=0)) + 1
        kept = (truth >= 0) & (truth < classes) & (answer >= 0) & (answer < classes)
        if self.ignore_class is not None:
            kept &= truth != self.ignore_class
        return answer[kept], truth[kept], None if weight is None else weight[kept]

    def result(self) -> float:
        both = np.diag(self.matrix)
        either = self.matrix.sum(axis=0) + self.matrix.sum(axis=1) - both
        chosen = slice(None) if self.target_class_ids is None else self.target_class_ids
        both, either = both[chosen], either[chosen]
        occurs = either > 1e-9
        return float((both[occurs] / either[occurs]).mean()) if occurs.any() else 0.0


class MeanIoU(IoU):
    """The mean of every class's `IoU`; its arguments, but for target_class_ids.

    >>> nn.metrics.MeanIoU(num_classes=2)([0, 1, 0, 1], [0, 0, 0, 1])
    0.5833333333333333
    """

    def __init__(
        self, num_classes: int | None = None, name: str | None = None, **settings: Any
    ) -> None:
        super().__init__(num_classes, None, name, **settings)


class OneHotIoU(IoU):
    """`IoU` of one-hot targets and rows of outputs.

    >>> rows = np.array([[0.2, 0.8], [0.6, 0.4]])
    >>> nn.metrics.OneHotIoU(2, [1])(rows, np.array([[0, 1], [0, 1]]))
    0.5
    """

    def __init__(
        self,
        num_classes: int | None = None,
        target_class_ids: Sequence[int] | None = None,
        name: str | None = None,
        **settings: Any,
    ) -> None:
        usual = {"sparse_y_true": False, "sparse_y_pred": False}
        super().__init__(num_classes, target_class_ids, name, **{**usual, **settings})


class OneHotMeanIoU(OneHotIoU):
    """The mean of every class's `OneHotIoU`.

    >>> rows = np.array([[0.2, 0.8], [0.6, 0.4]])
    >>> nn.metrics.OneHotMeanIoU()(rows, np.array([[0, 1], [1, 0]]))
    1.0
    """

    def __init__(
        self, num_classes: int | None = None, name: str | None = None, **settings: Any
    ) -> None:
        super().__init__(num_classes, None, name, **settings)


class BinaryIoU(IoU):
    """`IoU` of yes-or-no answers, each number on its own.

    Args:
        target_class_ids: 1 for the yeses, 0 for the noes; the mean of both by default.
        threshold: from where a prediction is a yes.
        name: what logs call it.

    >>> nn.metrics.BinaryIoU([1])(np.array([0.1, 0.6, 0.9]), np.array([0, 0, 1]))
    0.5
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
    ) -> None:
        super().__init__(2, target_class_ids, name)
        self.threshold = threshold

    def _classes(
        self, prediction: np.ndarray, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, int | None]:
        yes = prediction >= self.threshold
        return yes, aligned(target, yes, self.name), 2
