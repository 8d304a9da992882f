"""Digits against cost: every method labelled, no label over another or over a point, whatever lies together."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.transforms import Bbox

import derivlab as dl
from derivlab.plots.labels import place_labels


def overlaps(labels):
    boxes = [label.get_window_extent() for label in labels]
    return [
        (a.get_text(), b.get_text())
        for i, a in enumerate(labels)
        for j, b in enumerate(labels)
        if i < j and boxes[i].overlaps(boxes[j])
    ]


def covered(labels, ax, points):
    around = [Bbox.from_extents(*(p - 3), *(p + 3)) for p in ax.transData.transform(points)]
    return [label.get_text() for label in labels if label.get_window_extent().count_overlaps(around)]


@pytest.mark.parametrize("seed", range(12))
def test_labels_cover_nothing(seed):
    rng = np.random.default_rng(seed)
    count = seed + 1
    _, ax = plt.subplots(figsize=(7.5, 4.4), layout="constrained")
    ax.set(xscale="log", xlim=(1, 1e5), ylim=(-1, 20))
    digits = np.where(rng.random(count) < 0.6, 15.95, rng.uniform(0, 16, count))  # as a rule most are right
    points = np.column_stack([10 ** rng.uniform(1, 3.5, count), digits])
    labels = place_labels(ax, points, [f"method_number_{k}" for k in range(count)])
    assert len(labels) == count
    ax.figure.draw_without_rendering()
    assert overlaps(labels) == []
    assert covered(labels, ax, points) == []
    frame = ax.get_window_extent()
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 for b in (label.get_window_extent() for label in labels))


def test_every_method_with_digits_has_a_label_and_a_marker_of_its_family():
    comparison = dl.compare(lambda x: x[0] * np.sin(x[1]), [1.0, 2.0])
    display = comparison.plot()
    labels = [t for t in display.ax_.texts if t.get_text() in {row.label for row in comparison}]
    assert len(labels) == len(comparison) and overlaps(labels) == []
    families = {c.get_label(): len(c.get_offsets()) for c in display.ax_.collections}
    assert families["numerical"] == 5 and sum(families.values()) == len(comparison)
    paths = {len(c.get_paths()[0].vertices) for c in display.ax_.collections}
    assert len(paths) >= 3  # told apart by shape, not by colour alone
    assert repr(display) == "Digits against cost of the derivatives of f"


def test_it_draws_on_the_axes_it_is_given():
    _, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    display = dl.compare(np.sin, 1.0, ["reverse"]).plot(ax=axes[1])
    assert display.ax_ is axes[1] and not axes[0].texts
    display.figure_.draw_without_rendering()
    assert axes[0].get_window_extent().width == pytest.approx(axes[1].get_window_extent().width, rel=0.05)


def test_methods_without_an_answer_are_named():
    def kinked(x):
        return np.sum(np.abs(x))

    texts = [t.get_text() for t in dl.compare(kinked, [1.0, 0.0]).plot().ax_.texts]
    assert "no reference, so no digits" in texts
    assert any(t.startswith("no answer: ") and "reverse" in t for t in texts)


def test_a_dark_style_keeps_every_mark_visible():
    with plt.style.context("dark_background"):
        display = dl.compare(np.sin, 1.0).plot()
    back = display.ax_.get_facecolor()
    marks = [c.get_facecolor()[0] for c in display.ax_.collections]
    assert all(np.abs(np.subtract(mark, back)).max() > 0.5 for mark in marks)
    label = next(t for t in display.ax_.texts if t.get_text() == "reverse")
    assert label.get_color() == "white"
