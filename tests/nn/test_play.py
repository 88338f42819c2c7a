"""The page of nn.play, and of a GraphRecorder, in a browser; skipped without chromium."""

import numpy as np
import pytest

import autograd
import nn
import optim

X, IDEAL = np.array([[0.9, 0.2]]), np.array([[1.0, 0.0]])


def build(dtype=np.float64):
    autograd.manual_seed(1)
    return nn.Sequential(
        nn.Linear(2, 2, dtype=dtype), nn.Sigmoid(), nn.Linear(2, 2, dtype=dtype), nn.Sigmoid()
    )


def exact(page, key):
    return float(page.locator(f"[data-fact={key}]").first.get_attribute("data-exact"))


def slide(page, to):
    page.locator("#moment").evaluate(
        f"slider => {{ slider.value = {to}; slider.dispatchEvent(new Event('input')); }}"
    )


def pick(page, name, element):
    page.locator(".node", has_text=name).click()
    page.locator(f"[data-pick='{element}']").click()


def trained(model, optimizer, steps):
    """The weights before every step, the gradients and the loss, by hand."""
    told = []
    for _ in range(steps):
        loss = ((model(X) - IDEAL) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        told.append((model[0].weight.data.copy(), model[0].weight.grad.copy(), loss.item()))
        optimizer.step()
    return told


def test_the_slider_moves_values_gradients_and_loss_together(open_page, tmp_path):
    twin = build()
    told = trained(twin, optim.SGD(twin.parameters(), lr=0.7), 6)
    model = build()
    sgd = optim.SGD(model.parameters(), lr=0.7)
    page = open_page(nn.play(model, X, IDEAL, optimizer=sgd, steps=6, path=tmp_path / "p.html"))
    pick(page, "0.weight", 2)
    marks = set()
    for step in (5, 0, 3):
        slide(page, step)
        weight, gradient, loss = told[step]
        assert exact(page, "before") == weight[1, 0]
        assert exact(page, "slope") == gradient[1, 0]
        assert exact(page, "total") == gradient[1, 0]
        assert page.locator("#when").inner_text() == f"step {step} · loss {loss:.6g}"
        shown = page.locator(".node", has_text="0.weight").locator("text").all_text_contents()
        assert shown[5].replace("−", "-") == f"{weight[1, 0]:.3g}"
        marks.add(page.locator("#mark").get_attribute("d"))
    assert len(marks) == 3


def test_the_correction_of_sgd_is_shown_with_its_numbers(open_page, tmp_path):
    model = build()
    sgd = optim.SGD(model.parameters(), lr=0.7)
    page = open_page(nn.play(model, X, IDEAL, optimizer=sgd, steps=4, path=tmp_path / "p.html"))
    pick(page, "0.weight", 1)
    slide(page, 1)
    after = exact(page, "after")
    assert after == exact(page, "before") - exact(page, "rate") * exact(page, "slope")
    assert "w ← w − lr · grad = " in page.locator(".formula").inner_text()
    slide(page, 2)
    assert exact(page, "before") == after
    slide(page, 4)
    assert "ends here" in page.locator(".update").inner_text()


def test_the_correction_of_another_optimiser_is_the_step_it_took(open_page, tmp_path):
    model = build()
    page = open_page(nn.play(model, X, IDEAL, optimizer="adam", steps=3, path=tmp_path / "p.html"))
    pick(page, "0.weight", 0)
    slide(page, 1)
    assert exact(page, "before") + exact(page, "step") == pytest.approx(exact(page, "after"))
    assert abs(exact(page, "step")) == pytest.approx(0.001, rel=0.5)
    assert "Adam(lr=0.001" in page.locator(".update").inner_text()


def test_paths_and_rest_add_up_to_the_gradient_at_every_step(open_page, tmp_path):
    autograd.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(2, 3, dtype=np.float64), nn.Tanh(), nn.Linear(3, 3, dtype=np.float64), nn.Tanh(),
        nn.Linear(3, 2, dtype=np.float64),
    )  # fmt: skip
    page = open_page(nn.play(model, X, IDEAL, steps=4, path=tmp_path / "p.html"))
    pick(page, "0.weight", 3)
    for step in (0, 2, 4):
        slide(page, step)
        products = page.locator("[data-fact=path]")
        assert products.count() == 5
        found = sum(float(p.get_attribute("data-exact")) for p in products.all())
        assert found + exact(page, "rest") == pytest.approx(exact(page, "total"), rel=1e-12)


def test_an_element_of_a_large_weight_is_corrected_and_explained_too(open_page, tmp_path):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 40, dtype=np.float64), nn.Tanh(), nn.Linear(40, 2))
    sgd = optim.SGD(model.parameters(), lr=0.5)
    page = open_page(nn.play(model, X, IDEAL, optimizer=sgd, steps=3, path=tmp_path / "p.html"))
    page.locator(".node", has_text="0.weight").click()
    slide(page, 1)
    assert exact(page, "slope") == exact(page, "total") != 0
    after = exact(page, "before") - 0.5 * exact(page, "slope")
    assert exact(page, "after") == pytest.approx(after, rel=1e-15)


def test_the_keyboard_alone_moves_through_the_training_and_chooses_an_element(open_page, tmp_path):
    page = open_page(nn.play(build(), X, IDEAL, steps=3, path=tmp_path / "p.html"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#moment").input_value() == "2"
    page.keyboard.press("ArrowUp")
    assert page.locator("#moment").input_value() == "1"
    page.keyboard.press("/")
    page.keyboard.type("2.bias")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("[data-pick='1']").press("Enter")
    assert page.locator("#why h2").inner_text() == "2.bias[1]"
    page.keyboard.press("Escape")
    assert page.locator("#why").is_hidden()


def test_a_click_on_the_curve_goes_there(open_page, tmp_path):
    page = open_page(nn.play(build(), X, IDEAL, steps=8, path=tmp_path / "p.html"))
    box = page.locator("#curve").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 10)
    assert page.locator("#moment").input_value() == "4"


def test_a_recorder_feeds_the_same_page_from_fit(open_page, tmp_path):
    model = build()
    model.compile("mse", optim.SGD(model.parameters(), lr=0.5))
    recorder = nn.callbacks.GraphRecorder(every=2)
    x, y = np.tile(X, (10, 1)), np.tile(IDEAL, (10, 1))
    history = model.fit(x, y, batch_size=4, epochs=2, verbose=0, callbacks=[recorder])
    assert len(history.epoch) == 2
    page = open_page(recorder.play(tmp_path / "p.html"))
    # Batches 0, 2 and 4 were kept; batch 2 is a smaller one, whose graph has other shapes.
    assert page.locator("#moment").get_attribute("max") == "1"
    pick(page, "0.weight", 0)
    slide(page, 1)
    frame = recorder.frames[2]
    assert page.locator("#when").inner_text().startswith("step 4 ")
    assert exact(page, "before") == frame.values["0.weight"][0, 0]
    assert exact(page, "total") == frame.gradients["0.weight"][0, 0]
    assert exact(page, "after") == exact(page, "before") - 0.5 * exact(page, "slope")
    assert page.evaluate("story.losses.length") == 6


def test_clipped_gradients_are_no_plain_correction(open_page, tmp_path):
    model = build()
    model.compile("mse", optim.SGD(model.parameters(), lr=0.5), clip_norm=1e-3)
    recorder = nn.callbacks.GraphRecorder()
    model.fit(X, IDEAL, epochs=2, verbose=0, callbacks=[recorder])
    page = open_page(recorder.play(tmp_path / "p.html", lang="ko"))
    pick(page, "0.weight", 0)
    assert "w ← w + Δ" in page.locator(".formula").inner_text()
    assert "가중치 수정" in page.locator(".update").inner_text()


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_model_and_optimiser_are_as_before(tmp_path, optimizer):
    model = build()
    stepper = optim.get(optimizer, model.parameters())
    model[0].bias.grad = [1.0, 2.0]
    before = model.state_dict()
    nn.play(model, X, IDEAL, optimizer=stepper, steps=2, path=tmp_path / "p.html")
    assert all(np.array_equal(before[name], now) for name, now in model.state_dict().items())
    assert model[0].bias.grad.tolist() == [1.0, 2.0]
    assert model[0].weight.grad is None
    assert all(not np.any(m) for moments in stepper.state_dict()["moments"] for m in moments)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"steps": 0}, "steps must be a positive integer"),
        ({"lang": "fr"}, "'en', 'ko' or None"),
        ({"optimizer": "nobody"}, "nobody"),
        ({"optimizer": optim.SGD([autograd.Value(1.0)], lr=1.0)}, "none of this model's"),
    ],
)
def test_what_cannot_be_played_is_refused(tmp_path, settings, said):
    with pytest.raises(ValueError, match=said):
        nn.play(build(), X, IDEAL, path=tmp_path / "p.html", **settings)
    assert list(tmp_path.iterdir()) == []


def test_a_recorder_that_kept_nothing_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"callbacks=\[recorder\]"):
        nn.callbacks.GraphRecorder().play(tmp_path / "p.html")
