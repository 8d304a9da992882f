"""`run.py`: the environment is made once, commands run in order, failures are one sentence."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "run.py"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run.py as a module in an empty project, where commands are recorded in `ran` instead of executed."""
    spec = importlib.util.spec_from_file_location("run", RUN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    home = tmp_path / ".venv"
    places = {"ROOT": tmp_path, "HOME": home, "PYTHON": home / "python", "STAMP": home / "derivlab.stamp"}
    for name, value in places.items():
        monkeypatch.setattr(module, name, value)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    module.ran, module.failing = [], "nothing"

    def record(words, cwd):
        assert cwd == str(module.ROOT)
        line = " ".join(words).replace(f"{home}{os.sep}", "")
        module.ran.append(line)
        if " venv " in line:
            home.mkdir(exist_ok=True)
            module.PYTHON.touch()
        return SimpleNamespace(returncode=int(module.failing in line))

    monkeypatch.setattr(module.subprocess, "run", record)
    return module


def installs(run):
    return [line.split()[-1] for line in run.ran if "pip install" in line]


def test_first_use_makes_the_environment_and_the_next_only_runs(run):
    assert run.main(["lab", "--port=9999"]) == 0
    venv, pip, lab = run.ran
    assert re.search(r"-m venv --clear \S+\.venv$", venv)
    assert pip.startswith("python -m pip install")
    assert pip.endswith("--editable .[lab]")
    assert lab == "python -m derivlab lab --port=9999"
    run.ran.clear()
    assert run.main(["lab", "--headless"]) == 0
    assert run.ran == ["python -m derivlab lab --headless"]


def test_installs_again_only_when_something_changed(run):
    run.main(["lab"])
    run.main(["test"])
    run.main(["lab"])
    run.main(["test"])
    assert installs(run) == [".[lab]", ".[lab,test]"]
    (run.ROOT / "pyproject.toml").write_text("[project]\nversion = '2'\n")
    run.main(["lab"])
    assert installs(run) == [".[lab]", ".[lab,test]", ".[lab,test]"]
    run.PYTHON.unlink()
    run.main(["lab"])
    assert sum(" venv " in line for line in run.ran) == 2


def test_in_a_folder_that_has_moved_everything_is_made_afresh(run):
    run.main(["lab"])
    run.ROOT = run.ROOT.parent / "moved"
    run.ROOT.mkdir()
    (run.ROOT / "pyproject.toml").write_text("[project]\n")
    run.main(["lab"])
    assert sum(" venv " in line for line in run.ran) == 2 == len(installs(run))
    run.main(["lab"])
    assert len(installs(run)) == 2


def test_test_checks_first_and_ends_with_pytest(run):
    assert run.main(["test", "-x", "tests/test_cli.py"]) == 0
    assert run.ran[-4:] == [
        "python -m ruff check .",
        "python -m ruff format --check .",
        "python -m mypy",
        "python -m pytest --nbval -x tests/test_cli.py",
    ]


@pytest.mark.parametrize(
    ("failing", "says"),
    [
        ("-m venv", "Python could not make .venv"),
        ("-m pip install", "pip could not install derivlab"),
        ("-m ruff check", "ruff check . found something"),
        ("-m mypy", "mypy found something"),
    ],
)
def test_a_failure_is_one_sentence(run, failing, says):
    run.failing = failing
    with pytest.raises(SystemExit, match=rf"^run\.py: {re.escape(says)}.*lines above say why\.$"):
        run.main(["test"])
    assert failing in run.ran[-1]


def test_after_a_failed_installation_everything_is_made_afresh(run):
    run.failing = "-m pip install"
    with pytest.raises(SystemExit):
        run.main(["lab"])
    run.failing = "nothing"
    assert run.main(["lab"]) == 0
    assert sum(" venv " in line for line in run.ran) == 2


def test_the_exit_code_is_pytests(run, capfd):
    run.failing = "-m pytest"
    assert run.main(["test"]) == 1
    assert "says why" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("arguments", [[], ["teest"]])
def test_unknown_commands_get_the_usage(arguments):
    done = subprocess.run([sys.executable, RUN, *arguments], capture_output=True, text=True)
    assert done.returncode == 1
    assert "usage: python3 run.py lab" in done.stderr
    assert "Traceback" not in done.stderr
    assert ("'teest'" in done.stderr) == (arguments == ["teest"])


@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_help_is_no_failure(word, run, capsys):
    assert run.main([word]) == 0
    assert capsys.readouterr().out.startswith("usage: python3 run.py lab")


def test_without_the_repository_it_says_so(run):
    (run.ROOT / "pyproject.toml").unlink()
    with pytest.raises(SystemExit, match=r"^run\.py: there is no pyproject\.toml in .* whole repository\.$"):
        run.main(["lab"])


def test_a_folder_that_cannot_be_written_to_is_named(run, monkeypatch):
    run.failing = "-m venv"
    monkeypatch.setattr(run.os, "access", lambda path, mode: False)
    with pytest.raises(
        SystemExit, match=rf"could not make \.venv; {re.escape(str(run.ROOT))} cannot be written to"
    ):
        run.main(["lab"])


def test_an_empty_stamp_is_none(run):
    run.main(["lab"])
    run.STAMP.write_text("")
    assert run.main(["lab"]) == 0
    assert installs(run) == [".[lab]", ".[lab]"]


def test_an_old_python_is_told_so(run, monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.10\."):
        run.main(["lab"])
    assert run.ran == []


def test_standard_library_only_and_readable_by_an_old_python():
    tree = ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names - {"__future__"}


def test_ci_runs_the_same_command():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "exec python3 run.py test"
