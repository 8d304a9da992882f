"""The shell of the panels without a browser: driving, state, links, predictions, errors."""

import base64
import io
import itertools
import json
import math
import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import matplotlib.image
import nbformat
import numpy as np
import pytest

import derivlab as dl
from derivlab.panels import Choice, Integer, Line, Panel, Question, Seed, Slider, Toggle
from derivlab.panels.link import decode


class Display:
    """A line that moves over a still one."""

    def __init__(self, axes, factor):
        axes.set(xlim=(0, 10), ylim=(0, 10))
        axes.plot([0, 10], [factor, factor])
        self.line = axes.plot([], [])[0]
        self.moving = [self.line]


class Toy(Panel):
    title = "Toy"
    size = (3, 2)
    play = "n"
    question = Question("Is n large?", ("yes", "no"))
    controls = (
        Choice("factor", {"one": 1.0, "two": 2.0}, scene=True),
        Slider("x", 0, 10, 5.0),
        Slider("rate", 1e-3, 10, 0.1, log=True),
        Integer("n", 0, 5, 2),
        Toggle("loud"),
        Line("note", "a"),
        Seed(),
    )
    scenes = 0

    def scene(self, figure, at):
        self.scenes += 1
        return Display(figure.subplots(), at.factor)

    def update(self, display, at):
        if at.x == 9:
            raise ZeroDivisionError("nine\nis too many")
        display.line.set_data([0, at.x], [0, at.factor * at.n])
        return f"{at.factor * at.n:g} at {at.x:g}"

    def outcome(self, at):
        return "yes" if at.n > 3 else "no"

    def pick(self, display, axes, x, y):
        return {"x": x}


@pytest.fixture
def toy():
    return Toy()


def image(panel):
    return matplotlib.image.imread(io.BytesIO(panel.frame))


def test_driving_moves_picture_and_words_and_returns_the_line_of_repr(toy):
    before = image(toy)
    line = toy.drive(n=4, x=2)
    assert line == repr(toy) == "Toy(factor=one, x=2, rate=0.1, n=4, loud=False, note=a, seed=0): 4 at 2"
    assert not np.array_equal(before, image(toy))
    assert before.shape == (200, 300, 4)


def test_the_background_is_drawn_again_only_for_controls_of_the_scene(toy):
    toy.drive(x=1)
    toy.drive(n=3)
    assert toy.scenes == 1
    toy.drive(factor="two")
    assert toy.scenes == 2
    assert toy.words == "6 at 1"


def test_frames_of_one_setting_are_equal_whatever_came_before(toy):
    first = toy.frame
    for settings in ({"x": 8}, {"factor": "two"}, {"n": 5}):
        toy.drive(**settings)
    toy.reset()
    assert toy.frame == first


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"x": 11}, "x = 11 is outside 0 to 10; choose a number in between"),
        ({"x": float("nan")}, "give a number from 0 to 10"),
        ({"x": "2"}, "give a number from 0 to 10"),
        ({"x": True}, "give a number from 0 to 10"),
        ({"n": 2.5}, "n = 2.5 is no whole number"),
        ({"factor": "six"}, "choose one of one, two"),
        ({"factor": np.array([1, 2])}, "choose one of one, two"),
        ({"x": 10**400}, "give a number from 0 to 10"),
        ({"loud": 1}, "give True or False"),
        ({"note": 3}, "must be a text"),
        ({"seed": -1}, "whole number from 0"),
        ({"y": 1}, "there is no control 'y'; there is factor, x"),
    ],
)
def test_settings_that_do_not_fit_change_nothing(toy, settings, says):
    before = toy.state, repr(toy), toy.frame
    with pytest.raises(dl.DerivativeError, match=says):
        toy.drive(**{"n": 4, **settings})
    assert (toy.state, repr(toy), toy.frame) == before


def test_settings_of_the_view_that_do_not_fit_are_undone_with_a_sentence(toy):
    toy.values = toy.values | {"x": 11}
    assert toy.values["x"] == 5
    assert toy.error.startswith("x = 11 is outside")
    toy.values = toy.values | {"x": 6}
    assert (toy.error, toy.words) == ("", "2 at 6")


def test_an_error_in_a_callback_is_one_sentence_and_the_panel_lives_on(toy):
    frame = toy.frame
    assert toy.drive(x=9).endswith(": ZeroDivisionError: nine is too many")
    assert toy.frame == frame
    assert toy.drive(x=8).endswith(": 2 at 8")
    assert toy.error == ""


def test_state_goes_through_json_and_back(toy):
    toy.drive(x=1.23456789012345, factor="two", note="π × 2", seed=7, loud=True)
    text = json.dumps(toy.state)
    other = Toy()
    other.state = json.loads(text)
    assert (repr(other), other.frame, other.state) == (repr(toy), toy.frame, toy.state)
    other.reset()
    other.state = text
    assert other.state == toy.state


@pytest.mark.parametrize(
    "state",
    [
        "{",
        "[]",
        {},
        {"values": {"x": 99}},
        {"values": {"z": 1}},
        {"values": {"x": 1}, "speed": "fast"},
        {"panel": "Other", "values": {}},
        None,
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(toy, state):
    before = toy.state
    with pytest.raises(dl.DerivativeError):
        toy.state = state
    assert toy.state == before


def test_links_carry_the_state_to_binder_and_to_a_lab(toy):
    toy.drive(x=3, note="ü&?=#")
    binder = urlsplit(toy.link())
    assert (binder.netloc, binder.path) == ("mybinder.org", "/v2/gh/derivlab/derivlab/HEAD")
    inner = urlsplit(parse_qs(binder.query)["urlpath"][0])
    assert inner.path == "lab/tree/notebooks/00_start_here.ipynb"
    assert decode(parse_qs(inner.query)["derivlab"][0]) == toy.state
    lab = urlsplit(toy.link("http://localhost:8888/user/me/lab?token=t", notebook="a b.ipynb"))
    assert lab.path == "/user/me/lab/tree/a%20b.ipynb"
    assert parse_qs(lab.query)["token"] == ["t"]
    assert decode(parse_qs(lab.query)["derivlab"][0]) == toy.state
    with pytest.raises(dl.DerivativeError, match="no address"):
        toy.link("somewhere")


def test_steps_go_from_stop_to_stop_and_stay_within(toy):
    assert toy.step().endswith("3 at 5")
    assert toy.step(9).endswith("5 at 5")
    assert toy.back(2).endswith("3 at 5")
    assert toy.reset().endswith("2 at 5")


def test_stops_of_a_slider_are_exact_and_reach_both_ends():
    assert Slider("x", -3, 3, 0, step=0.1).stops()[31] == 0.1
    rates = Slider("rate", 1e-3, 10, 0.1, log=True).stops()
    assert (rates[0], rates[50], rates[-1], len(rates)) == (1e-3, 0.1, 10, 101)


def test_the_result_is_covered_until_a_prediction_is_committed(toy):
    shown = toy.frame
    asking = Toy(predict=True)
    assert asking.covered
    assert "2 at 5" not in repr(asking)
    assert asking.frame != shown
    with pytest.raises(dl.DerivativeError, match="choose one of yes, no"):
        asking.answer("perhaps")
    assert asking.answer("yes") == "You predicted: yes. Outcome: no (not so). Score: 0 of 1."
    assert asking.frame == shown
    assert asking.words == "2 at 5"
    asking.drive(n=5)
    asking.ask()
    assert asking.answer("yes").endswith("Score: 1 of 2.")
    with pytest.raises(dl.DerivativeError, match="no prediction is awaited"):
        asking.answer("yes")


def test_the_view_talks_to_the_panel_in_messages(toy):
    toy._on_message(toy, {"pick": [0.5, 0.5]}, [])
    assert 0 < toy.values["x"] < 10 and toy.values["x"] != 5
    toy._on_message(toy, {"restore": "broken"}, [])
    assert "link" in toy.error
    toy._on_message(toy, {"reset": True}, [])
    assert toy.values["x"] == 5
    toy._on_message(toy, {"ask": True}, [])
    toy._on_message(toy, {"answer": "no"}, [])
    assert toy.score == (1, 1)


def test_comparison_panel_says_the_slope_and_takes_a_function_of_ones_own():
    panel = dl.ComparisonPanel(x=0.0)
    assert "the slope is 1." in panel.drive(function="exp(sin(x))")
    assert "no agreed slope" in panel.drive(function="|x|")
    assert "outside the domain" in panel.drive(function="√x", x=-1)
    assert "the slope is -1" in panel.drive(function="x³ − 2x", x=-(3**-0.5) * 1.0, h=0.1) or panel.words

    def cube(x):
        return x**3

    assert "the slope is 12." in repr(dl.ComparisonPanel(cube, x=2))


@pytest.mark.parametrize("panel", [dl.ComparisonPanel, dl.StepSizePanel])
def test_what_a_caller_gives_a_panel_is_checked(panel):
    for low, high in ((3, -3), (1, 1), (math.nan, 2)):
        with pytest.raises(dl.DerivativeError, match="is no range; give two numbers"):
            panel(low=low, high=high)
    with pytest.raises(dl.DerivativeError, match="is not a function"):
        panel(3)
    assert "exp(sin(x)) (own)" in repr(panel(dl.formula("exp(sin(x))")))


def test_comparison_panel_draws_what_is_not_finite_everywhere_and_says_why_f_fails():
    def own(t):
        if t > 2:
            raise ZeroDivisionError("oh no")
        return t

    panel = dl.ComparisonPanel(own, x=0.5)
    assert "f(2.5) fails (ZeroDivisionError: oh no): x lies outside the domain of f" in panel.drive(x=2.5)
    for text in ("1/x", "x^900", "1e290 x^3", "exp(500x)", "log(x)"):
        panel.drive(function="formula", formula=text, x=1.0)
        assert not panel.error and panel.words.startswith("At x = 1 the slope is"), text


def test_the_curve_of_the_comparison_panel_is_named_as_what_it_is():
    def f(x):
        return x**3

    panel = dl.ComparisonPanel(f)
    titles = [panel._display.axes_[0].get_title()]
    for chosen in ({"function": "|x|"}, {"function": "formula", "formula": "t^2"}):
        panel.drive(**chosen)
        titles.append(panel._display.axes_[0].get_title())
    assert titles == ["y = f(x)", "y = |x|", "y = t^2"]


def test_comparison_panel_takes_formulas_and_says_the_verdict():
    panel = dl.ComparisonPanel(function="formula", formula="x^3", x=2)
    assert "the slope is 12." in panel.words
    assert panel.words.endswith("Verdict: the methods agree.")
    assert "write a formula of one" in panel.drive(formula="x*y")
    assert "column" in panel.drive(formula="x+*")
    assert "the slope is -1 from the left and 1 from the right" in panel.drive(formula="|x|", x=0)


def test_a_film_has_a_frame_for_every_stop_and_leaves_the_panel_as_it_was(toy, tmp_path):
    from PIL import Image

    before, seen = (toy.state, toy.frame, repr(toy)), []
    toy.observe(lambda change: seen.append(change.new), "progress")
    with Image.open(toy.save(tmp_path / "n.gif")) as film:
        assert film.n_frames == 6
        assert film.size == (300, 200)
    assert seen == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1, -1])
    assert (toy.state, toy.frame, repr(toy)) == before
    with pytest.raises(dl.DerivativeError, match=r"ends in \.gif or \.mp4"):
        toy.save("n.avi")
    with pytest.raises(
        dl.DerivativeError, match="'note' is no slider of this panel; choose one of x, rate, n"
    ):
        toy.save("n.gif", over="note")


def test_a_film_as_mp4_needs_ffmpeg_and_is_given_every_frame(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("derivlab.panels.export._packed", lambda: None)
    with pytest.raises(dl.DerivativeError, match="ffmpeg is not found here"):
        toy.save(tmp_path / "n.mp4")
    if os.name == "posix":
        stub = tmp_path / "ffmpeg"
        stub.write_text('#!/bin/sh\nfor last; do :; done\n/bin/cat > "$last"\n')
        stub.chmod(0o755)
        assert toy.save(tmp_path / "n.mp4").stat().st_size == 6 * 300 * 200 * 4


@pytest.mark.skipif(os.name != "posix", reason="a shell stands for ffmpeg")
def test_an_ffmpeg_that_ends_early_says_why(toy, tmp_path, monkeypatch):
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\nexec 0<&-\necho no such codec >&2\nexit 3\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dl.DerivativeError, match=r"ffmpeg could not write .*n\.mp4: no such codec"):
        toy.save(tmp_path / "n.mp4")


@pytest.mark.parametrize("speed", [0, -1, math.nan, 1e9, "fast"])
def test_a_film_of_no_speed_is_refused_before_it_is_made(toy, tmp_path, speed):
    with pytest.raises(dl.DerivativeError, match=r"give a number from 0\.01 to 100"):
        toy.save(tmp_path / "n.gif", speed=speed)


def test_a_folder_that_is_not_there_is_named(toy, tmp_path):
    for save, name in ((toy.save, "n.gif"), (toy.export_html, "n.html")):
        with pytest.raises(dl.DerivativeError, match="there is no folder"):
            save(tmp_path / "none" / name)


def test_a_film_by_a_real_ffmpeg_plays_the_panels_own_frames(toy, tmp_path):
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    film = toy.save(tmp_path / "n.mp4")
    assert ffmpeg.count_frames_and_secs(str(film))[0] == 6
    reader = ffmpeg.read_frames(str(film), pix_fmt="rgb24")
    width, height = next(reader)["size"]
    shown = [np.frombuffer(frame, np.uint8).reshape(height, width, 3) for frame in reader]
    assert (width, height, len(shown)) == (300, 200, 6)
    for n, frame in enumerate(shown):
        toy.drive(n=n)
        off = np.abs(frame / 255 - image(toy)[:, :, :3]).mean()
        assert off < 0.02 < np.abs(frame / 255 - 0.5).mean()
    assert np.abs(shown[0] - shown[5].astype(float)).max() > 50


def table(path):
    """What an exported page holds."""
    return json.loads(re.search(r'id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)[1])


def test_every_picture_of_an_exported_page_is_the_panels_own(toy, tmp_path):
    toy.drive(x=7, note="</script><b>")
    data = table(toy.export_html(tmp_path / "toy.html", over=("factor", "n")))
    assert data["grid"] == {"factor": ["one", "two"], "n": [0, 1, 2, 3, 4, 5]}
    for number, (factor, n) in enumerate(itertools.product(*data["grid"].values())):
        toy.drive(factor=factor, n=n)
        picture = io.BytesIO(base64.b64decode(data["pictures"][data["frames"][number]]))
        assert np.array_equal(matplotlib.image.imread(picture), image(toy))
        assert data["words"][number] == toy.words


def test_an_exported_page_is_self_contained_and_has_a_largest_size(toy, tmp_path):
    page = toy.export_html(tmp_path / "toy.html", over="x", stops=11).read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["']|https?://""", page)
    assert page.count("</script>") == 2
    assert table(tmp_path / "toy.html")["grid"] == {"x": [float(x) for x in range(11)]}
    with pytest.raises(dl.DerivativeError, match=r"larger than 0\.01 MB"):
        toy.export_html(tmp_path / "big.html", over="x", largest=1e4)
    assert not (tmp_path / "big.html").exists()
    with pytest.raises(dl.DerivativeError, match="one or two controls, not over 3"):
        toy.export_html(tmp_path / "big.html", over=("x", "n", "factor"))


@pytest.mark.parametrize(
    "panel",
    [
        dl.ComparisonPanel,
        dl.StepSizePanel,
        dl.GradientDescentPanel,
        dl.EstimatorArenaPanel,
        dl.HMCPanel,
        dl.BackpropPanel,
    ],
)
def test_the_notebook_that_a_panel_links_to_shows_the_panel(panel):
    notebook = nbformat.read(Path(dl.__file__).resolve().parent.parent / panel.notebook, as_version=4)
    shown = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert any(panel.__name__ in source for source in shown)


@pytest.mark.parametrize(
    ("panel", "arguments", "says"),
    [
        (dl.ComparisonPanel, ("x^2",), r"is text; dl.formula\('x\^2'\)"),
        (dl.StepSizePanel, (3,), "3 is not a function"),
        (dl.GradientDescentPanel, ("x^2",), "is text"),
        (dl.GradientDescentPanel, ([1, 2],), "is not a function"),
        (dl.ComparisonPanel, (np.sin, 3.0, 1.0), "3.0 to 1.0 is no range"),
        (dl.ComparisonPanel, (np.sin, "a", 1.0), "'a' to 1.0 is no range"),
        (dl.StepSizePanel, (None, 1.0, 1.0), "1.0 to 1.0 is no range"),
        (dl.StepSizePanel, (np.sin, 0.0, np.inf), "0.0 to inf is no range"),
        (dl.GradientDescentPanel, (np.sum, 3), r"the domain 3 is no \(low, high\) for each number"),
        (dl.GradientDescentPanel, (np.sum, ((0, 1), ("a", 2))), "is no .low, high. for each number"),
        (dl.GradientDescentPanel, (np.sum, ((1, -1), (0, 1))), "1.0 to -1.0 is no range"),
    ],
)
def test_what_is_no_function_and_no_range_is_told_at_once(panel, arguments, says):
    with pytest.raises(dl.DerivativeError, match=says):
        panel(*arguments)
