"""How a panel's picture follows the page: pixels, darkness, stamped texts, threads; and tables of frames and picks."""

import asyncio
import io
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

import derivlab as dl
from derivlab.panels import picture, vectors
from derivlab.panels.picture import Picture
from derivlab.plots.paper import TEXT, readable


def image(panel):
    return matplotlib.image.imread(io.BytesIO(panel.frame))


@pytest.fixture
def lab():
    return dl.GradientDescentPanel(optimiser="momentum", rate=0.05, steps=3)


@pytest.mark.parametrize("packer", [picture.quick, zlib.compress])
@pytest.mark.parametrize("small", [False, True])
def test_a_frame_has_the_pixels_of_the_canvas_whatever_packs_it(lab, monkeypatch, packer, small):
    monkeypatch.setattr(picture, "quick", packer)
    pixels = lab._picture.pixels()
    packed = picture.png(pixels, small)
    assert (matplotlib.image.imread(io.BytesIO(packed)) * 255).round().astype(int).tolist() == pixels.tolist()
    assert len(packed) < 0.1 * pixels.nbytes


def test_a_fine_screen_gets_more_pixels_of_the_same_picture_and_vectors_stay(lab):
    coarse, marks = image(lab), vectors.marks(lab._picture.moving, lab._picture.figure)
    lab.ratio = 2.0
    fine = image(lab)
    assert fine.shape == (2 * coarse.shape[0], 2 * coarse.shape[1], 4)
    blurred = fine.reshape(coarse.shape[0], 2, coarse.shape[1], 2, 4).mean(axis=(1, 3))
    assert np.abs(blurred - coarse).mean() < 0.02
    again = vectors.marks(lab._picture.moving, lab._picture.figure)
    for (style, points, text), (other, places, word) in zip(marks, again, strict=True):
        assert (text, style["kind"]) == (word, other["kind"])
        assert np.allclose(np.clip(points, 0, 960), np.clip(places, 0, 960), atol=2.5)
    lab.ratio = 9.0
    assert lab._picture.pixels().shape[0] * lab._picture.pixels().shape[1] < 2.6e6
    lab.ratio = 1.0
    assert np.array_equal(image(lab), coarse)


def test_a_dark_page_gets_a_dark_picture_and_matplotlib_stays_as_it_was(lab):
    light, settings = image(lab), dict(plt.rcParams)
    lab.dark = True
    assert light[0, 0, 0] == 1 and image(lab)[0, 0, 0] < 0.2
    assert dict(plt.rcParams) == settings
    lab.dark = False
    assert np.array_equal(image(lab), light)


@pytest.mark.parametrize("panel", [dl.ComparisonPanel, dl.StepSizePanel, dl.GradientDescentPanel])
def test_what_is_drawn_on_dark_paper_can_be_seen(panel):
    dark = panel()
    dark.dark = True
    paper = dark._picture.figure.get_facecolor()
    with plt.rc_context({"axes.facecolor": paper, "text.color": "white"}):
        for artist in dark._picture.moving:
            if isinstance(artist, plt.Line2D) and artist.axes.get_facecolor() == paper:
                assert readable(artist.get_color(), 2.0) == matplotlib.colors.to_hex(artist.get_color())


def test_colours_are_lightened_on_dark_paper_only_as_far_as_needed():
    assert readable("#000000") == "#000000" and readable("#0072B2", TEXT) == "#0072b2"
    with plt.rc_context({"axes.facecolor": "#1c1c1c", "text.color": "#e8e8e8"}):
        assert readable("#D55E00") == "#d55e00"
        assert matplotlib.colors.to_rgb(readable("#000000"))[0] > 0.2
        assert readable("#0072B2", TEXT) != "#0072b2"


def test_films_and_pages_are_light_on_a_dark_page(lab, tmp_path):
    plain = lab._still(lab.values)[0].copy()
    lab.dark, lab.ratio = True, 2.0
    frame = lab.frame
    assert np.array_equal(next(iter(lab._stills([{}])))[0], plain)
    assert lab.frame == frame


def test_a_stamped_text_looks_as_matplotlib_draws_it_and_does_not_hang_on_what_came_before():
    picture = Picture((3, 2))
    ax = picture.figure.subplots()
    box = {"boxstyle": "round,pad=0.15", "fc": "black", "alpha": 0.7, "lw": 0}
    text = ax.text(0.3, 0.4, "first", color="orange", bbox=box, ha="center", va="center")
    picture.stage([text])
    first = picture.pixels().copy()
    text.set(text="another", position=(0.61, 0.72), color="white")
    picture.pixels()
    text.set(text="first", position=(0.3, 0.4), color="orange")
    assert np.array_equal(picture.pixels(), first)
    text.set_color("white")
    assert not np.array_equal(picture.pixels(), first)
    text.set_color("orange")
    picture.pixels(moving=False)
    text.draw(picture.canvas.get_renderer())
    drawn = np.asarray(picture.canvas.buffer_rgba())
    assert np.abs(drawn.astype(float) - first).mean() < 1.5
    assert (picture.pixels(moving=False) != first).any()


def test_two_threads_that_use_a_panel_take_turns(lab):
    def use(settings):
        for value in settings:
            lab.drive(surface=value)

    others = [threading.Thread(target=use, args=(names,)) for names in (["booth", "bowl"], ["beale", "bowl"])]
    for other in others:
        other.start()
    for other in others:
        other.join()
    lab.reset()
    fresh = dl.GradientDescentPanel(optimiser="momentum", rate=0.05, steps=3)
    assert lab.frame == fresh.frame and not lab.error


def test_a_pick_is_answered_with_vectors_and_the_picture_follows(lab, monkeypatch):
    sent = []
    monkeypatch.setattr(lab, "send", lambda content, buffers=None: sent.append((content, buffers)))

    async def drag():
        lab._on_message(lab, {"table": "pick"}, [])
        frame = lab.frame
        lab._on_message(lab, {"pick": [0.25, 0.5]}, [])
        assert lab.frame == frame
        await asyncio.sleep(0.6)
        assert lab.frame != frame

    with ThreadPoolExecutor(1) as apart:  # whatever loop runs in this thread
        apart.submit(asyncio.run, drag()).result()
    (background, still), (answer, _) = sent
    assert background["table"]["control"] == "pick" and still[1].startswith(b"\x89PNG")
    stop, marks, words, maths = answer["table"]["frames"][0]
    assert (stop, words) == (None, lab.words)
    assert marks and "<math" in maths
    lab.drive(surface="booth")
    before = lab.frame
    lab._on_message(lab, {"pick": [0.25, 0.5]}, [])
    assert lab.frame != before


def test_every_rate_moves_with_the_steps(lab):
    lab.drive(view="every rate", against="all first-order", steps=40)
    true = dl.rate_sweep(
        lambda x: 0.5 * (10 * x[0] ** 2 + x[1] ** 2), [-0.6, 1.7], [dl.GradientDescent()],
        rates=lab._slider("rate").stops(), budget=41,
    )  # fmt: skip
    rate, value = true.best["gradient descent"]
    assert "Best rates after 40 evaluations: momentum" in lab.words
    lab.drive(optimiser="gradient descent", against="nobody")
    display = lab._display.rates
    assert display._bests[0].get_xdata()[0] == pytest.approx(rate)
    assert f"gradient descent {rate:.3g} (f = {value:.3g})" in lab.words
    lab.drive(optimiser="Newton")
    assert "Newton takes no rate" in lab.words
    lab.drive(surface="1-D two valleys", optimiser="Adam", noise=0.5)
    assert not lab.error
