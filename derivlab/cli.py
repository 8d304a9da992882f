"""The `derivlab` command: `lab`, `compare "sin(x)*y" --at 1,2`, `compare FILE.py:function --at 1,2`, `methods`."""

from __future__ import annotations

import argparse
import difflib
import importlib
import inspect
import io
import operator
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import derivlab as dl
from derivlab.diagnosis.display import EVALUATIONS, SLOW
from derivlab.formula import formula
from derivlab.formula.tokens import SAME
from derivlab.lift.lines import told_at
from derivlab.methods import methods
from derivlab.table import WIDTH, filled

START = Path(__file__).resolve().parent.parent / "notebooks" / "00_start_here.ipynb"
NODELAY = "--ServerApp.jpserver_extensions=derivlab.nodelay=True"  # frames of panels arrive sooner
TABLE = re.compile(r"^method {2,}", re.MULTILINE)  # the head of a Comparison printed as text


def load(target: str) -> Callable:
    """The function named by `FILE.py:function` or `package.module:function`, or a formula; errors: `DerivativeError`."""
    place, _, name = target.rpartition(":")  # the last colon: a Windows path has one of its own
    place, name = place.rstrip(":"), name.strip()  # FILE.py::function, as pytest has it
    whole = target.rstrip(":")
    if whole.lower().endswith(".py"):
        raise dl.DerivativeError(f"{whole!r} names no function; write FILE.py:function.")
    if not place or not name:
        return _formula(target)
    module = _execute(Path(place)) if place.lower().endswith(".py") else _import(place)
    function = _named(module, name, place)
    _takes_one(function, name.rpartition(".")[2])
    return function


def _named(module: ModuleType, name: str, place: str) -> Callable:
    """What bears a name in a module, `Class.function` and `object.method` too; errors: nothing, or no function."""
    try:
        found = operator.attrgetter(name)(module)
        if callable(found):
            return found
        kind = f", only something of type {type(found).__name__}"
    except AttributeError:
        kind = ""
    there = sorted(n for n, value in vars(module).items() if callable(value) and not n.startswith("_"))
    near = difflib.get_close_matches(name, there, cutoff=0.5) or there[:8] or ["none"]
    raise dl.DerivativeError(f"{place} has no function {name!r}{kind}; there is {', '.join(near)}.")


def _takes_one(function: Callable, name: str) -> None:
    try:
        inspect.signature(function).bind(0.0)
    except TypeError as error:
        raise dl.DerivativeError(
            f"{name} cannot be called with one array ({error}); write def {name}(x), with x[0], x[1] in it."
        ) from error
    except ValueError:  # some built-in functions do not tell
        return


def _formula(text: str) -> Callable:
    try:
        return formula(text)
    except dl.DerivativeError as error:
        if not re.fullmatch(
            r"[\w./\\:-]*[a-z_]{2}[\w./\\:-]*", text
        ):  # a formula, and not the name of a file
            raise
        raise dl.DerivativeError(
            f"{text!r} names no function; write FILE.py:function, or mend the formula: {error}"
        ) from error


def _execute(path: Path) -> ModuleType:
    """The module in a file, whose own folder comes first on the path, as in `python FILE.py`."""
    if not path.is_file():
        raise dl.DerivativeError(f"there is no file {path}; write FILE.py:function with a path that exists.")
    name = f"derivlab_cli_{path.stem}"
    loader = SourceFileLoader(name, str(path))
    spec = spec_from_loader(name, loader)
    assert spec is not None
    module = sys.modules[name] = module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    with _running(str(path)):
        try:
            loader.exec_module(module)
        except ImportError as error:
            if "relative import" not in str(error):
                raise
            name, folder = _packaged(path.resolve())
            raise dl.DerivativeError(
                f"{path} imports from its own package; write {name}:function in the folder {folder}."
            ) from error
    return module


def _packaged(path: Path) -> tuple[str, Path]:
    """The dotted name of a file that belongs to a package, and the folder that holds the package."""
    top = path.parent
    while (top.parent / "__init__.py").is_file():
        top = top.parent
    return ".".join(path.relative_to(top.parent).with_suffix("").parts), top.parent


def _import(name: str) -> ModuleType:
    """A module by its dotted name, looked for in the working folder first, as in `python -m`."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise dl.DerivativeError(f"{name} is no file of Python; write FILE.py:function.")
    sys.path.insert(0, os.getcwd())
    with _running(name):
        try:
            return importlib.import_module(name)
        except ImportError as error:
            raise dl.DerivativeError(
                f"{name} cannot be imported ({error}); write FILE.py:function."
            ) from error


@contextmanager
def _running(what: str) -> Iterator[None]:
    try:
        yield
    except dl.DerivativeError:
        raise
    except (Exception, SystemExit) as error:
        raise dl.DerivativeError(
            f"{what} does not run ({told_at(error)}); run it by itself and mend that."
        ) from error


def point(text: str, variables: tuple[str, ...] = ()) -> float | list[float]:
    """`1.2` as a number, `1,2`, `1,` and `[1]` as lists, `y=2,x=1` in the order of the variables; errors: `DerivativeError`."""
    text = text.strip()
    inside = text.strip("[]()")
    parts = [part.partition("=") for part in inside.removesuffix(",").split(",")]
    try:
        numbers = [_number(value if sign else name) for name, sign, value in parts]
    except dl.DerivativeError as error:
        raise dl.DerivativeError(f"--at {text} is no number or list of them; write --at 1,2.") from error
    if "=" not in text:
        return numbers if "," in text or inside != text else numbers[0]
    named = dict(zip((name.strip().translate(SAME) for name, _, _ in parts), numbers, strict=True))
    if not variables or set(named) != set(variables) or len(named) != len(parts):
        wanted = ",".join(f"{name}=1" for name in variables) or "1,2"
        raise dl.DerivativeError(f"--at {text} does not name each variable once; write --at {wanted}.")
    return [named[name] for name in variables] if len(variables) > 1 else numbers[0]


def _number(text: str) -> float:
    """`1.2`, and a constant such as `pi/2`."""
    try:
        return float(text)
    except ValueError:
        return float(formula(text, ())())


def tables(notebook: Path) -> Iterator[str]:
    """The comparison tables, as text, among the outputs of a notebook executed in memory."""
    import nbformat
    from nbclient import NotebookClient

    where = {"metadata": {"path": str(notebook.parent)}}
    executed = NotebookClient(nbformat.read(notebook, as_version=4), resources=where).execute()
    for output in (output for cell in executed.cells for output in cell.get("outputs", [])):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        if TABLE.search(text):
            yield text.rstrip()


def _lab(chosen: argparse.Namespace, options: list[str]) -> int:
    if find_spec("jupyterlab") is None:
        raise dl.DerivativeError("JupyterLab is not installed here; write: pip install 'derivlab[lab]'.")
    if not chosen.headless:
        # From the root of the repository, as on Binder, so that links of panels open the same path in both.
        start = [str(START), f"--ServerApp.root_dir={START.parent.parent}"] if START.is_file() else []
        before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for JupyterLab, which asks
        try:
            return subprocess.run(
                [sys.executable, "-m", "jupyter", "lab", *start, NODELAY, *options]
            ).returncode
        finally:
            signal.signal(signal.SIGINT, before)
    if not START.is_file():
        raise dl.DerivativeError(f"there is no {START.name} here; the notebooks are in the repository.")
    found = "\n\n".join(tables(START))
    print(found or f"{START.name} ran to its end and shows no comparison table.")
    return 0 if found else 1


def _columns() -> int:
    """The width of the terminal; there is no end to a line in a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 1000


def _methods() -> str:
    found = methods()
    lines = repr(found).splitlines()
    indent = lines[0].index(found[0].summary)
    wide = max(_columns(), indent + 24)
    return "\n".join(textwrap.fill(line, wide, subsequent_indent=" " * indent) for line in lines)


def _compare(chosen: argparse.Namespace) -> str:
    names = (chosen.methods or "").replace(",", " ").split() or None
    f = load(chosen.target.strip())
    found = dl.compare(f, point(chosen.at, getattr(f, "variables", ())), names)
    if (rejected := getattr(found, "rejected", None)) is not None:
        raise dl.DerivativeError(rejected)
    wide = min(_columns(), WIDTH)
    if found.seconds_of_f * EVALUATIONS > SLOW:
        return found.text(wide)
    verdict = f"{found.verdict.trust} ({found.verdict.kind}): {found.verdict.says}"
    return f"{found.text(wide)}\n{filled(verdict, wide)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="derivlab",
        description="Every derivative of one NumPy function.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='for example:\n  derivlab compare "sin(x) * exp(-x)" --at 1.2\n'
        "  derivlab compare model.py:loss --at 1,2 --methods reverse,richardson",
    )
    parser.add_argument("--version", action="version", version=f"derivlab {dl.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="lab | compare | methods")
    lab = commands.add_parser("lab", help="open JupyterLab on the first notebook; its own options follow")
    lab.add_argument("--headless", action="store_true", help="execute it instead and print its tables")
    compare = commands.add_parser("compare", help="differentiate a function by every method, side by side")
    compare.add_argument(
        "target",
        metavar="FORMULA | FILE.py:function",
        help="such as '2 sin(x) y^2', or a function of one array",
    )
    compare.add_argument(
        "--at", required=True, metavar="X", help="the point: 1.2 is a number, 1,2 an array, x=1,y=2 by name"
    )
    compare.add_argument("--methods", metavar="A,B", help="only these (default: all)")
    commands.add_parser("methods", help="list the methods and what each is good for")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code: 2, and one sentence, where the user has something to change."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # µ on a code page that has none
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--at" in given[:-1]:  # argparse takes the -1,2 of `--at -1,2` for an option
        at = given.index("--at")
        given[at : at + 2] = [f"--at= {given[at + 1]}"]
    if given[:1] == ["compare"]:  # nor is the -x^2 of `compare -x^2` one
        given = [f" {word}" if re.match("-[^-]", word) and word != "-h" else word for word in given]
    parser = _parser()
    if not given:
        parser.print_help(sys.stderr)
        parser.exit(2)
    chosen, options = parser.parse_known_args(given)
    if options and not (chosen.command == "lab" and not chosen.headless):
        parser.error(f"unknown arguments: {' '.join(options)}")
    try:
        if chosen.command == "lab":
            return _lab(chosen, options)
        return _written(_methods() if chosen.command == "methods" else _compare(chosen))
    except dl.DerivativeError as error:
        print(f"derivlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("derivlab: stopped.", file=sys.stderr)
        return 130  # as shells say it


def _written(text: str) -> int:
    """Print, and end quietly where nobody reads on, as in `derivlab methods | head -1`."""
    try:
        print(text, flush=True)
        return 0
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left goes nowhere at exit
        if not isinstance(error, BrokenPipeError):
            print(f"derivlab: the result cannot be written ({error.strerror}).", file=sys.stderr)
        return 1
