"""Pictures of descents: what they show, that they move without being drawn anew, and the words that go with a step."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import derivlab as dl
from derivlab import descent
from derivlab.gallery.surfaces import surface, surfaces
from derivlab.plots.contours import ContourDisplay, levels
from derivlab.plots.descent import DescentDisplay, GraphDisplay
from derivlab.plots.descent_views import LossDisplay, RateSweepDisplay, SectionDisplay, StabilityDisplay

ROSENBROCK = surface("rosenbrock")


def run(optimiser=None, steps=12, s=ROSENBROCK):
    return dl.descend(s, s.start, optimiser or dl.Momentum(1e-3), steps, gradient=s.gradient)


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


@pytest.mark.parametrize("s", surfaces(), ids=lambda s: s.name)
def test_every_surface_is_drawn_with_its_path_and_minima(s):
    drawn = run(dl.GradientDescent(s.rate), s=s).plot()
    assert drawn.ax_.get_xlim() == s.domain[0] and drawn.ax_.get_xlabel() == s.coordinates[0]
    stars = [line for line in drawn.ax_.lines if line.get_marker() == "*"]
    assert len(stars) == len(s.minima)


def test_a_path_ends_at_the_step_asked_for_and_the_arrows_add_up():
    found, display = run(), ContourDisplay(ROSENBROCK, ROSENBROCK.domain).plot()
    display.move([found], 5, ("gradient", "momentum", "step"))
    np.testing.assert_array_equal(display._lines[0].get_xydata(), found.path[:6])
    np.testing.assert_array_equal(display._dots[0].get_xydata(), found.path[5:6])
    gradient, momentum, step = (np.diff(arrow._posA_posB, axis=0)[0] for arrow in display._tips)
    np.testing.assert_allclose(gradient + momentum, step)
    assert step @ found.steps[5].move > 0
    assert [label.get_text() for label in display._labels] == ["-gradient", "momentum", "step"]
    display.move([run(dl.GradientDescent(1e-3))], 5, ("gradient", "momentum", "step"))
    assert [label.get_text() for label in display._labels] == ["-gradient", "", "step"]
    display.move([found], 5)
    assert not any(arrow.get_visible() for arrow in display._tips)


@pytest.mark.parametrize("kind", ["contour", "graph", "loss", "section", "stability"])
def test_only_the_moving_artists_change(kind):
    found = run()
    steps = [found.steps[k] for k in (2, 9)]
    if kind == "contour":
        display = ContourDisplay(ROSENBROCK, ROSENBROCK.domain).plot()
        moves = [lambda k=k: display.move([found], k, ("step",)) for k in (2, 9)]
    elif kind == "graph":
        line = dl.descend(lambda x: x**2, 1.0, dl.GradientDescent(0.2), 12)
        display = GraphDisplay(lambda x: x**2, (-1.2, 1.2)).plot()
        moves = [lambda k=k: display.move([line], k) for k in (2, 9)]
    elif kind == "loss":
        display = LossDisplay.of([found]).plot()
        moves = [lambda k=k: display.move([found], k) for k in (2, 9)]
    elif kind == "section":
        display = SectionDisplay().plot()
        moves = [lambda s=s: display.move(descent.section(ROSENBROCK.f, s)) for s in steps]
    else:
        display = StabilityDisplay().plot()
        moves = [
            lambda s=s: display.move(descent.stability(ROSENBROCK.f, s, dl.GradientDescent(1e-3)))
            for s in steps
        ]
    before = len(display.ax_.get_children())
    shown = []
    for move in moves:
        move()
        shown.append(pixels(display.figure_))
    assert len(display.ax_.get_children()) == before
    assert not np.array_equal(*shown)
    for artist in display.moving:
        artist.set_visible(False)
    still = pixels(display.figure_)
    moves[0]()
    for artist in display.moving:
        artist.set_visible(False)
    assert np.array_equal(still, pixels(display.figure_))
    assert repr(display) == repr(display) and "object at" not in repr(display)


def test_the_view_is_chosen_by_how_many_numbers_there_are():
    one = dl.descend(lambda x: x**2, 1.0, steps=3).plot()
    assert one.ax_.get_ylabel() == "f(x)"
    many = dl.descend(lambda x: np.sum(x**2), np.ones(5), steps=3).plot()
    assert many.ax_.get_yscale() == "log"
    assert run().plot(view="loss").ax_.get_yscale() == "log"
    assert DescentDisplay.from_descents(run()).plot(plt.figure().subplots()).ax_.get_ylabel() == "y"
    formula = dl.formula("a^2 + 3b^2")
    assert dl.descend(formula, [1, 1], steps=3).plot().ax_.get_xlabel() == "a"
    batch = dl.descend(ROSENBROCK.f, [[0.0, 1.0], [1.0, 0.0]], dl.Adam(0.1), 5).plot()
    starts = [text.get_text() for text in batch.ax_.get_legend().get_texts()]
    assert starts == ["Adam 0.1 from (0, 1)", "Adam 0.1 from (1, 0)"]
    options = [run(dl.Momentum(1e-3, beta)) for beta in (0.5, 0.9)]
    texts = DescentDisplay.from_descents(*options).plot().ax_.get_legend().get_texts()
    assert [text.get_text() for text in texts] == ["momentum 0.001, beta 0.5", "momentum 0.001, beta 0.9"]


def test_races_and_sweeps_are_drawn_with_a_name_for_each():
    optimisers = [dl.GradientDescent(1e-3), dl.Momentum(1e-3), dl.BFGS()]
    race = dl.race(ROSENBROCK, ROSENBROCK.start, optimisers, 40, gradient=ROSENBROCK.gradient)
    for view in (None, "loss"):
        names = [text.get_text() for text in race.plot(view=view).ax_.get_legend().get_texts()]
        assert names == ["gradient descent 0.001", "momentum 0.001", "BFGS"]
    sweep = dl.rate_sweep(ROSENBROCK, ROSENBROCK.start, optimisers[:2], [1e-4, 1e-3, 1.0], 40)
    drawn = sweep.plot()
    assert isinstance(drawn, RateSweepDisplay) and drawn.ax_.get_xscale() == "log"
    assert np.isinf(drawn.ax_.lines[0].get_ydata()[-1])


def test_the_legend_of_losses_covers_no_end_of_a_line():
    optimisers = [dl.GradientDescent(1e-3), dl.Momentum(1e-3), dl.Adam(0.1), dl.BFGS(), dl.Newton()]
    drawn = dl.race(ROSENBROCK, ROSENBROCK.start, optimisers, 100).plot(view="loss")
    drawn.figure_.canvas.draw()
    box = drawn.ax_.get_legend().get_window_extent()
    dots = [line for line in drawn.ax_.lines if len(line.get_xdata()) == 1]
    ends = [drawn.ax_.transData.transform(line.get_xydata()[0]) for line in dots]
    assert len(ends) == 5 and not any(box.contains(*end) for end in ends)


def test_levels_rise_and_survive_flat_and_broken_functions():
    for values in (
        np.zeros((4, 4)),
        np.full((4, 4), 1e20),
        np.full((4, 4), np.nan),
        np.array([[1.0, np.nan], [2.0, np.inf]]),
    ):
        assert np.all(np.diff(levels(values)) > 0)
    dl.descend(lambda x: np.sqrt(x[0]) + x[1] ** 2, [1.0, 1.0], dl.GradientDescent(0.1), 3).plot(
        domain=((-1, 2), (-1, 2))
    )


def test_the_stability_bar_says_when_it_is_too_large():
    step, display = run().steps[0], StabilityDisplay().plot()
    display.move(descent.stability(ROSENBROCK.f, step, dl.GradientDescent()))
    assert "stable" in display._says.get_text() and display._bar.get_hatch() in ("", None)
    wild = run(dl.GradientDescent(0.1), 1).steps[0]
    display.move(descent.stability(ROSENBROCK.f, wild, dl.GradientDescent(0.1)))
    assert "too large" in display._says.get_text() and display._bar.get_hatch() == "//"


def test_a_step_is_told_in_its_parts():
    told = [str(part) for part in descent.narrate(run(dl.GradientDescent(1e-3)), 0)]
    assert told == [
        "gradient: f'(x) at x = (-1.2, 1) = (-215.6, -88)",
        "scale: rate = 0.001",
        "move: -scale · gradient = (0.2156, 0.088), so x becomes (-0.9844, 1.088)",
    ]
    names = {
        optimiser.name: [part.name for part in descent.narrate(run(optimiser, 4), 1)]
        for optimiser in (dl.Adam(0.1), dl.AdaGrad(0.1), dl.Momentum(1e-3), dl.Newton(), dl.BFGS())
    }
    assert names["AdaGrad"] == ["gradient", "scale", "move"]
    assert all(
        names[n] == ["gradient", "direction", "scale", "move"] for n in ("Adam", "momentum", "Newton", "BFGS")
    )
    assert [part.name for part in descent.narrate(run(steps=4), 4)] == ["gradient"]
    line = dl.descend(lambda x: x**2, 1.0, steps=2)
    assert str(descent.narrate(line, 0)[0]) == "gradient: f'(x) at x = 1 = 2"


@pytest.mark.parametrize(
    ("rate", "course"), [(0.01, "creeps"), (0.03, "converges"), (0.075, "zig-zags"), (0.081, "diverges")]
)  # fmt: skip
def test_the_course_of_a_descent_in_a_word(rate, course):
    found = dl.descend(lambda x: (25 * x[0] ** 2 + x[1] ** 2) / 2, [0.2, 3.0], dl.GradientDescent(rate), 160)
    assert found.course() == course


def test_the_secant_goes_through_the_point_that_the_step_leads_to():
    line = dl.descend(lambda x: x**2, -1.6, dl.GradientDescent(0.9), 3)
    shown = GraphDisplay(lambda x: x**2, (-2, 2)).plot()
    for k in range(3):
        shown.move([descent.Descent(line.f, line.optimiser, line.steps[: k + 1], "f", False)], k)
        (left, right), heights = shown._secant.get_data()
        assert (left, right) == (-2, 2)
        here, after = line.path[k], line.path[k + 1]
        for x in (here, after):
            assert np.interp(x, [left, right], heights) == pytest.approx(x**2)
    shown.move([line], 3)
    assert np.isnan(shown._secant.get_ydata()).all()


@pytest.mark.parametrize(
    ("lowest", "label"), [(0.0, "f"), (4e-16, "f"), (-4.0, "f + 4"), (3.0, "f - 3"), (None, "f")]
)
def test_the_axis_says_above_what_f_is_shown(lowest, label):
    shown = LossDisplay(["Adam"], 9.0, 20, lowest or 0.0).plot()
    assert shown.ax_.get_ylabel() == label


def test_the_limit_of_stability_bears_its_number():
    step = dl.descend(lambda x: 5 * x**2, 1.0, dl.Momentum(0.1, 0.9), 1).steps[0]
    shown = StabilityDisplay().plot()
    shown.move(descent.stability(lambda x: 5 * x**2, step, dl.Momentum(0.1, 0.9)))
    assert shown._named.get_text() == "3.8"


def test_the_runs_of_a_batch_alone():
    whole = dl.descend(
        lambda x: (25 * x[0] ** 2 + x[1] ** 2) / 2, [1.0, 1.0], dl.GradientDescent([0.01, 0.5]), 40
    )
    first, second = whole.alone()
    assert (first.optimiser, second.optimiser) == (dl.GradientDescent(0.01), dl.GradientDescent(0.5))
    assert (len(first.steps), second.outcome) == (41, "diverged")
    assert repr(second) == f"gradient descent on f {whole.says(1)}"
    single = run()
    assert single.alone() == (single,)
