"""Panels outside JupyterLab: in Voilà, and as a page without a kernel."""

import numpy as np
import pytest
from matplotlib import image

PANEL = "from derivlab.panels.comparison import ComparisonPanel\npanel = ComparisonPanel()\npanel"


def test_voila_shows_the_same_panel(serve, open_page, write_notebook, tmp_path):
    pytest.importorskip("voila")
    write_notebook(tmp_path / "panel.ipynb", PANEL)
    address = serve(
        "/voila/static/voila.js",
        "voila",
        "panel.ipynb",
        "--no-browser",
        "--port=PORT",
        "--Voila.ip=127.0.0.1",
        cwd=tmp_path,
    )
    page = open_page()
    page.goto(address)
    page.wait_for_selector(".dl-panel img[src^=blob]", timeout=60_000)
    page.get_by_role("slider", name="point x").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".dl-words:has-text('At x = 1.05 ')")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(".dl-words:has-text('At x = 3 ')")
    assert not [address for address in page.abroad if "fontawesome" not in address]  # Voilà's own icons
    page.close()


def test_an_exported_page_works_offline_and_shows_the_panels_own_pixels(open_page, tmp_path):
    from derivlab.panels.comparison import ComparisonPanel

    panel = ComparisonPanel()
    file = panel.export_html(tmp_path / "demo.html", over=("x", "function"), stops=7)
    page = open_page()
    page.goto(file.as_uri())
    page.wait_for_selector(".dl-panel img[src^=blob]")
    page.get_by_label("function").select_option("x³ − 2x")
    page.get_by_role("slider", name="point x").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    panel.drive(function="x³ − 2x", x=-2)
    assert page.locator(".dl-words").inner_text() == panel.words
    shown = page.evaluate(PIXELS)
    (tmp_path / "python.png").write_bytes(panel.frame)
    assert np.array_equal(
        shown, (image.imread(tmp_path / "python.png") * 255).round().astype(int).ravel()[::997]
    )
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_selector(".dl-words:has-text('At x = 3 ')")
    assert not page.complaints and not page.abroad
    page.close()


def test_a_page_over_a_control_that_is_not_played_is_reset(open_page, tmp_path):
    import derivlab as dl

    page = open_page()
    page.goto(dl.ComparisonPanel().export_html(tmp_path / "h.html", over="h", stops=5).as_uri())
    page.wait_for_selector(".dl-panel img[src^=blob]")
    first, slider = page.locator(".dl-words").inner_text(), page.get_by_role("slider", name="secant h")
    slider.press("Home")
    page.wait_for_selector(".dl-words:has-text('over h = 0.001')")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("text => document.querySelector('.dl-words').innerText === text", arg=first)
    assert not page.complaints
    page.close()


PIXELS = """async () => {
    const image = document.querySelector(".dl-panel img");
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 997 === 0);
}"""
