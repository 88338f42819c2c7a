"""What `compile` and `fit` were given, in Keras's words, as what training works with."""

from __future__ import annotations

import inspect
import warnings
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

import optim
from autograd import ShapeError, no_grad
from autograd.ops.asked import number
from nn import examples, losses
from nn.data.batches import ArrayBatches, StreamBatches, is_stream
from nn.mode import mode
from nn.preparation import Preparation, inputs
from nn.step import call
from optim.names import unknown
from optim.recipe import Recipe

#: The settings of compile.
_OURS = (
    *("loss", "optimizer", "metrics", "weighted_metrics", "jit"),
    *("clip_norm", "clip_value", "accumulate", "ema"),
)
#: What else Keras's compile knows. None of it changes what is computed, but for `loss_weights`.
_OF_COMPILE = ("run_eagerly", "jit_compile", "steps_per_execution", "auto_scale_loss")


def jit_of_keras(jit: bool, settings: dict[str, Any]) -> bool:
    """Whether to replay steps, as Keras's settings of compile say it.

    Raises:
        TypeError: one of them is neither Keras's nor ours, or means several outputs.
    """
    for name, value in settings.items():
        if name == "loss_weights" and value is not None:
            raise TypeError(
                "compile: loss_weights weigh the losses of several outputs, and a model has one "
                "here; weigh the loss itself: loss=lambda prediction, target: 0.5 * ..."
            )
        if name not in (*_OF_COMPILE, "loss_weights"):
            raise TypeError(str(unknown("compile: setting", name, (*_OURS, *_OF_COMPILE))))
    return jit and not settings.get("run_eagerly")


def of_optimizer(optimizer: Any, **habits: Any) -> tuple[Any, dict[str, Any]]:
    """The optimiser alone, and how its steps are taken, some of which Keras tells the optimiser.

    Returns:
        The optimiser, and by name: clip_norm, clip_value, clip_each_norm, accumulate, and ema,
        which may be a function that makes it for given parameters.

    Raises:
        ValueError: a setting is out of range.
    """
    as_keras = False
    habits["clip_each_norm"] = None
    if isinstance(optimizer, Recipe):
        as_keras = "ema" in optimizer.for_compile
        habits |= optimizer.for_compile
        optimizer = optimizer.alone()
    examples.check_counts("compile", accumulate=habits["accumulate"])
    for name in ("clip_norm", "clip_value", "clip_each_norm"):
        if habits[name] is not None and not number("compile", name, habits[name]) > 0:
            raise ValueError(f"compile: {name} must be positive, got {habits[name]}")
    if habits["ema"] is not None and not isinstance(habits["ema"], optim.EMA):
        decay = number("compile", "ema", habits["ema"], 0, 1)
        habits["ema"] = partial(optim.EMA, decay=decay, from_first_step=as_keras)
    return optimizer, habits


def warn_of_an_ending_twice(model: Any, loss: losses.Loss) -> None:
    """Warn if a model ends with what its loss does itself, which learns, but slowly and wrongly."""
    layers = list(model.modules())
    last = type(layers[-1]).__name__ if layers else ""
    scores = getattr(loss, "from_logits", False)
    does = {
        "Softmax": isinstance(loss, losses.CrossEntropyLoss)
        or (scores and not isinstance(loss, losses.BinaryCrossentropy)),
        "Sigmoid": isinstance(loss, losses.BCEWithLogitsLoss)
        or (scores and isinstance(loss, losses.BinaryCrossentropy)),
    }
    if does.get(last):
        warnings.warn(
            f"compile: {loss!r} takes scores and does what nn.{last}() does itself, so the model "
            f"does it twice; leave out its last layer nn.{last}()",
            stacklevel=3,
        )


def keras_order(loss: Any, optimizer: Any) -> bool:
    """Whether the two were given in Keras's order, compile(optimizer, loss).

    Raises:
        ValueError: both are optimisers.
    """
    if not _is_optimizer(loss):
        return False
    if _is_optimizer(optimizer):
        raise ValueError(
            f"compile: {loss!r:.60} is an optimizer; say what to make small, such as "
            f"compile(loss='mse', optimizer={loss!r:.60})"
        )
    return True


def _is_optimizer(x: Any) -> bool:
    if isinstance(x, str):
        return losses.find(x) is None and optim.find(x) is not None
    rule = isinstance(x, type) and issubclass(x, optim.Optimizer)
    return rule or isinstance(x, (optim.Optimizer, Recipe))


def inputs_of(model: Any, x: Any) -> Any:
    """A list of as many arrays as the model takes inputs, as Keras has it, as a tuple of them."""
    if not (isinstance(x, list) and len(x) > 1 and all(map(_is_array, x))):
        return x
    try:
        taken = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):  # no signature to look at
        return x
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p for p in taken if p.kind in places and p.default is p.empty]
    return tuple(x) if len(needed) == len(x) else x


def _is_array(x: Any) -> bool:
    return hasattr(x, "shape") and len(x.shape) > 0


def batches_of_fit(
    model: Any,
    x: Any,
    y: Any,
    sample_weight: Any,
    class_weight: dict[int, float] | None,
    *,
    batch_size: int,
    shuffle: bool,
    steps: int | None,
    validation_split: float,
    validation_data: Any,
    validation_batch_size: int,
    validation_steps: int | None,
) -> tuple[Any, Any]:
    """Batches to learn from, and batches to judge after each epoch or None; see `fit`."""
    counts = {"validation_steps": validation_steps, "validation_batch_size": validation_batch_size}
    counts = {name: count for name, count in counts.items() if count is not None}
    examples.check_counts("fit", **counts)
    if validation_data is not None and validation_split:
        raise ValueError("fit: give validation_split or validation_data, not both")
    prepare = Preparation(model)
    x = inputs_of(model, x)
    if is_stream(x):
        no_arrays_beside(y=y, sample_weight=sample_weight)
        if validation_split:
            raise ValueError(
                "fit: validation_split needs arrays; give validation_data beside batches"
            )
        batches: Any = StreamBatches(x, steps, prepare=prepare, class_weight=class_weight)
        held: list[Any] | None = None
    else:
        x, y, weight = weighted_pairs(x, y, sample_weight, class_weight, "fit")
        held = None
        if validation_split:
            (x, y, weight), held = examples.split(validation_split, x, y, weight)
            if class_weight is not None:  # it is about learning; all are judged alike
                held[2] = None
        batches = ArrayBatches(x, y, weight, batch_size, shuffle, prepare=prepare, steps=steps)
        check_classes(class_weight, y, prepare)
    if held is not None:
        x, y, weight = held
        return batches, ArrayBatches(
            x, y, weight, validation_batch_size, prepare=prepare, steps=validation_steps
        )
    return batches, _validation(validation_data, validation_batch_size, validation_steps, prepare)


def _validation(data: Any, batch_size: int, steps: int | None, prepare: Preparation) -> Any:
    """What to judge after each epoch, every time the same: batches, or None."""
    if data is None:
        return None
    asked = "fit, validation data"
    prepare = Preparation(prepare.model, asked)
    if is_stream(data):
        if steps is not None and hasattr(data, "__next__"):
            data = list(islice(data, steps))  # a generator cannot begin anew
        return StreamBatches(data, steps, asked, prepare=prepare, anew=True)
    if not isinstance(data, (tuple, list)) or len(data) not in (2, 3):
        raise ValueError("fit: validation_data must be (x, y) or (x, y, sample_weight)")
    sample_weight = data[2] if len(data) == 3 else None
    held = inputs_of(prepare.model, data[0])
    x, y, weight = weighted_pairs(held, data[1], sample_weight, None, asked)
    return ArrayBatches(x, y, weight, batch_size, prepare=prepare, steps=steps)


def weighted_pairs(
    x: Any, y: Any, sample_weight: Any, class_weight: Any, asked: str
) -> tuple[Any, Any, np.ndarray | None]:
    """Inputs, targets and how much each example counts, of one length."""
    if y is None:
        raise ValueError(f"{asked}: y is missing; arrays of inputs need their ideal answers")
    x, y = examples.pairs(x, y, asked)
    weight = examples.weights(sample_weight, len(y), asked)
    if class_weight is None:
        return x, y, weight
    if weight is not None:
        raise ValueError(f"{asked}: give class_weight or sample_weight, not both; multiply them")
    return x, y, examples.class_weights(class_weight, y, asked)


def refuse_one_example(model: Any, x: Any) -> None:
    """Raise ShapeError if x is one example, where its numbers are taken for examples."""
    if not (isinstance(x, np.ndarray) and x.ndim == 1 and x.dtype.kind == "f"):
        return
    try:
        with mode(model, training=False), no_grad():
            call(model, inputs(model, x[:1], "predict"))
    except ShapeError as error:
        raise ShapeError(
            f"predict: x of shape {x.shape} holds {len(x)} examples of one number each; for one "
            f"example of {len(x)} numbers write x[None]. {error}"
        ) from None


def no_arrays_beside(**given: Any) -> None:
    """Raise ValueError if there are targets or weights beside a stream, which brings its own."""
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"x yields batches, so {name} must come with them: (x, y) or (x, y, sample_weight)"
            )


def check_classes(class_weight: dict[int, float] | None, y: Any, prepare: Preparation) -> None:
    """Raise ValueError if a class has a weight that neither the model nor the data know.

    A class that only happens not to occur may have one, as in Keras.
    """
    shape = next((shape for shape, _ in prepare.shapes.values()), None)
    if class_weight is None or shape is None:
        return
    outputs = shape[-1] if shape else 1
    classes = max(outputs, 2)
    unknown_keys = [key for key in class_weight if not 0 <= key < classes]
    unknown_keys = [key for key in unknown_keys if not (np.round(np.asarray(y)) == key).any()]
    if unknown_keys:
        of = f"the model has {outputs} outputs" if outputs > 1 else "the model has one output"
        raise ValueError(
            f"{prepare.asked}: class_weight has a weight for class {unknown_keys[0]!r}, but {of}, "
            f"so classes are 0 to {classes - 1}, and no label in y is {unknown_keys[0]!r}"
        )
