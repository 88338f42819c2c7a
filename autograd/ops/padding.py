"""Margins around an array, and windows that slide along it.

Nothing here has a derivative of its own: margins are copied with `take` or joined on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.ops.along import _upright, _whole, take
from autograd.ops.arrange import _plain, flip, moveaxis
from autograd.ops.asked import _array, _axis
from autograd.ops.index import put_back
from autograd.ops.shape import broadcast_to, concatenate
from autograd.primitive import answers

__all__ = [
    "pad",
    "unfold",
]

#: Modes of padding that copy elements, and those that compute numbers from a line.
_COPIED = ("edge", "reflect", "symmetric", "wrap")
_COMPUTED: dict[str, Any] = {
    "maximum": lambda line, axis: np.max(line, axis=axis, keepdims=True),
    "minimum": lambda line, axis: np.min(line, axis=axis, keepdims=True),
    "mean": lambda line, axis: np.mean(line, axis=axis, keepdims=True),
    "median": lambda line, axis: np.median(line, axis=axis, keepdims=True),
}


@answers(np.pad)
def pad(
    x: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: Any = "even",
) -> Any:
    """x with a margin on every side.

    Args:
        x: any shape.
        pad_width: how wide, as NumPy takes it: a number, (before, after), a pair per axis, or a
            dict of them by axis.
        mode: what fills it: "constant"; "edge"; x mirrored ("reflect", "symmetric") or repeated
            ("wrap"); "linear_ramp", down to `end_values`; or the "maximum", "minimum", "mean" or
            "median" of each line.
        constant_values: the constants of mode "constant", given like `pad_width`.
        end_values: where ramps end, given like `pad_width`.
        stat_length: of how many elements at each end a maximum or mean is taken; None means all.
        reflect_type: "even" alone.

    Raises:
        ValueError: another mode.

    >>> pad(Value([1.0, 2.0, 3.0]), 1, mode="reflect")
    Value([2., 1., 2., 3., 2.])
    """
    x = _array(x, "pad")
    if mode not in ("constant", "linear_ramp", *_COPIED, *_COMPUTED):
        known = "', '".join(("constant", "linear_ramp", *_COPIED, *_COMPUTED))
        raise ValueError(f"pad: mode is '{known}', not {mode!r:.60}")
    if reflect_type != "even":
        raise ValueError(f"pad: reflect_type is 'even' here, not {reflect_type!r:.60}")
    pad_width = _plain(pad_width)
    if isinstance(pad_width, dict):
        by_axis = {_axis(a, x, "pad"): w for a, w in pad_width.items()}
        pad_width = [np.broadcast_to(by_axis.get(i, 0), 2) for i in range(x.ndim)]
    places = np.pad(np.zeros(x.shape, bool), pad_width, mode="constant")  # NumPy checks the widths
    widths = np.broadcast_to(pad_width, (x.ndim, 2)).tolist()
    if mode == "constant":
        inside = tuple(slice(a, a + n) for (a, _), n in zip(widths, x.shape, strict=True))
        margin = np.pad(np.zeros(x.shape, x.dtype), pad_width, constant_values=constant_values)
        out = put_back(x, inside, places.shape)
        return out + margin if margin.any() else out
    per_side = lambda given: np.broadcast_to(given, (len(widths), 2))
    for axis, width in enumerate(widths):
        if not any(width):
            continue
        if mode in _COPIED:
            x = take(x, np.pad(np.arange(x.shape[axis]), width, mode=mode), axis)
        elif mode == "linear_ramp":
            x = _ramps(x, axis, width, per_side(end_values)[axis])
        else:
            lengths = (None, None) if stat_length is None else per_side(stat_length)[axis]
            x = _with_statistics(x, axis, width, lengths, _COMPUTED[mode])
    return x


def _ramps(x: Any, axis: int, width: Sequence[int], ends: Any) -> Any:
    """Straight lines from the edges of x to the `ends`."""
    shape = _upright(axis, x.ndim)
    sides = []
    for count, edge, end in zip(width, (slice(None, 1), slice(-1, None)), ends, strict=True):
        share = (np.arange(count) / max(count, 1)).astype(x.dtype).reshape(shape)
        end = x.dtype.type(end)
        sides.append(end + (x[_whole(axis, edge)] - end) * share)
    return concatenate([sides[0], x, flip(sides[1], axis)], axis=axis)


def _with_statistics(x: Any, axis: int, width: Sequence[int], lengths: Any, of: Any) -> Any:
    """One number for each line and side, taken of so many elements there."""
    before, after = lengths
    n = x.shape[axis]
    lines = (slice(before), slice(None if after is None else max(n - int(after), 0), None))
    sides = []
    for count, line in zip(width, lines, strict=True):
        number = of(x[_whole(axis, line)], axis)
        sides.append(broadcast_to(number, (*x.shape[:axis], count, *x.shape[axis + 1 :])))
    return concatenate([sides[0], x, sides[1]], axis=axis)


def unfold(x: Any, axis: int, size: int, step: int = 1) -> Any:
    """Windows of `size` neighbours along `axis`, every `step` places, as a new last axis.

    Args:
        x: any shape with at least one axis.
        axis: what the windows slide along; its length becomes their number.

    Returns:
        (..., windows, ..., size), as PyTorch's Tensor.unfold.

    Raises:
        ValueError: a size longer than the axis, a step below 1.

    >>> unfold(Value([1.0, 2.0, 3.0]), 0, 2)
    Value([[1., 2.],
           [2., 3.]])
    """
    x = _array(x, "unfold")
    axis = _axis(axis, x, "unfold")
    if not 0 <= size <= x.shape[axis] or step < 1:
        raise ValueError(
            f"unfold: windows of {size}, every {step}, along axis {axis} of shape {x.shape}; "
            "a size fits into the axis and a step is at least 1"
        )
    starts = np.arange(0, x.shape[axis] - size + 1, step)
    return moveaxis(take(x, starts[:, None] + np.arange(size), axis), axis + 1, -1)
