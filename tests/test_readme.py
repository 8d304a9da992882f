"""The README and the map in notebook 00 say what is so; `python docs/update.py` brings them up to date."""

import importlib.util
import re
from pathlib import Path

import matplotlib.image
import nbformat
import numpy as np
import pytest

import derivlab as dl

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
MEND = "run: python docs/update.py"


@pytest.fixture(scope="module")
def update():
    spec = importlib.util.spec_from_file_location("update", ROOT / "docs" / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_times(text):
    return re.sub(r"\d[\d.]* [µm]?s\b( +\d[\d.e]*×)?", "TIME", re.sub(" +", " ", text))


def test_the_example_prints_what_the_readme_shows(update):
    assert without_times(update.readme(TEXT)) == without_times(TEXT), MEND
    assert "reverse" in TEXT.partition("```text")[2].partition("```")[0]


def test_the_tables_of_notebooks_are_the_folder(update):
    assert update.table("notebooks/") in TEXT, MEND
    (cell,) = [c for c in nbformat.read(update.START, as_version=4).cells if update.MAP in c.source]
    assert update.map_cell(cell.source) == cell.source, MEND
    linked = set(re.findall(r"\]\((\d\d_\w+\.ipynb)\)", cell.source))
    assert linked == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}, MEND


def test_the_tables_would_show_a_new_notebook(update, tmp_path, monkeypatch):
    source = "# A new one\n\nYou see it listed.\n\n[badge](link)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source)])
    nbformat.write(notebook, tmp_path / "77_new.ipynb")
    monkeypatch.setattr(update, "NOTEBOOKS", tmp_path)
    row = "| [77 · A new one](notebooks/77_new.ipynb) | You see it listed. |"
    assert row in update.readme(TEXT)
    assert row not in TEXT


def test_the_picture_is_that_of_the_example(update, tmp_path, monkeypatch):
    """Costs move a little, so coarse shadows of the pictures are compared: frame, title and row of exact methods."""
    monkeypatch.setattr(update, "PICTURE", tmp_path / "comparison.png")
    update.draw()
    now, then = (
        matplotlib.image.imread(p) for p in (tmp_path / "comparison.png", ROOT / "docs/comparison.png")
    )
    assert now.shape == then.shape, MEND
    now, then = (p[..., :3].mean(axis=2).mean(axis=1) for p in (now, then))
    assert np.abs(now - then).max() < 0.2 and np.abs(now - then).mean() < 0.01, MEND


def test_the_verbs_do_what_the_readme_says():
    names = {}
    exec(BLOCKS[0], names)
    lines = [line.partition("#")[0].strip() for line in BLOCKS[1].splitlines()]
    first, second, function, formula = (eval(line, names) for line in lines)
    np.testing.assert_allclose(first, second, rtol=1e-9)
    np.testing.assert_allclose(function(np.array([1.0, 2.0])), first, rtol=1e-15)
    assert "sin(x0)" in repr(formula)


def test_a_method_of_ten_lines_works_in_every_verb():
    names = {}
    exec(BLOCKS[0], names)
    *body, last = BLOCKS[2].strip().splitlines()
    exec("\n".join(body), names)
    comparison, backward, f = eval(last, names), names["Backward"](), names["f"]
    assert [row.label for row in comparison] == ["backward", "backward(step=0.001)", "reverse"]
    assert 6 < comparison["backward"].digits < 9 and comparison["backward"].evaluations == 3
    runs: list = []
    told = backward.jacobian(lambda x: runs.append(x) or f(x), np.array([1.0, 2.0])).evaluations
    assert told == len(runs)
    np.testing.assert_allclose(dl.gradient(f, [1.0, 2.0], method=backward), comparison.reference, rtol=1e-6)
    np.testing.assert_allclose(
        dl.jvp(f, [1.0, 2.0], [0.0, 1.0], method=backward), comparison.reference[1], rtol=1e-6
    )
    rough = names["Backward"](step=1e-4)
    np.testing.assert_allclose(dl.hessian(f, [1.0, 2.0], method=rough), dl.hessian(f, [1.0, 2.0]), rtol=1e-2)
    outer = dl.compare(np.outer, np.ones(2), [backward], args=(np.ones(3),))
    assert outer["backward"].value.shape == (2, 3, 2) and outer["backward"].digits > 6


def test_gradients_of_ones_own_are_checked():
    X, W, b = np.ones((4, 3)), np.eye(3)[:, :2], np.zeros(2)
    names = {"dl": dl, "f": np.sum, "my_gradient": np.ones_like, "x": np.arange(3.0), "X": X, "W": W, "b": b}
    names |= {"layer": lambda X, W, b: X @ W + b, "network": dl.Network((3, 2)), "y": np.array([0, 1, 1, 0])}
    names["my_backward"] = lambda X, W, b, upstream: (upstream @ W.T, X.T @ upstream, upstream)
    checks = [eval(line.partition("#")[0].strip(), names) for line in BLOCKS[3].strip().splitlines()]
    assert [bool(check) for check in checks] == [True, False, True]
    assert checks[1].mistake == "unsummed bias"


def test_files_and_commands_of_the_readme_exist():
    for path in re.findall(r"\]\((?!https)([^)]+)\)", TEXT):
        assert (ROOT / path).is_file(), path
    from derivlab import cli

    for command in ("lab", "compare", "methods"):
        assert command in cli._parser().format_help()
