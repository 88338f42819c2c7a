"""From a 28×28 grey MNIST digit to 256 bits: crop, resample by area, threshold.

The bundled digits and the full MNIST go through the same `binarise`.
"""

import numpy as np

MARGIN = 3  # the central 22×22 holds 99 % of the ink: digits are 20×20, centred by mass
SIDE = 16
FULL_SCALE = 255


def area_weights(source: int, target: int) -> np.ndarray:
    """How much of each source pixel each target pixel covers, along one axis.

    Both rows of pixels span the same length. Measured in units of 1/target of a source pixel, every
    overlap is a whole number and each target pixel covers `source` units; dividing by `source`
    makes the rows sum to 1. Whole numbers keep the resampling free of rounding.

    Returns:
        float32 array of shape (target, source).

    >>> area_weights(3, 2)
    array([[2., 1., 0.],
           [0., 1., 2.]], dtype=float32)
    """
    target_edges = np.arange(target + 1) * source
    source_edges = np.arange(source + 1) * target
    right = np.minimum(target_edges[1:, None], source_edges[None, 1:])
    left = np.maximum(target_edges[:-1, None], source_edges[None, :-1])
    return np.maximum(right - left, 0).astype(np.float32)


def binarise(images: np.ndarray) -> np.ndarray:
    """Crops grey digits to their central 22×22, resamples them by area to 16×16 and thresholds.

    Args:
        images: shape (n, 28, 28), whole numbers from 0 (paper) to 255 (ink).

    Returns:
        bool array of shape (n, 256), rows of the picture one after another: whether at least half
        of a pixel is ink. It is the same on every machine, as all sums are of whole numbers below
        2**24, which float32 holds exactly.

    >>> half_inked = np.zeros((1, 28, 28))
    >>> half_inked[:, :, 14:] = 255
    >>> binarise(half_inked).reshape(16, 16)[0].astype(int)
    array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    """
    cropped = images[:, MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32)
    size = cropped.shape[-1]
    weights = area_weights(size, SIDE)
    ink = weights @ cropped @ weights.T
    return (2 * ink >= FULL_SCALE * size**2).reshape(len(images), SIDE * SIDE)
