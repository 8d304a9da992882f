"""The `derivlab` command: what it prints, and one sentence with exit code 2 where the user has to act."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import derivlab as dl
from derivlab import cli

ROOT = Path(__file__).resolve().parent.parent
MODEL = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
from besides import scale

@dataclass
class Model:
    weight: float = 3.0

    @staticmethod
    def square(x):
        return np.sum(x**2)

    def tripled(self, x):
        return self.weight * np.sum(x)

linear = Model()

def f(x):
    return scale * np.sin(x[0]) * x[1]**2 * Model().weight

def slope_of_sine(x):
    return np.sin(x)

def two(x, y):
    return x * y

COUNT = 3
"""


@pytest.fixture
def model(tmp_path):
    """A user's file that imports another one beside it; its path has a colon, as on Windows."""
    folder = tmp_path / "C:" if sys.platform != "win32" else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "besides.py").write_text("scale = 2.0\n", encoding="utf-8")
    (folder / "model.py").write_text(MODEL, encoding="utf-8")
    return folder / "model.py"


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A notebook to start from, with two tables, and prose between them."""
    cells = [
        new_code_cell("import numpy as np\nimport derivlab as dl\nfrom beside import f"),
        new_markdown_cell("method  in prose is no table"),
        new_code_cell("dl.compare(f, 1.2, ['reverse', 'complex_step'])"),
        new_code_cell("1 + 1"),
        new_code_cell("print(dl.compare(np.cos, 1.2, ['forward']))"),
    ]
    path = tmp_path / "00_start_here.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    (tmp_path / "beside.py").write_text("import numpy as np\ndef f(x): return np.sin(x)\n", encoding="utf-8")
    monkeypatch.setattr(cli, "START", path)
    return path


def test_compare_prints_the_comparison(model, capsys):
    assert cli.main(["compare", f"{model}:f", "--at", "1,2", "--methods", "reverse, richardson"]) == 0
    head, columns, *rows, legend, verdict, _ = capsys.readouterr().out.splitlines()
    assert head.startswith("f at x = [1, 2], where f(x) = 20.1953")
    assert columns.split()[:3] == ["method", "value", "digits"]
    assert [row.split()[0] for row in rows] == ["reverse", "richardson"]
    assert legend.startswith("cost: ")
    assert verdict.startswith("value (agree): The derivative is ")
    found = [float(number) for number in re.findall(r"-?\d+\.\d{6,}", rows[0])]
    np.testing.assert_allclose(found, [24 * np.cos(1), 24 * np.sin(1)], rtol=1e-8)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("sin(x)*exp(-x)", "1.2", [(np.cos(1.2) - np.sin(1.2)) * np.exp(-1.2)]),
        ("y^2 sin x", "1,2", [4 * np.cos(1), 4 * np.sin(1)]),
        ("y^2 sin x", "y=2, x=1", [4 * np.cos(1), 4 * np.sin(1)]),
        ("-x^2", "x=3", [-6.0]),
        ("x/y - z", "-1,2,5", [0.5, 0.25, -1.0]),
        ("-hypot(x, y)", "x=3,y=4", [-0.6, -0.8]),
        ("x₁² + µ", "µ=1, x₁=2", [4.0, 1.0]),
    ],
)
def test_compare_takes_a_formula(text, at, expected, capsys):
    assert cli.main(["compare", text, "--at", at, "--methods", "reverse"]) == 0
    head, _, row, *_ = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{text} at x = ") and f", where {text} = " in head
    found = [float(n) for n in re.findall(r"-?\d+\.\d*", row)][: len(expected)]
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_compare_takes_every_method_unless_told(model, capsys):
    assert cli.main(["compare", f"{model}:f", "--at", "1,2"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{method.name} " in out for method in dl.methods())


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1.2", 1.2),
        ("-1e-3", -1e-3),
        ("1,2", [1.0, 2.0]),
        ("1,", [1.0]),
        ("-1, 2.5", [-1.0, 2.5]),
        ("[1]", [1.0]),
        ("[1, 2]", [1.0, 2.0]),
        ("pi/2, -1/4", [np.pi / 2, -0.25]),
        ("−2", -2.0),
    ],
)
def test_at_is_a_number_or_a_list(text, x, monkeypatch, capsys):
    given = []
    monkeypatch.setattr(cli, "_compare", lambda chosen: given.append(cli.point(chosen.at)) or "compared")
    for at in (["--at", text], [f"--at={text}"]):
        assert cli.main(["compare", "math:sin", *at]) == 0
        assert capsys.readouterr().out == "compared\n"
    assert given == [x, x]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_is_no_traceback(tmp_path):
    import signal

    code = "import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGINT)\n    return x\n"
    (tmp_path / "stops.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "derivlab", "compare", f"{tmp_path / 'stops.py'}:f", "--at", "1"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stderr) == (130, "derivlab: stopped.\n")


@pytest.mark.parametrize(
    "order",
    [
        ["-x^2", "--at", "3"],
        ["--at", "3", "-x^2"],
        ["--methods", "reverse,", "-x^2", "--at=3"],
        ["--at", "3", "--", "-x^2"],
    ],
)
def test_a_formula_with_a_sign_in_front_stands_anywhere(order, capsys):
    assert cli.main(["compare", *order]) == 0
    assert capsys.readouterr().out.startswith("-x^2 at x = 3, where -x^2 = -9\n")


@pytest.mark.parametrize(
    ("name", "slope"), [("Model.square", "2.000000000, 4"), ("linear.tripled", "3.000000000, 3")]
)
def test_a_function_may_belong_to_a_class_or_an_object(name, slope, model, capsys):
    assert cli.main(["compare", f"{model}:{name}", "--at", "1,2", "--methods", "reverse"]) == 0
    assert f"reverse  [{slope}" in capsys.readouterr().out


def test_a_module_is_looked_for_in_the_working_folder(tmp_path, monkeypatch, capsys):
    (tmp_path / "package_here").mkdir()
    (tmp_path / "package_here" / "inner.py").write_text("def f(x):\n    return x * x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])  # as the console script has it
    assert cli.main(["compare", "package_here.inner:f", "--at", "3", "--methods", "reverse"]) == 0
    assert "reverse  6.0" in capsys.readouterr().out


def test_a_file_of_a_package_is_told_its_dotted_name(tmp_path, capsys):
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    for folder in ("outer", "outer/inner"):
        (tmp_path / folder / "__init__.py").touch()
    path = tmp_path / "outer" / "inner" / "model.py"
    path.write_text("from .other import g\n", encoding="utf-8")
    assert cli.main(["compare", f"{path}:f", "--at", "1"]) == 2
    assert f"write outer.inner.model:function in the folder {tmp_path}." in capsys.readouterr().err


def test_a_function_is_named_as_pytest_names_it(model, capsys):
    assert cli.main(["compare", f"{model}::f", "--at", "1,2", "--methods", "reverse richardson"]) == 0
    assert re.findall(r"^\w+ ", capsys.readouterr().out, re.MULTILINE)[:4] == [
        "f ",
        "method ",
        "reverse ",
        "richardson ",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("lost", ["| true", ">/dev/full"])
def test_output_that_goes_nowhere_is_no_traceback(lost):
    if "full" in lost and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    line = f"{{ sleep 0.5; '{sys.executable}' -m derivlab methods; }} {lost}"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == (
        "" if "true" in lost else "derivlab: the result cannot be written (No space left on device).\n"
    )


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_comparison_fits_its_terminal(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert cli.main(["compare", "|x|*sin(y)", "--at", "1.2,2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= max(columns, 80)
    assert lines == [line.rstrip() for line in lines]
    assert ("    5 distinct subexpressions" in lines) == (columns < 110)
    assert (" time " in lines[1]) == (columns > 110)
    assert "not analytic" in " ".join(" ".join(lines).split())


def test_methods_lists_them(capsys, monkeypatch):
    assert cli.main(["methods"]) == 0
    assert capsys.readouterr().out == f"{dl.methods()}\n"
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert cli.main(["methods"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 70
    assert " ".join(out.split()) == " ".join(str(dl.methods()).split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare", "nowhere.py:f", "--at", "1"], "there is no file nowhere.py; write FILE.py:function"),
        (["compare", "{model}:g", "--at", "1"], r"model.py has no function 'g'; there is .*\bf\b"),
        (["compare", "{model}:slope", "--at", "1"], "no function 'slope'; there is slope_of_sine"),
        (
            ["compare", "{model}:COUNT", "--at", "1"],
            "no function 'COUNT', only something of type int; there is",
        ),
        (["compare", "{model}:Model.cube", "--at", "1"], "no function 'Model.cube'; there is"),
        (["compare", "./:f", "--at", "1"], "./ is no file of Python; write FILE.py:function"),
        (["compare", "{model}", "--at", "1"], "names no function|cannot be imported"),
        (["compare", "sinx*2", "--at", "1"], "column 1: 'sinx' is no name here; write sin\\(x\\)"),
        (["compare", "sinx", "--at", "1"], "'sinx' names no function; .* or mend the formula: column 1"),
        (["compare", "model.py", "--at", "1"], "'model.py' names no function; write FILE.py:function"),
        (["compare", "x*y", "--at", "1"], "has the variables x, y, and x has 1"),
        (["compare", "x*y", "--at", "x=1"], "--at x=1 does not name each variable once; write --at x=1,y=1"),
        (["compare", "x*y", "--at", "x=1,x=2"], "does not name each variable once"),
        (["compare", "math:sin", "--at", "x=1"], "does not name each variable once"),
        (["compare", "numpy", "--at", "1"], "'numpy' names no function; write FILE.py:function"),
        (["compare", "no_such_module:f", "--at", "1"], "no_such_module cannot be imported"),
        (
            ["compare", "{broken}:f", "--at", "1"],
            r"broken.py does not run \(ZeroDivisionError: .* at broken.py:1\); .*mend that",
        ),
        (
            ["compare", "{model}:f", "--at", "1,two"],
            "--at 1,two is no number or list of them; write --at 1,2",
        ),
        (["compare", "{model}:f", "--at", ""], "is no number"),
        (["compare", "{model}:f", "--at", "nan,1"], "NaN"),
        (["compare", "{model}:f", "--at", "1,2", "--methods", "revers"], "no method 'revers'; choose one of"),
        (["compare", "{model}:f", "--at", "1"], "f fails at x by itself"),
        (["compare", "{model}:f", "--at", "--"], "--at -- is no number or list of them"),
        (["compare", "{model}", "--at", "1"], "model.py' names no function; write FILE.py:function"),
        (["compare", "C:\\model.py", "--at", "1"], "names no function; write FILE.py:function"),
        (
            ["compare", "{model}:two", "--at", "1,2"],
            r"two cannot be called with one array \(.*'y'\); write def two\(x\)",
        ),
        (["compare", "{unread}:f", "--at", "1"], r"unread.py does not run \(SyntaxError"),
        (["compare", "unread:f", "--at", "1"], r"unread does not run \(SyntaxError"),
        (["compare", "broken:f", "--at", "1"], r"broken does not run \(ZeroDivisionError"),
        (["compare", "leaves:f", "--at", "1"], r"leaves does not run \(SystemExit: 3"),
    ],
)
def test_a_mistake_is_one_sentence(arguments, says, model, tmp_path, capsys, monkeypatch):
    for name, text in {"broken": "1 / 0", "unread": "def f(x):\n return x +", "leaves": "exit(3)"}.items():
        (tmp_path / f"{name}.py").write_text(f"{text}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    broken, unread = tmp_path / "broken.py", tmp_path / "unread.py"
    assert cli.main([a.format(model=model, broken=broken, unread=unread) for a in arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(rf"derivlab: .*({says}).*\n", error), error


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["compare", "math:sin"],
        ["methods", "now"],
        ["compare", "math:sin", "--at"],
        ["open"],
        ["lab", "--headless", "--port=1"],
    ],
)
def test_a_wrong_command_line_gets_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: derivlab" in capsys.readouterr().err


def test_lab_opens_jupyterlab_on_the_first_notebook(notebook, monkeypatch):
    ran = []
    monkeypatch.setattr(subprocess, "run", lambda words: ran.append(words) or SimpleNamespace(returncode=3))
    assert cli.main(["lab", "--port=9999"]) == 3
    notebook.unlink()
    assert cli.main(["lab"]) == 3
    jupyter = [sys.executable, "-m", "jupyter", "lab"]
    root = f"--ServerApp.root_dir={notebook.parent.parent}"
    assert ran == [[*jupyter, str(notebook), root, cli.NODELAY, "--port=9999"], [*jupyter, cli.NODELAY]]


def test_links_of_panels_open_in_the_lab_that_it_starts(tmp_path):
    """The server's own answer for the notebook that a link into it names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = ["lab", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=t"]
    own = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    link = dl.GradientDescentPanel().link(f"http://127.0.0.1:{port}/lab?token=t")
    contents = link.replace("/lab/tree/", "/api/contents/")
    server = subprocess.Popen(
        [sys.executable, "-m", "derivlab", *asked], env=os.environ | own, stderr=subprocess.DEVNULL
    )
    try:
        assert _answer(contents)["path"] == "notebooks/04_gradient_descent.ipynb"
    finally:
        shutdown = f"http://127.0.0.1:{port}/api/shutdown?token=t"
        urllib.request.urlopen(urllib.request.Request(shutdown, method="POST"), timeout=30).close()
        assert server.wait(30) == 0


def _answer(address, patience=60.0):
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as page:
                return json.load(page)
        except urllib.error.HTTPError:
            raise
        except OSError:  # not up yet
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_an_interrupt_goes_to_jupyterlab(notebook, monkeypatch):
    def interrupted(words):
        signal.raise_signal(signal.SIGINT)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", interrupted)
    assert cli.main(["lab"]) == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_lab_headless_executes_it_and_prints_its_tables(notebook, capsys):
    before = notebook.read_bytes()
    assert cli.main(["lab", "--headless"]) == 0
    out = capsys.readouterr().out
    first, second = out.strip().split("\n\n")
    assert first.startswith("f at x = 1.2, where f(x) = 0.932039\nmethod ")
    assert "\nreverse " in first
    assert "\ncomplex_step " in first
    assert second.startswith("cos at x = 1.2, where cos(x) = 0.362358\nmethod ")
    assert "in prose" not in out
    assert notebook.read_bytes() == before


def test_lab_headless_says_what_is_missing(notebook, monkeypatch, capsys):
    monkeypatch.setattr(cli, "tables", lambda _: iter(()))
    assert cli.main(["lab", "--headless"]) == 1
    assert "shows no comparison table" in capsys.readouterr().out
    notebook.unlink()
    assert cli.main(["lab", "--headless"]) == 2
    assert "there is no 00_start_here.ipynb here" in capsys.readouterr().err
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert cli.main(["lab"]) == 2
    assert "pip install 'derivlab[lab]'" in capsys.readouterr().err


def test_both_ways_to_call_it():
    code = "import sys; from derivlab.cli import main; sys.exit(main())"
    for start in (["-m", "derivlab"], ["-c", code]):
        command = [sys.executable, *start, "--version"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout == f"derivlab {dl.__version__}\n"
