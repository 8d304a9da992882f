"""The graph panel in a real JupyterLab: sweeps by mouse and keyboard, typed answers, clicks on nodes, and a link."""

import json

import pytest

PANEL = "import derivlab as dl\npanel = dl.GraphPanel()\npanel"
IMAGE, WORDS = ".dl-panel img", ".dl-words"


@pytest.fixture(scope="module")
def page(lab):
    page = lab.open("graph.ipynb", PANEL)
    page.wait_for_selector(f"{IMAGE}[src^=blob]", timeout=60_000)
    yield page
    page.close()


def until(page, words, timeout=15_000):
    """Wait for words in the live text, and for a picture that belongs to them."""
    page.wait_for_selector(f"{WORDS}:has-text({json.dumps(words, ensure_ascii=False)})", timeout=timeout)
    page.wait_for_function("document.querySelector('.dl-frame canvas').hidden", timeout=timeout)


def field(page):
    return page.locator(".dl-answer input")


def test_step_back_and_play_walk_the_sweep_to_its_end_and_no_further(page):
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "reverse, step 1 of 9")
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "reverse, step 2 of 9")
    page.get_by_role("button", name="Step back").click()
    until(page, "reverse, step 1 of 9")
    before = page.locator(IMAGE).get_attribute("src")
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "Derivative by p: [3.16771, 3.58385]", 30_000)
    page.wait_for_selector("button:has-text('▶ Play')")
    assert page.locator(IMAGE).get_attribute("src") != before
    slider = page.get_by_role("slider", name="step", exact=True)
    assert slider.get_attribute("max") == "9"
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.get_by_role("spinbutton", name="step, number").input_value() == "9"
    page.keyboard.press("ArrowLeft")
    until(page, "reverse, step 8 of 9")


def test_typed_answers_get_hints_and_make_the_step(page):
    box = page.get_by_role("spinbutton", name="step, number")
    box.fill("4")
    box.press("Enter")
    until(page, "reverse, step 4 of 9")
    page.wait_for_selector(".dl-answer label:has-text('∂v4/∂a =')")
    assert "? shows it" in field(page).get_attribute("placeholder")
    for answer, says in (
        ("-cos(a)", "The size is right, the sign is not."),
        ("sin(a)", "That is the value of v4."),
    ):
        field(page).fill(answer)
        field(page).press("Enter")
        page.wait_for_selector(f".dl-said:has-text({json.dumps(says, ensure_ascii=False)})")
    for hostile in ("foo(", "__import__('os')", "", "x" * 900):
        field(page).fill(hostile)
        page.get_by_role("button", name="Check", exact=True).click()
        page.wait_for_selector(".dl-error:visible")
        assert "\n" not in page.locator(".dl-error").inner_text()
        assert page.locator(".dl-said").inner_text() == ""
    field(page).fill("cos(a)")
    field(page).press("Enter")
    page.wait_for_selector(".dl-said:has-text('✓ Right: ∂v4/∂a = -0.416147. Score: 1 of 3.')")
    until(page, "adjoint of a: 2 − 0.416147 = 1.58385")
    assert page.locator(".dl-error").is_hidden()
    assert field(page).input_value() == ""


def test_play_waits_for_an_answer_where_that_is_wished(page):
    page.get_by_label("Play waits").check()
    until(page, "Play waits for answers.")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_timeout(500)
    assert page.get_by_role("spinbutton", name="step, number").input_value() == "5"
    field(page).fill("y")
    field(page).press("Enter")
    until(page, "reverse, step 6 of 9")
    page.get_by_label("Play waits").uncheck()
    until(page, "Next: a = x·y: what is ∂a/∂y, where x = 1, y = 2?")


def test_a_click_on_a_node_nudges_it_and_the_slider_moves_the_output(page):
    image = page.locator(IMAGE)
    place = image.bounding_box()
    image.click(position={"x": 0.5 * place["width"], "y": 0.31 * place["height"]})
    until(page, "Nudge a by 0.2: the output moves by ")
    slider = page.get_by_role("slider", name="by Δ")
    slider.focus()
    page.keyboard.press("ArrowRight")
    until(page, "Nudge a by 0.22: the output moves by ")


def test_another_function_and_mode_bring_their_own_ends(page):
    page.get_by_label("function").select_option("six inputs, one output")
    until(page, "reverse, step 0 of 16")
    page.get_by_label("mode").select_option("forward")
    until(page, "forward, step 0 of 96")
    page.wait_for_function(
        "[...document.querySelectorAll('.dl-integer input[type=range]')].some((range) => range.max === '96')"
    )
    assert page.get_by_label("at", exact=True).input_value() == "1, 2, -1, 3, 0.5, 4"


def test_the_console_stays_quiet_nothing_leaves_the_host_and_there_is_no_barrier(lab, page):
    assert not lab.complaints(page)
    assert not page.abroad
    assert (
        page.locator(IMAGE)
        .get_attribute("alt")
        .startswith("Inside the chain rule: sweeps over a graph: forward, step 0")
    )
    assert not lab.barriers(page)


def test_a_link_restores_the_state(lab):
    from derivlab.panels.graph import GraphPanel

    panel = GraphPanel(
        function="chain: exp(sin(x²))", mode="forward", step=2, node=1, nudge=0.4, ask="contribution"
    )
    lab.write("linked_graph.ipynb", PANEL, "'next cell'")
    page = lab.visit(panel.link(f"{lab.address}?token={lab.token}", notebook="linked_graph.ipynb"))
    until(page, panel.words[:40], 60_000)
    assert page.locator(WORDS).inner_text() == panel.words
    assert page.get_by_label("ask").input_value() == "contribution"
    page.close()


TAPE = """import derivlab as dl
import numpy as np
def f(x):
    a = x[0] * x[1]
    return np.sin(a) + a * x[1]
dl.tape(f, [1.0, 2.0]).show()"""


def test_the_picture_of_a_tape_shows_a_nodes_line_on_hover_and_on_focus(lab):
    page = lab.open("tape.ipynb", TAPE)
    page.wait_for_selector(".derivlab-tape svg[role=img]", timeout=60_000)
    nodes = page.locator(".derivlab-tape g.node")
    nodes.nth(3).hover()
    assert nodes.nth(3).locator(".detail").is_visible()
    nodes.nth(3).focus()
    page.keyboard.press("Tab")
    page.mouse.move(2, 2)
    shown = page.locator(".derivlab-tape .detail:visible")
    assert shown.count() == 1
    assert (
        "v4 = sin(a) = 0.909297, adjoint 1 (line 5 of the cell: return np.sin(a) + a * x[1])"
        in shown.text_content()
    )
    assert not lab.complaints(page)
    page.close()
