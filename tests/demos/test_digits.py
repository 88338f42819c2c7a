"""The digits chapter: the five steps, two networks, and what they look at."""

import re

import numpy as np
import pytest

import autograd
from demos import digit_figures, digits
from demos.data import load_digits


@pytest.fixture(scope="module")
def page(digits_page):
    return digits_page.read_text(encoding="utf-8")


def accuracy(page, network):
    return float(re.search(rf"<b>([\d.]+)%</b>test accuracy, {network}", page)[1])


def test_the_perceptron_reads_at_least_91_percent_and_the_convolutional_network_more(page):
    assert accuracy(page, "perceptron") >= 91
    assert accuracy(page, "convolutional") >= 95


def test_the_five_steps_are_told_in_order(page):
    steps = ["1. Prepare", "2. Preprocess", "3. Build", "4. Train", "5. Evaluate"]
    places = [page.index(f"<h2>{step}") for step in steps]
    assert places == sorted(places)


def test_the_graph_of_one_loss_is_drawn_with_its_weights(page):
    assert 'class="picture graph"' in page
    assert "0.weight" in page


def test_the_ideal_is_1_for_the_right_digit_and_0_elsewhere():
    data = digits.prepare()
    images, ideal = digits.preprocess(data)
    assert ideal.shape == (4000, 10)
    assert (ideal.argmax(axis=1) == data.train_labels).all()
    assert (np.sort(ideal, axis=1) == np.eye(10)[9]).all()
    assert images is data.train_images


@pytest.mark.parametrize("build", [digits.perceptron, digits.convolutional])
def test_saliency_is_how_the_winning_probability_changes_with_a_pixel(build):
    autograd.manual_seed(0)
    model = build().eval()
    image = load_digits().test_images[:1]
    winner = int(model.predict(image).argmax())
    slopes = digits.saliency(model, image)
    assert slopes.shape == image.shape
    for pixel in np.argsort(-np.abs(slopes[0]))[:3]:
        ends = image.repeat(2, axis=0)
        ends[:, pixel] += (-0.01, 0.01)
        low, high = model.predict(ends)[:, winner]
        assert slopes[0, pixel] == pytest.approx((high - low) / 0.02, rel=0.1)


def test_the_part_of_a_map_near_ink_is_counted_by_size():
    image = np.zeros((1, 256))
    image[0, 5 * 16 + 5] = 1
    near, far = np.zeros((1, 256)), np.zeros((1, 256))
    near[0, 4 * 16 + 6], far[0, 5 * 16 + 7] = -3, 1
    assert digits._near_ink(near + far, image) == pytest.approx(0.75)


def test_digits_that_tell_the_networks_apart_are_shown():
    labels = np.array([0, 1, 2, 3, 4, 5, 6])
    first, second = np.array([0, 1, 9, 9, 4, 9, 6]), np.array([0, 1, 2, 3, 9, 9, 6])
    assert digits._telling(labels, first, second) == [0, 1, 2, 3, 4, 5]


def test_a_stack_shows_the_digit_and_every_map():
    image = load_digits().test_images[:2]
    markup = digit_figures.stacks(image, [image, -image, image], ["3", "7"])
    assert markup.count("<img") == 8
