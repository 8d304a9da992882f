"""The policy panels as a reader uses them: Play, clicks that change a cell, training while one watches, and links."""

import json

import pytest

from derivlab.panels import BanditPanel, GridworldPanel

CELL = "import derivlab as dl\npanel = dl.{}({})\npanel"
IMAGE, WORDS = ".dl-panel img", ".dl-words"


def shown(lab, name, settings=""):
    page = lab.open(f"play_{name}.ipynb", CELL.format(name, settings))
    page.wait_for_selector(f"{IMAGE}[src^=blob]", timeout=60_000)
    return page


def said(page, text):
    """Waits until the panel's words hold a text."""
    try:
        page.wait_for_selector(f"{WORDS}:has-text({json.dumps(text)})", timeout=60_000)
    except Exception:
        pytest.fail(f"no {text!r} in: {page.locator('.dl-panel').all_inner_texts()}")


def quiet(lab, page):
    assert not lab.complaints(page)
    assert not page.abroad
    page.close()


@pytest.mark.parametrize("name", ["PolicyGradientPanel", "BanditPanel"])
def test_play_learns_and_the_prediction_comes_first(lab, name):
    page = shown(lab, name, "predict=True, batch=2")
    assert page.locator(WORDS).inner_text().startswith("Covered until you predict.")
    page.get_by_role("button", name="50 to 75 %", exact=True).press("Enter")
    page.wait_for_selector(".dl-said:has-text('Score:')")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "/after ([3-9]|\\d\\d) steps/.test(document.querySelector('.dl-words').textContent)", timeout=40_000
    )
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    said(page, "after 0 steps")
    assert "points uphill with probability" in page.locator(IMAGE).get_attribute("alt")
    quiet(lab, page)


def test_a_click_changes_a_cell_and_learning_goes_on(lab):
    page = shown(lab, "GridworldPanel", "steps=5")
    box = page.locator(IMAGE).bounding_box()
    place = {"x": 0.10 * box["width"], "y": 0.15 * box["height"]}
    page.locator(IMAGE).click(position=place)
    said(page, "Changed so far: (0, 0) at step 5 to an end with 1.")
    page.mouse.move(box["x"] + place["x"], box["y"] + place["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + place["x"] + 3, box["y"] + place["y"] + 3, steps=4)
    page.mouse.up()
    said(page, "Changed so far: (0, 0) at step 5 to an end with -1.")
    page.get_by_role("button", name="Step", exact=True).click()
    said(page, "After 6 steps")
    assert page.get_by_label("edits").input_value() == "5:0,0=T"
    page.get_by_label("cell", exact=True).select_option("wall")
    said(page, "(0, 0) at step 6 to a wall.")
    assert not lab.barriers(page)
    quiet(lab, page)


def test_the_pole_is_trained_while_one_watches_and_played_slowly(lab):
    page = shown(lab, "CartPolePanel")
    page.evaluate("""() => { window.bars = 0; new MutationObserver(() => window.bars += !document.querySelector('.dl-panel progress').hidden)
        .observe(document.querySelector('.dl-panel progress'), {attributes: true}); }""")
    page.get_by_label("stage").select_option("trained")
    said(page, "Training: solved after")
    assert page.evaluate("window.bars") > 0
    page.get_by_label("Speed").select_option("0.25")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "/step ([5-9]|\\d\\d+) of/.test(document.querySelector('.dl-words').textContent)", timeout=40_000
    )
    page.get_by_role("button", name="Pause").click()
    assert not lab.barriers(page)
    quiet(lab, page)


@pytest.mark.parametrize(
    "panel",
    [
        GridworldPanel(edits="4:0,2=#; 9:1,3=0.5!", steps=12, row=1, column=3),
        BanditPanel(view="surrogate loss", steps=17, keep=4, seed=3, batch=6),
    ],
    ids=lambda panel: type(panel).__name__,
)
def test_a_link_brings_the_state_back(lab, panel):
    name = type(panel).__name__
    lab.write(f"linked_{name}.ipynb", CELL.format(name, ""), "'next cell'")
    link = panel.link(f"{lab.address}?token={lab.token}", notebook=f"linked_{name}.ipynb")
    page = lab.visit(f"{link}&reset")  # without the notebooks of other tests
    said(page, panel.words.splitlines()[0][:60])
    assert page.locator(WORDS).inner_text() == panel.words
    quiet(lab, page)
