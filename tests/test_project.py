"""The rules of the house: who imports whom, what loads when, the commands, the notebooks."""

import ast
import json
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import numpy as np
import pytest

import derivlab as dl
from derivlab.cli import main

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sorted((ROOT / "derivlab").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_who_imports_whom(path):
    room = path.relative_to(ROOT / "derivlab").parts[0]
    names = list(imported(path))
    if room not in ("plots", "panels"):
        assert not [n for n in names if n.startswith("matplotlib")]
    if room != "panels":
        assert not [n for n in names if n.startswith("ipywidgets")]
    if room == "lift":
        assert not [n for n in names if n.startswith(("derivlab.methods", "derivlab.verbs", "derivlab.comparison"))]
    if room == "methods":
        assert not [n for n in names if n.startswith(("derivlab.verbs", "derivlab.comparison", "derivlab.plots"))]


def test_importing_is_lazy():
    code = "import sys, derivlab; print([m for m in ('sympy', 'scipy', 'matplotlib', 'ipywidgets', 'autograd', 'mpmath') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_command_line(tmp_path, capsys):
    (tmp_path / "model.py").write_text("import numpy as np\ndef f(x): return np.sin(x[0]) * x[1]\n")
    assert main(["compare", f"{tmp_path / 'model.py'}:f", "--at", "1,2", "--methods", "reverse,central_difference"]) == 0
    assert "reverse" in capsys.readouterr().out
    assert main(["methods"]) == 0
    assert "complex_step" in capsys.readouterr().out
    assert main(["compare", "nowhere.py:f", "--at", "1"]) == 2
    assert "no file" in capsys.readouterr().err


def test_a_strangers_package_adds_a_method(tmp_path):
    (tmp_path / "stranger.py").write_text(
        "from dataclasses import dataclass\nfrom typing import ClassVar\nimport numpy as np\nfrom derivlab.methods.estimate import Estimate\n"
        "@dataclass(frozen=True)\nclass Zero:\n    name: ClassVar[str] = 'zero'\n    family: ClassVar[str] = 'numerical'\n"
        "    summary: ClassVar[str] = 'always zero'\n    def jacobian(self, f, x):\n"
        "        return Estimate(np.zeros(np.shape(f(x)) + np.shape(x)), 1)\n"
    )
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[derivlab.methods]\nzero = stranger:Zero\n")
    code = "import derivlab as dl, numpy as np; print(dl.compare(np.sin, 1.0)['zero'].value, 'zero' in repr(dl.methods()))"
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; {code}"], capture_output=True, text=True)
    assert done.stdout.strip() == "0.0 True", done.stderr


def test_binder_builds_its_recipe():
    if sys.platform == "win32":
        return
    done = subprocess.run([sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."], cwd=ROOT, capture_output=True, text=True)
    recipe = done.stdout + done.stderr
    assert done.returncode == 0, recipe[-2000:]
    assert "binder/requirements.txt" in recipe and "binder/postBuild" in recipe


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebooks_were_run_from_top_to_bottom(path):
    notebook = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    assert all(len(c.source.splitlines()) <= 12 for c in code)
    assert path.stat().st_size < 300_000
    assert "nbval-skip" not in path.read_text(encoding="utf-8")
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    assert "solutions" in path.parts or all(part in text for part in ("You will be able to", "What to remember", "Exercises"))


def test_comparison_record():
    def f(x):
        return np.sin(x[0]) * x[1] ** 2 + np.sum(np.exp(-x))

    c = dl.compare(f, [1.0, 2.0])
    assert [r.method for r in c.rows] == [m.name for m in dl.methods()]
    assert c["reverse"].digits > 15 and 6 < c["forward_difference"].digits < 10
    assert c["reverse"].evaluations == 1 and c["central_difference"].evaluations == 4
    np.testing.assert_allclose(c.reference, [np.cos(1) * 4 - np.exp(-1), 4 * np.sin(1) - np.exp(-2)], rtol=1e-15)
    assert json.loads(json.dumps(c.to_dict()))["rows"][0]["method"] == "symbolic"
    assert "<table" in c._repr_html_() and "reverse" in repr(c)


def test_a_failing_method_does_not_sink_the_others():
    c = dl.compare(lambda x: np.sum(np.abs(x)), [1.0, -2.0])
    assert c["complex_step"].value is None and "analytic" in c["complex_step"].error or "imaginary" in c["complex_step"].error
    np.testing.assert_allclose(c["reverse"].value, [1.0, -1.0])
    with pytest.raises(dl.DerivativeError, match="fails at x by itself"):
        dl.compare(lambda x: x[7], [1.0])


def test_plot_labels_every_method():
    import matplotlib

    matplotlib.use("Agg")
    display = dl.compare(np.sin, 1.0).plot()
    assert {t.get_text() for t in display.ax_.texts} == {m.name for m in dl.methods()}


def test_expression():
    e = dl.expression(lambda x: x[0] ** 2 * np.sin(x[1]), [1.0, 2.0])
    assert str(e) == "x0**2*sin(x1)" and e.operations["derivative"] >= 3
    assert "sin" in e._repr_latex_()


def test_lifts():
    import mpmath
    import sympy

    t = sympy.Symbol("t", positive=True)
    assert sympy.simplify(dl.lift(lambda x: np.sin(x) ** 2, "sympy")(t) - sympy.sin(t) ** 2) == 0
    assert abs(dl.lift(np.sin, "mpmath")(mpmath.mpf(1)) - mpmath.sin(1)) < 1e-15
    import autograd

    assert autograd.grad(dl.lift(lambda x: np.zeros(1) + x**2, "autograd"))(3.0) is not None


def test_threads_do_not_disturb_each_other():
    wrong = []

    def work(k):
        for _ in range(30):
            if abs(dl.derivative(lambda x: x * dl.derivative(lambda y: k * x * y, 2.0), 1.5) - 2 * k * 1.5) > 1e-12:
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not wrong
