"""The page on which one draws a digit: it answers as the library does, with mouse and with keys."""

import math

import numpy as np
import pytest

import autograd
import nn
from demos import digits, pad
from demos.data import load_digits


@pytest.fixture(scope="module")
def data():
    return load_digits()


@pytest.fixture(scope="module")
def models(data):
    """Both networks of the chapter, after a short training."""
    trained = {}
    for name, build in {
        "perceptron": digits.perceptron,
        "convolutional": digits.convolutional,
    }.items():
        autograd.manual_seed(1)
        trained[name] = build()
        images, ideal = digits.preprocess(data)
        digits.train(trained[name], images, ideal, 2)
    return trained


@pytest.fixture
def page(browser, models, data, tmp_path):
    file = pad.write(tmp_path / "draw.html", models, data.test_images, data.test_labels, "en")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert page.complaints == []
    page.close()


def draw(page, *strokes):
    """Draw with the mouse; places are parts of the paper's width and height."""
    box = page.locator("#paper").bounding_box()
    for stroke in strokes:
        (x, y), *rest = [
            (box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in stroke
        ]
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(x, y, steps=2)
        page.mouse.up()


def circle(x=0.5, y=0.5, width=0.25, height=0.35):
    turn = [2 * math.pi * i / 24 for i in range(25)]
    return [(x + width * math.sin(t), y - height * math.cos(t)) for t in turn]


def pixels(page):
    return np.array(page.evaluate("[...pixels]")).reshape(16, 16)


def test_the_page_answers_every_held_out_digit_as_the_library_does(page, models, data):
    answers = page.evaluate("[...labels].map((_, i) => window.answer(heldOut(i)))")
    for name, model in models.items():
        expected = model.predict(data.test_images)
        ours = np.array([answer[name] for answer in answers])
        np.testing.assert_allclose(ours, expected, rtol=0, atol=3e-6)
        assert (ours.argmax(axis=1) == expected.argmax(axis=1)).all()


def test_the_page_reads_the_held_out_digits_from_itself(page, data):
    bits = page.evaluate("[...labels].map((_, i) => heldOut(i).join(''))")
    assert bits == ["".join(str(int(p)) for p in image) for image in data.test_images]
    assert page.evaluate("[...labels]") == data.test_labels.tolist()


def test_the_page_checks_itself(page):
    page.locator("#check", has_text="Yes: 2,000 of 2,000 answers").wait_for()


def test_a_wrong_weight_is_noticed_by_the_page(page):
    page.evaluate("networks[0].layers[0].bias.fill(1)")
    assert page.evaluate("check().same") < 2000
    assert page.evaluate("check().largest") > 0.01


def test_a_circle_drawn_with_the_mouse_is_read_as_0(page):
    draw(page, circle())
    assert page.text_content("#verdict").count("says 0,") == 2


def test_a_circle_drawn_with_a_finger_is_read_as_0_and_the_page_stays_in_place(page):
    box = page.locator("#paper").bounding_box()
    touch = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(circle()):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        kind = "touchMove" if i else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator("#verdict", has_text="says").wait_for()
    assert page.text_content("#verdict").count("says 0,") == 2
    assert page.evaluate("scrollY") == 0


def test_a_line_drawn_with_the_keys_is_read_as_1(page):
    page.focus("#paper")
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    page.keyboard.press(" ")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    assert page.text_content("#verdict").count("says 1,") == 2


def test_size_and_place_of_a_drawing_do_not_matter(page):
    draw(page, circle())
    large = pixels(page)
    page.click("#clear")
    draw(page, circle(x=0.2, y=0.75, width=0.125, height=0.175))
    assert (pixels(page) != large).sum() <= 4  # a pointer's places are whole pixels


def test_the_mass_of_ink_is_in_the_middle(page):
    draw(page, [(0.4, 0.1), (0.4, 0.9)], [(0.4, 0.5), (0.8, 0.5)])
    rows, columns = np.nonzero(pixels(page))
    assert rows.mean() == pytest.approx(7.5, abs=0.3)
    assert columns.mean() == pytest.approx(7.5, abs=0.3)


def test_the_longer_side_is_as_long_as_that_of_the_training_digits(page):
    draw(page, circle())
    rows, _ = np.nonzero(pixels(page))
    assert len(set(rows)) == pytest.approx(20 / 22 * 16, abs=1)  # 20 of the 22 that are kept


def test_drawn_lines_have_as_much_ink_as_those_of_the_training_digits(page, data):
    ink = {}
    for digit, strokes in {0: [circle()], 1: [[(0.55, 0.2), (0.45, 0.8)]]}.items():
        page.click("#clear")
        draw(page, *strokes)
        ink[digit] = (
            pixels(page).sum() / data.train_images[data.train_labels == digit].sum(1).mean()
        )
    assert ink == pytest.approx({0: 1, 1: 1}, abs=0.15)


def test_clear_and_undo_take_the_drawing_back(page):
    draw(page, [(0.3, 0.2), (0.3, 0.8)], [(0.7, 0.2), (0.7, 0.8)])
    both = pixels(page)
    page.click("#undo")
    assert pixels(page).any()
    assert (pixels(page) != both).any()
    page.click("#clear")
    assert not pixels(page).any()
    assert page.text_content("#verdict").startswith("The paper is empty.")


def test_a_held_out_digit_is_shown_with_what_its_writer_meant(page):
    page.click("#sample")
    assert "The writer meant" in page.text_content("#verdict")
    draw(page, circle())  # a new drawing begins
    assert "The writer meant" not in page.text_content("#verdict")


def test_a_layer_that_the_page_does_not_know_is_named():
    with pytest.raises(TypeError, match="Tanh"):
        pad.layers(nn.Sequential(nn.Linear(256, 10), nn.Tanh()))
