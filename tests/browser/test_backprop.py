"""The backpropagation lab in a real JupyterLab: Play trains, steps go back, a prediction comes first, a link restores."""

import re

import pytest

import derivlab as dl

PANEL = "import derivlab as dl\npanel = dl.BackpropPanel()\npanel"


@pytest.fixture(scope="module")
def page(lab):
    page = lab.open("backprop.ipynb", PANEL)
    page.wait_for_selector(".dl-panel img[src^=blob]", timeout=60_000)
    yield page
    page.close()


def epoch(page):
    """The epoch that the words tell of."""
    return int(re.search(r"after epoch (\d+) ", page.locator(".dl-words").inner_text())[1])


def until(page, number):
    page.wait_for_selector(f".dl-words:has-text('after epoch {number} ')", timeout=30_000)


def test_play_trains_and_steps_go_back_to_the_same_words(page):
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "+document.querySelector('.dl-words').textContent.match(/after epoch (\\d+) /)[1] > 8", timeout=60_000
    )
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(1500)
    here, words = epoch(page), page.locator(".dl-words").inner_text()
    page.get_by_role("button", name="Step back").click()
    until(page, here - 1)
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, here)
    assert page.locator(".dl-words").inner_text() == words
    page.get_by_role("button", name="Reset").click()
    until(page, 0)


def test_epochs_are_drawn_by_the_browser_while_the_slider_moves(page):
    slider = page.get_by_role("slider", name="epoch")
    slider.focus()
    page.wait_for_timeout(1500)
    for number in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        until(page, number)
    assert page.locator(".dl-frame canvas").is_visible()
    page.wait_for_function("document.querySelector('.dl-frame canvas').hidden", timeout=10_000)


def test_a_click_on_the_curves_goes_to_an_epoch(page):
    image = page.locator(".dl-panel img")
    box = image.bounding_box()
    image.click(position={"x": 0.72 * box["width"], "y": 0.42 * box["height"]})
    page.wait_for_function(
        "+document.querySelector('.dl-words').textContent.match(/after epoch (\\d+) /)[1] > 30",
        timeout=30_000,
    )
    assert 40 < epoch(page) < 70


def test_the_console_stays_quiet(lab, page):
    assert not lab.complaints(page)
    assert not page.abroad


def test_a_prediction_comes_before_the_norms_and_a_link_restores_the_lab(lab):
    panel = dl.BackpropPanel(data="XOR", layers=6, activation="sigmoid", epoch=2)
    lab.write("predict.ipynb", "import derivlab as dl\npanel = dl.BackpropPanel(predict=True)\npanel")
    page = lab.visit(panel.link(f"{lab.address}?token={lab.token}", notebook="predict.ipynb"))
    page.wait_for_selector(".dl-cover:has-text('How large is the first layer')", timeout=60_000)
    assert "Gradient norms" not in page.locator(".dl-words").inner_text()
    page.get_by_role("button", name="of like size").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(
        ".dl-said:has-text('Outcome: less than 1/100: it vanishes (not so). Score: 0 of 1.')"
    )
    page.wait_for_selector(".dl-words:has-text('2-8-8-8-8-8-8-2 network')")
    assert page.locator(".dl-words").inner_text() == panel.words
    page.close()
