"""The page of autograd.play, driven in a browser as a reader would; skipped without chromium."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import autograd
import nn
from autograd import Value

HOSTILE = [
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror='window.pwned=1'>",
    "\"'><svg onload=window.pwned=1>\n두 번째 줄 🙂",
    "@@SCRIPT@@ @@DATA@@",
    "]]>--><b>",
]


@pytest.fixture
def show(open_page, tmp_path):
    """Opens the page of a loss."""
    return lambda loss, **options: open_page(
        autograd.play(loss, path=tmp_path / "play.html", **options)
    )


def neuron():
    """tanh(x w + b), and the values by name."""
    values = {"x": Value(2.0, name="x"), "w": Value(-0.3, name="w"), "b": Value(0.1, name="b")}
    loss = (values["x"] * values["w"] + values["b"]).tanh()
    loss.name = "loss"
    return loss, values


def sentence(page):
    return page.locator("#sentence").inner_text()


def fact(page, key):
    found = page.locator(f"[data-fact={key}]")
    return found.inner_text() if found.count() else None


def test_stepping_tells_the_pass_forward_then_backward(show):
    page = show(neuron()[0])
    told = []
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        told.append(sentence(page))
    assert [text.split(":")[0] for text in told[:3]] == ["Forward"] * 3
    assert told[3].startswith("tanh sends grad · (1 − tanh²)")
    sent = float(f"{(1 - np.tanh(2 * -0.3 + 0.1) ** 2) * -0.3:.4g}")
    assert f"multiply sends grad · y = {sent} to x".replace("-", "−") in told[5]
    assert "to w" in told[5]


def test_numbers_in_the_page_are_the_engines(show):
    loss, values = neuron()
    loss.backward()
    page = show(loss)
    page.keyboard.press("End")
    for name, value in (values | {"loss": loss}).items():
        page.fill("#find", name)
        assert float(fact(page, "value")) == float(value.data)
        assert float(fact(page, "grad")) == float(value.grad)


def test_gradient_appears_only_once_it_has_arrived(show):
    page = show(neuron()[0])
    page.locator("#n0").hover()
    assert (fact(page, "value"), fact(page, "grad")) == ("2", None)
    page.keyboard.press("End")
    assert fact(page, "grad") is not None
    page.keyboard.press("Home")
    assert fact(page, "grad") is None


def test_scrubbing_moves_to_any_step_and_space_plays_to_the_end(show):
    page = show(neuron()[0])
    page.locator("#scrub").evaluate("s => { s.value = 4; s.dispatchEvent(new Event('input')); }")
    assert sentence(page).startswith("tanh sends")
    page.select_option("#speed", "40")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(" ")
    expect(page.locator("#scrub")).to_have_value("6")


def test_keyboard_alone_zooms_fits_finds_and_shows_help(show):
    page = show(neuron()[0])
    box = "document.querySelector('#stage svg').getAttribute('viewBox')"
    whole = [float(x) for x in page.evaluate(box).split()]
    page.keyboard.press("+")
    assert float(page.evaluate(box).split()[2]) < whole[2]
    page.keyboard.press("0")
    assert [float(x) for x in page.evaluate(box).split()] == pytest.approx(whole, abs=0.01)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("w")
    assert page.locator(".node.found").count() == 1


def test_korean_is_chosen_by_argument_and_by_button(show):
    page = show(neuron()[0], lang="ko")
    page.keyboard.press("End")
    assert "오차 역전파" in sentence(page)
    page.click("#lang")
    assert "sends" in sentence(page)


def test_hostile_names_stay_names(show):
    values = [Value(float(i + 1), name=name) for i, name in enumerate(HOSTILE)]
    page = show(sum(values[1:], values[0]).tanh())
    page.keyboard.press("End")
    told = []
    for i in range(len(HOSTILE)):
        page.locator(f"#n{i}").focus()
        told.append(page.locator("[data-fact=name]").text_content())
    assert sorted(told) == sorted(HOSTILE)
    assert page.evaluate("window.pwned") is None
    assert page.locator("script").count() == 2


def test_tensors_and_operands_used_twice_are_shown(show):
    x = Value(np.array([1.0, 2.0]), name="x")
    page = show((x * x).sum())
    page.keyboard.press("End")
    assert page.locator(".edge.sent").count() == 3
    page.fill("#find", "x")
    assert fact(page, "grad") == "[2  4]"


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_chosen_weight_is_explained_and_its_paths_are_lit(show, hand):
    w = Value(0.5, name="w")
    loss = (w * 3.0).tanh() * w  # two paths
    loss.backward()
    page = show(loss)
    if hand == "mouse":
        page.locator("#n0").click()
    else:
        page.locator("#n0").focus()
        page.keyboard.press("Enter")
    rows = page.locator("[data-fact=path]")
    products = [float(row.get_attribute("data-exact")) for row in rows.all()]
    assert len(products) == 2
    assert sum(products) == pytest.approx(float(w.grad), rel=1e-12)
    assert page.locator(".edge.lit").count() == 4


def test_the_picture_speaks_the_language_of_the_page(show):
    w = Value(np.ones((3, 3)), name="w")
    page = show((w * w).sum(), lang="ko")
    picture = page.locator("#stage")
    assert "grad 노름 6" in picture.text_content()
    page.click("#lang")
    assert "grad norm 6" in picture.text_content()
    assert "노름" not in picture.text_content()


def test_unknown_language_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match="'en', 'ko' or None"):
        autograd.play(Value(1.0) * 2, path=tmp_path / "p.html", lang="fr")
    assert list(tmp_path.iterdir()) == []


def test_the_dark_page_has_the_colours_of_the_dark_theme(show):
    from autograd.viz.themes import DARK

    def rgb(color):
        return "rgb({}, {}, {})".format(*bytes.fromhex(color[1:]))

    page = show(neuron()[0])
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.wait_for_selector("[data-ready]")
    page.keyboard.press("End")
    loss = page.locator(".node", has_text="loss")
    expect(loss.locator("ellipse")).to_have_css("fill", rgb(DARK.result))
    expect(loss.get_by_text("loss")).to_have_css("fill", rgb(DARK.ink))
    expect(loss.get_by_text("grad")).to_have_css("fill", rgb(DARK.gradient))


def nested():
    autograd.manual_seed(0)
    inner = nn.Sequential(nn.Linear(2, 2, dtype=np.float64), nn.Tanh())
    model = nn.Sequential(inner, nn.Linear(2, 1, dtype=np.float64))
    loss = (model(np.array([[1.0, -2.0]])) ** 2).sum()
    loss.name = "loss"
    return loss, model


def titles(page):
    return page.evaluate("view.nodes.filter(i => node(i).kind === 'box').map(i => node(i).name)")


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_module_opens_and_folds(show, hand):
    page = show(nested()[0])

    def do(selector):
        if hand == "mouse":
            page.locator(selector).locator("text").first.click()
        else:
            page.locator(selector).focus()
            page.keyboard.press("Enter")

    page.keyboard.press("End")
    assert titles(page) == []
    page.keyboard.press("[")
    assert titles(page) == ["Sequential"]
    do(".node[aria-expanded=false]")
    assert titles(page) == ["0 · Sequential", "1 · Linear"]
    do(".node[aria-expanded=false][aria-label='1 · Linear']")
    assert titles(page) == ["0 · Sequential"]
    do("[data-frame][aria-label='1 · Linear']")
    assert titles(page) == ["0 · Sequential", "1 · Linear"]
    do("[data-frame][aria-label='Sequential']")
    assert titles(page) == ["Sequential"]
    page.click("#unfold")
    assert titles(page) == []


def test_a_folded_module_steps_as_one_and_numbers_stay(show):
    loss, model = nested()
    loss.backward()
    page = show(loss)
    page.locator(".node", has_text="1.weight").click()
    page.keyboard.press("[")
    page.keyboard.press("End")
    assert page.evaluate("steps.length") < 8
    page.locator(".node", has_text="loss").hover()
    assert float(fact(page, "value")) == loss.item()
    # The chosen weight's paths now leave from its box.
    assert page.locator(".edge.lit").count() == 2
    box = page.locator(".node[aria-expanded=false]")
    norm = np.sqrt(sum(np.sum(p.grad**2) for p in model.parameters()))
    assert f"grad norm of its leaves {norm:.3g}" in " ".join(box.text_content().split())


def test_what_is_written_while_it_moves_is_what_was_drawn(show):
    from autograd.viz.labels import number

    page = show(nested()[0])
    page.keyboard.press("End")
    for i in page.evaluate("view.nodes.filter(i => node(i).kind !== 'box')"):
        drawn = page.evaluate(
            f"[...view.nodeOf.get({i}).querySelectorAll('text')].map(t => t.textContent)"
            f".slice(node({i}).head)"
        )
        told = page.evaluate(f"lines({i})")
        assert [" ".join(t.split()) for t in drawn] == [" ".join(t.split()) for t in told]
    for e in page.evaluate("view.edges"):
        drawn = page.evaluate(f"view.edgeOf.get({e}).querySelector('text').textContent")
        assert " ".join(drawn.split()) == " ".join(page.evaluate(f"edgeText({e})").split())
    some = [0.0, 1.0, -2.5, 2025.0, 1e6, 123456.7, 999999.5, 0.00012345, -9.99e-5, 1e-7, 1e22, 0.05]
    some += [
        float(x) for x in np.random.default_rng(0).normal(size=50) * 10.0 ** np.arange(-25, 25)
    ]
    assert page.evaluate("all => all.map(number)", some) == [number(x) for x in some]


def test_the_picture_is_dragged_and_zoomed_where_the_pointer_is(show):
    page = show(neuron()[0])

    def box():
        return [float(x) for x in page.evaluate("view.svg.getAttribute('viewBox')").split()]

    before = box()
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(400, 330, steps=4)
    page.mouse.up()
    dragged = box()
    assert dragged[0] < before[0]
    assert dragged[1] < before[1]
    assert dragged[2:] == before[2:]
    page.mouse.wheel(0, -300)
    zoomed = box()
    assert zoomed[2] < dragged[2]
    page.click("#fit")
    assert box() == pytest.approx(before)


def test_a_large_picture_is_moved_as_painted_and_painted_anew_at_rest(show):
    page = show(sum(Value(0.1 * i).tanh() for i in range(80)), max_nodes=1000)
    page.click("#closer")
    assert "scale(1.25)" in page.locator("#stage svg").get_attribute("style")
    expect(page.locator("#stage svg")).not_to_have_attribute("style", re.compile("scale"))
    assert float(page.evaluate("view.svg.getAttribute('viewBox')").split()[2]) == pytest.approx(
        0.8 * page.evaluate("view.home[2]")
    )


def test_hovering_an_edge_tells_its_message_share_and_local_derivative(show):
    x = Value(3.0, name="x")
    loss = x * 2.0 + x * 6.0
    page = show(loss)
    page.keyboard.press("End")
    edges = page.evaluate("view.edges.filter(e => called(story.edges[e].tail) === 'x')")
    told = set()
    for e in edges:
        page.evaluate(f"tell({{ edge: {e} }})")
        told.add((fact(page, "local"), fact(page, "message"), fact(page, "share")))
    assert told == {("2", "2", "25%"), ("6", "6", "75%")}
    page.locator(".edge.sent path").first.hover(force=True)
    assert page.locator(".edge > title").first.text_content().startswith("sends back")


def test_tooltips_and_constants_speak_korean_too(show):
    page = show(neuron()[0] * 4.0, lang="ko")
    page.keyboard.press("End")
    page.locator(".node", has_text="w").first.hover()
    title = page.locator(".node > title").first.text_content()
    assert "값: -0.3" in title
    assert "기울기: " in title
    page.evaluate("tell({ constant: 0 })")
    assert fact(page, "name") == "multiply의 피연산자 y"
    assert fact(page, "value") == "4"


@pytest.mark.parametrize(("width", "zoom"), [(1280, 1), (400, 1), (640, 2)])
def test_nothing_is_wider_than_the_window(show, width, zoom):
    page = show(nested()[0])
    page.set_viewport_size({"width": width // zoom, "height": 800 // zoom})
    page.keyboard.press("End")
    page.locator(".node", has_text="1.weight").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    assert page.evaluate("document.documentElement.scrollWidth") <= width // zoom
    assert page.locator("#why").is_visible()


def test_a_gradient_of_a_gradient_is_played_too(show):
    x = Value(0.7, name="x")
    slope = autograd.grad(lambda v: autograd.sin(v) * v)
    second = Value(float(autograd.grad(slope)(0.7)))
    inner = autograd.grad(lambda v: autograd.sin(v) * v)(x)
    page = show(inner)
    page.keyboard.press("End")
    page.fill("#find", "x")
    assert float(fact(page, "grad")) == pytest.approx(float(second.data))


def test_a_compiled_function_opens_in_the_page(show):
    w = Value(0.5, name="w")
    step = autograd.jit(lambda w: autograd.tanh(w) * 2.0)
    for _ in range(3):
        loss = step(w) ** 2
    page = show(loss)
    page.keyboard.press("[")
    (box,) = titles(page)
    assert box.endswith("jit")
    page.keyboard.press("]")
    assert page.evaluate("view.nodes.map(i => node(i).op)").count("tanh") == 1


def test_the_browser_chooses_the_language(browser, tmp_path):
    page = browser.new_page(locale="ko-KR")
    page.goto(autograd.play(neuron()[0], path=tmp_path / "play.html").as_uri())
    page.wait_for_selector("[data-ready]")
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert "스페이스" in sentence(page)
    page.close()


def test_a_page_of_two_thousand_nodes_is_small_and_whole(show, tmp_path):
    x = Value(0.5, name="x")
    parts = [(Value(0.01 * i) * x).tanh() for i in range(500)]
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2])
        parts = [a + b for a, b in pairs] + parts[len(parts) // 2 * 2 :]
    page = show(parts[0], max_nodes=4000)
    assert page.locator(".node").count() == 2000
    assert (tmp_path / "play.html").stat().st_size < 3e6
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".node.graded").count() > 1990
    # From so far the text cannot be read and is not painted; a search goes near.
    assert not page.locator(".node text").first.is_visible()
    page.fill("#find", "x")
    page.press("#find", "Enter")
    node = page.locator(".node", has=page.get_by_text("x", exact=True))
    expect(node).to_be_visible()
    at = node.bounding_box()
    assert at["height"] > 20
    assert (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2) == pytest.approx(
        page.evaluate(
            "(({left, top, width, height}) => [left + width / 2, top + height / 2])"
            "(view.svg.parentNode.getBoundingClientRect())"
        ),
        abs=3,
    )
