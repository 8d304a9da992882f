"""Every control of every panel, as a reader uses it, changes the picture and the words."""

import pytest

PANELS = {
    "ComparisonPanel": "",
    "StepSizePanel": "noise='1e-6'",
    "BackpropPanel": "epoch=3",
    "GradientDescentPanel": "optimiser='Adam', rate=0.1, noise=0.1, method='forward difference', h=0.3",
    "EstimatorArenaPanel": "estimator='path only'",
    "GraphPanel": "",
    "HMCPanel": "gradient='times a factor'",
    "PolicyGradientPanel": "batch=3, steps=30, discount=0.9",
    "GridworldPanel": "method='sampled, exact value', steps=9, row=1, column=2",
    "BanditPanel": "batch=3, steps=30",
    "CartPolePanel": "",
}
TEXTS = {"GridworldPanel": "2:0,0=T", "GraphPanel": "2, 1, 4"}  # typed where a formula would not do
IMAGE, WORDS = ".dl-panel img", ".dl-words"
CHANGED = """([src, words]) => document.querySelector('.dl-panel img').src !== src
    && document.querySelector('.dl-words').textContent !== words && document.querySelector('.dl-frame canvas').hidden"""


def use(page, control, text):
    """Move a control by keyboard, or choose what is not chosen."""
    kind = control.evaluate("node => node.type ?? node.tagName")
    if kind == "range":
        control.press("ArrowRight")
    elif kind == "checkbox":
        control.press("Space")
    elif kind == "select-one":
        control.select_option(index=control.evaluate("node => Math.min(2, node.options.length - 1)"))
    else:
        control.fill({"number": "7", "text": text}[kind])
        control.press("Enter")


@pytest.mark.parametrize("name", PANELS)
def test_each_control_changes_picture_and_words(lab, name):
    page = lab.open(f"{name}.ipynb", f"import derivlab as dl\npanel = dl.{name}({PANELS[name]})\npanel")
    page.wait_for_selector(f"{IMAGE}[src^=blob]", timeout=60_000)
    rows = page.locator(".dl-row")
    used = []
    for i in range(rows.count()):
        control = rows.nth(i).locator("input, select").first
        if not control.is_visible():
            continue
        before = [
            page.locator(IMAGE).get_attribute("src"),
            page.locator(WORDS).evaluate("node => node.textContent"),
        ]
        use(page, control, TEXTS.get(name, "x^2 + 3y^2"))
        label = rows.nth(i).locator("label").inner_text()
        try:
            page.wait_for_function(CHANGED, arg=before, timeout=40_000)
        except Exception:
            pytest.fail(f"{label} changed nothing: {page.locator(WORDS).inner_text()}")
        used.append(label)
    assert len(used) >= 3
    boxes = page.locator(".dl-slider, .dl-integer")
    for i in range(boxes.count()):
        label = boxes.nth(i).locator("label").text_content()
        assert (
            boxes.nth(i).get_by_role("spinbutton", name=f"{label}, number", include_hidden=True).count() == 1
        )
    lab.theme(page, "Dark")
    assert not lab.complaints(page)
    assert not page.abroad
    assert not lab.barriers(page)
    lab.theme(page, "Light")
    page.close()
