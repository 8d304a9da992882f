"""The gradient-descent lab in a real JupyterLab: formulas, clicks, drags and links, dark pages and fine screens."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

PANEL = (
    "import derivlab as dl\npanel = dl.GradientDescentPanel(optimiser='momentum', rate=0.05, steps=3)\npanel"
)
RESTED = "document.querySelector('.dl-frame canvas').hidden"


@pytest.fixture(scope="module")
def page(lab):
    page = lab.open("descent.ipynb", PANEL)
    page.wait_for_selector(".dl-panel img[src^=blob]", timeout=60_000)
    yield page
    page.close()


def words(page):
    return page.locator(".dl-words").inner_text()


def test_the_update_stands_under_the_picture_with_its_numbers(page):
    rows = page.locator(".dl-formula tr")
    assert [rows.nth(i).locator("th").inner_text() for i in range(4)] == [
        "gradient",
        "momentum",
        "scale",
        "move",
    ]
    before = rows.nth(3).inner_text()
    slider = page.get_by_role("slider", name="steps")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "text => document.querySelectorAll('.dl-formula tr')[3].innerText !== text", arg=before
    )
    page.get_by_label("look at").select_option("2. momentum")
    page.wait_for_selector(".dl-now:has-text('momentum')")
    assert page.locator(".dl-now").count() == 1


def test_a_drag_on_the_map_is_drawn_at_once_and_the_picture_follows(page):
    box = page.locator(".dl-panel img").bounding_box()
    picture, said = page.locator(".dl-panel img").get_attribute("src"), set()
    ahead = []
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    for i in range(8):
        page.mouse.move(box["x"] + (0.2 + 0.02 * i) * box["width"], box["y"] + 0.3 * box["height"])
        page.wait_for_timeout(80)
        said.add(words(page))
        ahead.append(page.locator(".dl-frame canvas").is_visible())
    assert any(ahead)
    page.mouse.up()
    assert len(said) >= 3
    page.wait_for_function(RESTED, timeout=10_000)
    assert page.locator(".dl-panel img").get_attribute("src") != picture
    place = [float(page.get_by_role("spinbutton", name=f"start {c}, number").input_value()) for c in "xy"]
    assert f"from ({place[0]:.4g}, {place[1]:.4g})" in words(page)


def test_a_reset_before_the_kernel_has_heard_of_a_step(page):
    reset = page.get_by_role("button", name="Reset", exact=True)
    reset.click()
    page.wait_for_selector(".dl-words:has-text('after 3 steps')")
    page.get_by_role("slider", name="steps").focus()
    page.wait_for_timeout(1500)  # the table of this slider arrives
    stepped = page.evaluate(AT_ONCE)
    assert "after 3 steps" not in stepped
    page.wait_for_function("document.querySelector('.dl-words').textContent.includes('after 3 steps')")


AT_ONCE = """() => {
    const slider = document.querySelector(".dl-panel input[type=range][aria-label=steps], .dl-panel input[type=range]:focus");
    slider.value = +slider.value + 4;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const words = document.querySelector(".dl-words").textContent;
    [...document.querySelectorAll(".dl-panel button")].find(button => button.textContent === "Reset").click();
    return words;
}"""


def test_the_picture_follows_a_dark_page_and_a_fine_screen(lab, page):
    picture = page.locator(".dl-panel img").get_attribute("src")
    lab.theme(page, "Dark")
    page.wait_for_function("src => document.querySelector('.dl-panel img').src !== src", arg=picture)
    assert max(page.evaluate(CORNER)[:3]) < 60
    assert not lab.barriers(page)
    lab.theme(page, "Light")
    page.evaluate("() => Object.defineProperty(window, 'devicePixelRatio', { get: () => 2 })")
    page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function("document.querySelector('.dl-panel img')?.naturalWidth === 1920", timeout=30_000)
    assert not lab.complaints(page)
    assert not page.abroad


CORNER = """async () => {
    const image = document.querySelector(".dl-panel img");
    await image.decode();
    const context = new OffscreenCanvas(4, 4).getContext("2d");
    context.drawImage(image, 0, 0);
    return [...context.getImageData(1, 1, 1, 1).data];
}"""


def test_the_page_that_a_binder_link_asks_for_opens_in_this_very_state(lab):
    from derivlab.panels.descent import GradientDescentPanel

    panel = GradientDescentPanel(surface="rosenbrock", optimiser="Adam", rate=0.3, steps=33)
    lab.write("linked.ipynb", "from derivlab.panels.descent import *\nGradientDescentPanel()")
    asked = parse_qs(urlsplit(panel.link(notebook="linked.ipynb")).query)["urlpath"][0]
    page = lab.visit(f"{lab.address}/{asked}&token={lab.token}")
    page.wait_for_selector(
        f".dl-words:has-text({json.dumps(panel.words[:60], ensure_ascii=False)})", timeout=60_000
    )
    assert page.get_by_label("optimiser").input_value() == "Adam"
    assert not lab.complaints(page)
    page.close()
