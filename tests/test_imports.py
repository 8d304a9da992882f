"""Who may import whom, what `import derivlab` loads, and that every public name is there."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import derivlab as dl

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derivlab"
FILES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "errors": 0,
    "reals": 0,
    "lift": 1,
    "methods": 2,
    "verbs": 3,
    "plots": 5,
    "panels": 6,
    "cli": 7,
    "__main__": 7,
}
TOPIC = 4  # comparison, gallery, descent, ...: every other room of the house, and the public names themselves
HEAVY = {"autograd", "IPython", "ipywidgets", "matplotlib", "mpmath", "pandas", "scipy", "sklearn", "sympy"}


def imports(source, package):
    """(absolute name, is it loaded with its module) of everything a source imports."""
    tree = ast.parse(source)
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(up if node.level else []), *filter(None, [node.module])])
            yield from ((f"{base}.{alias.name}", node not in inside) for alias in node.names)


def floor(name):
    return FLOORS.get(name.split(".")[1] if "." in name else "", TOPIC)


def breaches(source, module):
    """The imports of a module that go against the rules of the house."""
    here = floor(module)
    for name, at_once in imports(source, module.rpartition(".")[0]):
        top = name.split(".")[0]
        if top == "matplotlib" and here < FLOORS["plots"]:
            yield f"{module} imports {name}: only plots and panels draw"
        if top == "ipywidgets" and here != FLOORS["panels"]:
            yield f"{module} imports {name}: only panels have widgets"
        if top != "derivlab":
            continue
        to_its_picture = here == TOPIC and floor(name) == FLOORS["plots"] and not at_once
        if floor(name) > here and not to_its_picture:
            yield f"{module} imports {name}, which lies above it"


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path))
def test_nothing_imports_what_lies_above_it(path):
    assert not list(breaches(path.read_text(encoding="utf-8"), module_name(path)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("derivlab.lift.space", "from derivlab.methods import resolve"),
        ("derivlab.lift.space", "def f():\n    from derivlab import methods"),
        ("derivlab.lift.space", "from ..methods import resolve"),
        ("derivlab.methods.automatic", "import derivlab.verbs"),
        ("derivlab.methods.automatic", "import derivlab as dl"),
        ("derivlab.descent", "from derivlab.plots.descent import DescentDisplay"),
        ("derivlab.descent", "def f():\n    from derivlab.panels import descent"),
        ("derivlab.descent", "def f():\n    import matplotlib.pyplot as plt"),
        ("derivlab.plots.descent", "import ipywidgets"),
        ("derivlab.plots.descent", "from ..panels import descent"),
    ],
)
def test_the_rule_sees_a_breach(module, source):
    assert list(breaches(source, module))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("derivlab.descent", "from derivlab.verbs import gradient"),
        ("derivlab.descent", "def plot():\n    from derivlab.plots.descent import DescentDisplay"),
        ("derivlab.plots.descent", "import matplotlib\nfrom derivlab.descent import descend"),
        ("derivlab.panels.descent", "import ipywidgets\nfrom ..plots import descent\nimport matplotlib"),
        ("derivlab.methods.automatic", "from .estimate import Estimate\nfrom ..lift import lift"),
    ],
)
def test_the_rule_lets_pass_what_is_right(module, source):
    assert not list(breaches(source, module))


def loaded_by(statements):
    """The modules that statements load beyond NumPy's own."""
    code = f"import sys, numpy; before = set(sys.modules); {statements}; print(*set(sys.modules) - before)"
    command = [sys.executable, "-c", code]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_derivlab_loads_nothing_heavy():
    loaded = loaded_by("import derivlab as dl")
    assert "derivlab" in loaded
    assert not loaded & {*HEAVY, "importlib.metadata"}


def test_comparing_loads_no_pictures_and_no_widgets():
    loaded = loaded_by("import derivlab as dl; text = repr(dl.compare(numpy.sin, 1.0))")
    assert "sympy" in loaded
    assert not loaded & {"IPython", "ipywidgets", "matplotlib"}


def test_every_public_name_is_there_and_documented():
    for name in dl.__all__:
        assert getattr(dl, name).__doc__, name
    assert set(dl.__all__) <= set(dir(dl))
    with pytest.raises(AttributeError, match="derivative_of"):
        _ = dl.derivative_of


def test_a_panel_without_its_packages_says_what_to_install():
    code = "import sys; sys.modules['anywidget'] = None; import derivlab as dl; dl.ComparisonPanel"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    says = "ComparisonPanel needs anywidget, which is not installed; write: pip install 'derivlab[lab]'."
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: {says}"


def test_all_that_is_there_can_be_had_without_the_packages_of_panels():
    code = "import sys; sys.modules['anywidget'] = None; from derivlab import *; print(jvp, 'GraphPanel' in dir())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("<function jvp") and done.stdout.endswith(" False\n"), done.stderr


@pytest.mark.parametrize("name", ["derivation", "formula", "lift", "methods", "tape"])
def test_a_module_that_is_called_explains_its_call(name):
    module = importlib.import_module(f"derivlab.{name}")
    assert type(module).__call__.__doc__ == getattr(module, name).__doc__ is not None
