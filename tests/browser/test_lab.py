"""Panels in a real JupyterLab: pictures and words follow every control, by mouse, keyboard and link."""

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
    page.wait_for_timeout(300)
    changed(page, lambda: page.get_by_role("button", name="Step", exact=True).click())
    changed(page, lambda: page.get_by_role("button", name="Step back").click())
    changed(page, lambda: page.get_by_role("button", name="Reset").click())
    assert page.get_by_role("spinbutton", name="point x, number").input_value() == "1"


def test_the_console_stays_quiet_and_nothing_leaves_the_host(lab, page):
    assert not lab.complaints(page)
    assert not page.abroad
