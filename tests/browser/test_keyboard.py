"""Two panels in one notebook, for a reader with the keyboard only and one who listens."""

import pytest

STEPS = """import derivlab as dl
dl.StepSizePanel()"""
ASKING = """import derivlab as dl
dl.GradientDescentPanel(predict=True, steps=3)"""
NAMED = """nodes => nodes.filter(node => !(node.getAttribute('aria-label') || node.textContent || [...(node.labels ?? [])].some(label =>
    label.textContent && node.closest('.dl-panel') === label.closest('.dl-panel')))).map(node => node.outerHTML)"""


@pytest.fixture(scope="module")
def page(lab):
    page = lab.open("two.ipynb", STEPS, ASKING)
    page.wait_for_function(
        "document.querySelectorAll('.dl-panel img[src^=blob]').length === 2", timeout=60_000
    )
    yield page
    page.close()


def focused(page):
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )


def test_every_field_has_a_label_of_its_own_panel(page):
    fields = page.locator(".dl-panel :is(input, select, button)")
    assert fields.count() > 40
    assert fields.evaluate_all(NAMED) == []
    ids = page.locator(".dl-panel [id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))


def test_tab_goes_through_the_controls_in_the_order_seen(page):
    panel = page.locator(".dl-panel").first
    fields = panel.locator(".dl-side :is(input, select, button)")
    seen = [i for i in range(fields.count()) if fields.nth(i).is_visible()]
    fields.nth(seen[0]).focus()
    for i in seen:
        assert fields.nth(i).evaluate("node => node === document.activeElement")
        page.keyboard.press("Tab")


ENDS = """panels => panels.map(panel => [Math.max(...[...panel.querySelectorAll('input, select, button')].map(node =>
    node.getBoundingClientRect().right)), panel.getBoundingClientRect().right])"""


@pytest.mark.parametrize("width", [1000, 760])
def test_in_a_narrow_column_nothing_is_cut_off_and_tab_goes_as_the_eye_does(page, width):
    panel = page.locator(".dl-panel").nth(1)
    page.set_viewport_size({"width": width, "height": 1600})
    page.wait_for_function("document.querySelectorAll('.dl-panel')[1].getBoundingClientRect().width < 700")
    assert all(inner < outer for inner, outer in page.locator(".dl-panel").evaluate_all(ENDS))
    panel.locator(".dl-cover button").first.focus()
    stops = []
    for _ in range(7):
        stops.append(focused(page))
        page.keyboard.press("Tab")
    assert stops == ["converges", "zig-zags", "creeps", "diverges", "stops", "Play", "Step back"]
    page.set_viewport_size({"width": 1400, "height": 1600})


def test_what_a_control_is_for_is_read_out_and_shown_at_the_keyboard(page):
    panel = page.locator(".dl-panel").first
    field = panel.get_by_label("precision")
    help = panel.locator(f"[id='{field.get_attribute('aria-describedby')}']")
    page.get_by_role("button", name="Reset").first.focus()
    assert help.text_content() == "of the curves" and help.is_hidden()
    panel.get_by_label("digits of").focus()
    page.keyboard.press("Tab")
    assert help.is_visible()
    described = page.locator(".dl-controls [aria-describedby]:visible")
    assert described.count() > 5
    assert [text for text in described.evaluate_all(AWAY) if text] == []


AWAY = """fields => fields.map(field => {
    field.focus();
    const help = document.getElementById(field.getAttribute("aria-describedby")).getBoundingClientRect();
    const row = field.closest(".dl-row").getBoundingClientRect();
    return help.left >= row.left && help.right <= row.right + 1 && Math.abs(help.bottom - row.top) < 2 ? "" : field.outerHTML;
})"""


def test_the_focus_stays_in_the_panel_when_a_prediction_is_made_and_asked_for(page):
    panel = page.locator(".dl-panel").nth(1)
    group = panel.get_by_role("group", name="What will the optimiser do from here?")
    group.get_by_role("button", name="creeps").focus()
    page.keyboard.press("Enter")
    panel.locator(".dl-said:has-text('You predicted: creeps')").wait_for()
    assert focused(page) == "Predict"
    page.keyboard.press("Enter")
    group.wait_for()
    assert focused(page) == "converges"
    page.keyboard.press("Enter")
    panel.locator(".dl-said:has-text('of 2.')").wait_for()


def test_what_is_covered_stays_so_while_a_slider_moves_and_while_it_plays(page):
    panel = page.locator(".dl-panel").nth(1)
    words, slider = panel.locator(".dl-words"), panel.get_by_role("slider", name="steps")
    slider.focus()
    page.wait_for_timeout(1500)  # the table of this slider arrives
    page.keyboard.press("ArrowRight")
    assert panel.locator(".dl-frame canvas").is_visible()
    panel.get_by_role("button", name="Predict").click()
    panel.locator(".dl-cover").wait_for()
    slider.focus()
    for press in ("ArrowRight", "ArrowRight", "Home"):
        page.keyboard.press(press)
        page.wait_for_timeout(100)
        assert words.text_content().startswith("Covered until you predict.")
    panel.locator(".dl-play").click()
    page.wait_for_timeout(600)
    assert words.text_content().startswith("Covered until you predict.")
    assert panel.locator(".dl-frame canvas").is_hidden() and "steps x" not in panel.locator(
        "img"
    ).get_attribute("alt")
    panel.locator(".dl-play").click()
    panel.get_by_role("button", name="creeps").click()
    panel.locator(".dl-said:has-text('You predicted: creeps')").wait_for()
    page.wait_for_timeout(500)
    assert "steps x" in words.text_content()


def test_words_are_not_read_out_while_it_plays(page):
    panel = page.locator(".dl-panel").nth(1)
    words, play = panel.locator(".dl-words"), panel.locator(".dl-play")
    play.focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    assert (words.get_attribute("aria-live"), focused(page)) == ("off", "Pause")
    page.keyboard.press("Space")
    assert (words.get_attribute("aria-live"), focused(page)) == ("polite", "Play")


def test_nothing_is_a_serious_barrier_and_the_console_is_quiet(lab, page):
    assert not lab.complaints(page)
    assert not lab.barriers(page)
