"""The digits the demos train on: what is bundled, how it was made, and reading the full MNIST."""

import gzip

import numpy as np
import pytest

from demos.data import BUNDLED, load_digits
from demos.data.build_digits import split_order
from demos.data.preprocess import area_weights, binarise

MNIST = {
    "train-images-idx3-ubyte": 3,
    "train-labels-idx1-ubyte": 1,
    "t10k-images-idx3-ubyte": 3,
    "t10k-labels-idx1-ubyte": 1,
}


def idx(array):
    """An IDX file's bytes: magic number, lengths of the axes, data."""
    header = np.array([0x0800 + array.ndim, *array.shape], ">u4")
    return header.tobytes() + array.astype(np.uint8).tobytes()


def arrays(n_train=6, n_test=4):
    rng = np.random.default_rng(0)
    counts = [n_train, n_train, n_test, n_test]
    return {
        name: rng.integers(256, size=(n, 28, 28)) if ndim == 3 else rng.integers(10, size=n)
        for (name, ndim), n in zip(MNIST.items(), counts, strict=True)
    }


@pytest.fixture
def mnist(tmp_path):
    for name, array in arrays().items():
        (tmp_path / name).write_bytes(idx(array))
    return tmp_path


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_bundle_is_small():
    assert BUNDLED.stat().st_size < 250_000


def test_bundle_holds_4000_and_1000_digits_of_256_pixels(digits):
    assert [array.shape for array in digits] == [(4000, 256), (4000,), (1000, 256), (1000,)]


def test_bundle_has_the_documented_dtypes(digits):
    assert [array.dtype for array in digits] == ["float32", "int64", "float32", "int64"]


def test_every_class_is_equally_frequent_in_both_parts(digits):
    assert np.bincount(digits.train_labels).tolist() == [400] * 10
    assert np.bincount(digits.test_labels).tolist() == [100] * 10


def test_pixels_are_bits(digits):
    assert set(np.unique(digits.train_images)) == {0, 1}
    assert set(np.unique(digits.test_images)) == {0, 1}


def test_no_picture_is_blank(digits):
    assert digits.train_images.any(axis=1).all()
    assert digits.test_images.any(axis=1).all()


def test_training_and_test_pictures_share_only_the_one_documented(digits):
    train = {picture.tobytes() for picture in digits.train_images}
    shared = [picture.tobytes() in train for picture in digits.test_images]
    assert digits.test_labels[shared].tolist() == [1]


def test_classes_are_mixed_so_that_batches_are_too(digits):
    assert len(np.unique(digits.train_labels[:100])) == 10


def test_pictures_look_like_their_labels(digits):
    """The nearest class mean of the training digits names most test digits."""
    means = np.stack([digits.train_images[digits.train_labels == d].mean(0) for d in range(10)])
    distances = ((digits.test_images[:, None] - means) ** 2).sum(-1)
    assert (distances.argmin(1) == digits.test_labels).mean() > 0.75


def test_split_order_is_a_permutation_that_holds_out_100_of_each_class():
    labels = np.repeat(np.arange(10), 150)
    order = split_order(labels)
    assert sorted(order) == list(range(1500))
    assert np.bincount(labels[order[-1000:]]).tolist() == [100] * 10


def test_area_weights_cover_every_source_pixel_equally():
    weights = area_weights(22, 16)
    assert weights.shape == (16, 22)
    assert (weights.sum(axis=1) == 22).all()
    assert (weights.sum(axis=0) == 16).all()


def test_resampling_is_the_mean_over_the_area_covered():
    """Against the definition: enlarge to a common multiple of both grids, average its blocks."""
    images = np.random.default_rng(1).integers(256, size=(3, 28, 28))
    fine = images[:, 3:25, 3:25].repeat(16, axis=1).repeat(16, axis=2)
    means = fine.reshape(3, 16, 22, 16, 22).mean(axis=(2, 4))
    np.testing.assert_array_equal(binarise(images), (means >= 127.5).reshape(3, 256))


@pytest.mark.parametrize(("grey", "ink"), [(0, False), (127, False), (127.5, True), (255, True)])
def test_half_of_full_scale_is_ink(grey, ink):
    assert (binarise(np.full((1, 28, 28), grey)) == ink).all()


def test_the_margin_is_ignored():
    image = np.full((1, 28, 28), 255)
    image[:, 3:25, 3:25] = 0
    assert not binarise(image).any()


def test_mnist_files_go_through_the_same_preprocessing(mnist):
    digits, expected = load_digits(mnist), arrays()
    np.testing.assert_array_equal(
        digits.train_images, binarise(expected["train-images-idx3-ubyte"])
    )
    np.testing.assert_array_equal(digits.train_labels, expected["train-labels-idx1-ubyte"])
    np.testing.assert_array_equal(digits.test_images, binarise(expected["t10k-images-idx3-ubyte"]))
    np.testing.assert_array_equal(digits.test_labels, expected["t10k-labels-idx1-ubyte"])


def test_mnist_has_the_same_dtypes_as_the_bundle(mnist, digits):
    assert [a.dtype for a in load_digits(str(mnist))] == [a.dtype for a in digits]


def test_gzipped_mnist_equals_unpacked(mnist, tmp_path_factory):
    packed = tmp_path_factory.mktemp("packed")
    for name in MNIST:
        (packed / f"{name}.gz").write_bytes(gzip.compress((mnist / name).read_bytes()))
    for plain, unpacked in zip(load_digits(mnist), load_digits(packed), strict=True):
        np.testing.assert_array_equal(plain, unpacked)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere is not a folder; put MNIST's four files"):
        load_digits(tmp_path / "nowhere")


@pytest.mark.parametrize("name", MNIST)
def test_missing_file_is_named_with_what_is_there(mnist, name):
    (mnist / name).unlink()
    other = next(other for other in MNIST if other != name)
    with pytest.raises(FileNotFoundError, match=rf"{name} \(or .gz\) is missing; found .*{other}"):
        load_digits(mnist)


def test_empty_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="found nothing; put MNIST's four files"):
        load_digits(tmp_path)


LABELS = "t10k-labels-idx1-ubyte"
IMAGES = "t10k-images-idx3-ubyte"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (IMAGES, idx(np.zeros(100)), "number 2049.* 3 axes starts with 2051; check that"),
        (LABELS, idx(np.zeros((4, 1, 1))), "number 2051.* 1 axes starts with 2049; check that"),
        (LABELS, b"", "is truncated: 0 bytes, its header alone takes 8; download it again"),
        (LABELS, idx(np.zeros(4))[:-1], r"is truncated: 3 .* \(4,\) promises 4; download it again"),
        (LABELS, idx(np.zeros(4)) + b"!", r"is too long: 5 .* \(4,\) promises 4; download it"),
        (IMAGES, idx(np.zeros((3, 28, 28))), "holds 3 pictures, .* 4 labels; take both from the"),
        (LABELS, idx(np.full(4, 12)), "holds the label 12, digits are 0 to 9; check that"),
        (IMAGES, idx(np.zeros((4, 8, 9))), "pictures of 8×9 pixels, MNIST's have 28×28; check"),
    ],
    ids=["labels as images", "images as labels", "empty", "truncated", "too long", "too few images",
         "label beyond 9", "wrong size"],
)  # fmt: skip
def test_wrong_file_is_named_with_what_was_found(mnist, name, content, message):
    (mnist / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}.*{message}"):
        load_digits(mnist)


@pytest.mark.parametrize(
    "content", [b"not gzip", gzip.compress(b"cut off")[:-4], b"\x1f\x8b\x08" + b"\xff" * 30]
)
def test_damaged_gzip_is_named(mnist, content):
    (mnist / LABELS).unlink()
    (mnist / f"{LABELS}.gz").write_bytes(content)
    with pytest.raises(ValueError, match=rf"{LABELS}.gz is damaged .*; download it again"):
        load_digits(mnist)
