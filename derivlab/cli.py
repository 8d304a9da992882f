"""The `derivlab` command: `lab`, `compare FILE.py:function --at 1,2`, `methods`."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import derivlab as dl

START = Path(__file__).resolve().parent.parent / "notebooks" / "00_start_here.ipynb"
TABLE = re.compile(r"^method {2,}", re.MULTILINE)  # the head of a Comparison printed as text


def load(target: str) -> Callable:
    """The function named by `FILE.py:function` or `package.module:function`; errors: `DerivativeError`."""
    place, _, name = target.rpartition(":")  # the last colon: a Windows path has one of its own
    if not place or not name:
        raise dl.DerivativeError(f"{target!r} names no function; write FILE.py:function.")
    module = _execute(Path(place)) if place.endswith(".py") else _import(place)
    function = getattr(module, name, None)
    if not callable(function):
        found = [n for n, v in vars(module).items() if callable(v) and not n.startswith("_")]
        choice = f"; it has {', '.join(found[:8])}" if found else ""
        raise dl.DerivativeError(f"{place} has no function {name!r}{choice}.")
    return function


def _execute(path: Path) -> ModuleType:
    """The module in a file, with the file's folder to import from, as `python FILE.py` has it."""
    if not path.is_file():
        raise dl.DerivativeError(f"there is no file {path}; write the path to a Python file.")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise dl.DerivativeError(f"{path} fails when run ({type(error).__name__}: {error}).") from error
    return module


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise dl.DerivativeError(f"there is no module {name} ({error}); write FILE.py:function.") from error


def point(text: str) -> float | list[float]:
    """`1.2` as a number; `1,2` and `1,` as lists; errors: `DerivativeError`."""
    try:
        numbers = [float(part) for part in text.removesuffix(",").split(",")]
    except ValueError as error:
        raise dl.DerivativeError(f"--at {text} is no list of numbers; write --at 1.2 or --at 1,2.") from error
    return numbers if "," in text else numbers[0]


def tables(notebook: Path) -> Iterator[str]:
    """Execute a notebook in memory and give the comparison tables among its outputs, as text."""
    import nbformat
    from nbclient import NotebookClient

    client = NotebookClient(
        nbformat.read(notebook, as_version=4), resources={"metadata": {"path": str(notebook.parent)}}
    )
    for cell in client.execute().cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if TABLE.search(text):
                yield text.rstrip()


def _lab(chosen: argparse.Namespace) -> int:
    if find_spec("jupyterlab") is None or find_spec("nbclient") is None:
        raise dl.DerivativeError("JupyterLab is not installed here; pip install 'derivlab[lab]' brings it.")
    notebook = chosen.notebook or START
    if not chosen.headless:
        start = [str(notebook)] if notebook.is_file() else []
        return subprocess.run([sys.executable, "-m", "jupyter", "lab", *start, *chosen.options]).returncode
    if not notebook.is_file():
        raise dl.DerivativeError(f"there is no notebook {notebook}; clone the repository to have it.")
    found = list(tables(notebook))
    print("\n\n".join(found))
    if not found:
        raise dl.DerivativeError(f"{notebook.name} ran, but showed no comparison table.")
    return 0
