"""Panels in a real JupyterLab: pictures and words follow every control, by mouse, keyboard and link."""

import json

import pytest

PANEL = "from derivlab.panels.comparison import ComparisonPanel\npanel = ComparisonPanel()\npanel"


@pytest.fixture(scope="module")
def page(lab):
    page = lab.open("comparison.ipynb", PANEL)
    page.wait_for_selector(".dl-panel img[src^=blob]", timeout=60_000)
    yield page
    page.close()


def look(page):
    """The picture's address and the words: both are new for every frame."""
    return page.locator(".dl-panel img").get_attribute("src"), page.locator(".dl-words").inner_text()


def changed(page, act):
    """Picture and words before and after an act of the reader."""
    before = look(page)
    act()
    page.wait_for_function(
        "([src, words]) => document.querySelector('.dl-panel img').src !== src && document.querySelector('.dl-words').textContent !== words",
        arg=list(before),
        timeout=10_000,
    )
    return before, look(page)


def test_arrow_keys_on_a_slider_move_picture_and_words(page):
    slider = page.get_by_role("slider", name="point x")
    slider.focus()
    _, (_, words) = changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert words.startswith("At x = 1.05 ")
    assert page.get_by_role("spinbutton", name="point x, number").input_value() == "1.05"
    assert page.locator(".dl-panel img").get_attribute("alt").endswith(words)


def test_a_number_box_takes_numbers_between_the_stops(page):
    box = page.get_by_role("spinbutton", name="point x, number")

    def type_it():
        box.fill("0.123")
        box.press("Enter")

    _, (_, words) = changed(page, type_it)
    assert words.startswith("At x = 0.123 ")
    box.press("Control+a")
    page.keyboard.type("0,5")  # a decimal comma is one
    changed(page, lambda: box.press("Enter"))
    assert box.input_value() == "0.5"
    changed(page, lambda: (box.fill("0.123"), box.press("Enter")))


def test_a_number_outside_its_range_is_refused_in_a_sentence(page):
    box, before = page.get_by_role("spinbutton", name="point x, number"), look(page)
    box.fill("31")
    box.press("Enter")
    page.wait_for_selector(".dl-error:has-text('x = 31 is outside -3 to 3; choose a number in between.')")
    assert (box.input_value(), look(page)) == ("0.123", before)
    changed(page, lambda: (box.fill("-3"), box.press("Enter")))
    assert page.locator(".dl-error").is_hidden()
    changed(page, lambda: (box.fill("0.123"), box.press("Enter")))


def test_a_choice_redraws_the_background(page):
    _, (_, words) = changed(page, lambda: page.get_by_label("function").select_option("x³ − 2x"))
    assert "slope is -1.95" in words


def test_a_click_on_the_curve_moves_the_point(page):
    image = page.locator(".dl-panel img")
    changed(page, lambda: image.click(position={"x": 60, "y": 150}))
    assert float(page.get_by_role("spinbutton", name="point x, number").input_value()) < -2


def test_play_pause_step_back_and_reset(page):
    changed(page, lambda: page.get_by_role("button", name="Play", exact=True).click())
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Pause").click()
    for button in ("Step", "Step back", "Reset"):
        page.wait_for_timeout(1000)  # the picture follows what the browser has drawn
        changed(page, page.get_by_role("button", name=button, exact=True).click)
    assert page.get_by_role("spinbutton", name="point x, number").input_value() == "1"


def test_while_a_slider_moves_its_frames_come_from_a_table_and_the_picture_follows(page):
    canvas, slider = page.locator(".dl-frame canvas"), page.get_by_role("slider", name="point x")
    slider.focus()
    page.wait_for_timeout(1500)
    words = []
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        assert canvas.is_visible()
        words.append(page.locator(".dl-words").inner_text())
    assert len(set(words)) == 5
    picture = page.locator(".dl-panel img").get_attribute("src")
    page.wait_for_function("document.querySelector('.dl-frame canvas').hidden", timeout=5000)
    assert page.locator(".dl-panel img").get_attribute("src") != picture
    assert page.locator(".dl-words").inner_text() == words[-1]


def test_an_error_is_one_sentence_and_the_panel_lives_on(page):
    page.get_by_label("function").select_option("√x")
    box = page.get_by_role("spinbutton", name="point x, number")
    box.fill("-1")
    box.press("Enter")
    page.wait_for_selector(".dl-error:has-text('outside the domain of f')")
    page.get_by_role("button", name="Play", exact=True).click()  # past many an error, and no slower for them
    page.wait_for_function(
        "document.querySelector('.dl-words').textContent.startsWith('At x = 0.')", timeout=8000
    )
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(500)
    _, (_, words) = changed(page, lambda: (box.fill("1"), box.press("Enter")))
    assert words.startswith("At x = 1 the slope is 0.5.")
    assert page.locator(".dl-error").is_hidden()


def test_nothing_in_the_panel_is_a_serious_barrier(lab, page):
    assert not lab.barriers(page)


def test_the_console_stays_quiet_and_nothing_leaves_the_host(lab, page):
    assert not lab.complaints(page)
    assert not page.abroad


def test_a_link_opens_the_notebook_and_the_panel_finds_its_state(lab):
    from derivlab.panels.comparison import ComparisonPanel

    panel = ComparisonPanel(function="x² sin(5x)", x=-1.25, h=0.1)
    lab.write("linked.ipynb", PANEL, "'next cell'")
    page = lab.visit(panel.link(f"{lab.address}?token={lab.token}", notebook="linked.ipynb"))
    page.wait_for_selector(f".dl-words:has-text({json.dumps(panel.words[:40])})", timeout=60_000)
    assert page.locator(".dl-words").inner_text() == panel.words
    assert page.get_by_label("function").input_value() == "x² sin(5x)"
    page.close()


QUESTION = """import numpy as np
from derivlab.panels.comparison import ComparisonPanel
from derivlab.panels import Question
class Asking(ComparisonPanel):
    question = Question("Is the slope positive?", ("yes", "no"))
    def outcome(self, at):
        return "yes" if np.cos(at.x) > 0 else "no"
panel = Asking(predict=True)
panel"""


def test_the_result_is_covered_until_a_prediction_is_committed(lab):
    page = lab.open("asking.ipynb", QUESTION)
    page.wait_for_selector(".dl-cover:has-text('Is the slope positive?')", timeout=60_000)
    assert page.locator(".dl-words").inner_text() == "Covered until you predict. Is the slope positive?"
    page.get_by_role("button", name="no", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-said:has-text('You predicted: no. Outcome: yes (not so). Score: 0 of 1.')")
    assert page.locator(".dl-words").inner_text().startswith("At x = 1 ")
    assert page.locator(".dl-cover").is_hidden()
    page.get_by_role("button", name="Predict").click()
    page.get_by_role("button", name="yes", exact=True).click()
    page.wait_for_selector(".dl-said:has-text('Score: 1 of 2.')")
    assert not lab.complaints(page)
    page.close()


def test_a_panel_says_when_its_kernel_is_gone(lab):
    page = lab.open("restarted.ipynb", PANEL)
    page.wait_for_selector(".dl-panel img[src^=blob]", timeout=60_000)
    page.evaluate("() => void jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_selector(".dl-error:has-text('run its cell again')", timeout=30_000)
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".dl-error", state="hidden", timeout=30_000)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_selector(".dl-words:has-text('At x = 1.05 ')")
    page.close()
