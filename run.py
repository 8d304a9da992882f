"""Two commands on a machine with Python only: `python3 run.py lab` and `python3 run.py test`."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

USAGE = """usage: python3 run.py lab             open JupyterLab on notebooks/00_start_here.ipynb
       python3 run.py lab --headless  execute that notebook and print its tables, no screen needed
       python3 run.py test            check the code, then run every test and notebook
Further arguments go to JupyterLab or to pytest."""
ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = HOME / "derivlab.stamp"
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


def call(*command: object) -> int:
    """Print a command, run it, and give its exit code."""
    words = [str(word) for word in command]
    print("+", " ".join(words).replace(f"{ROOT}{os.sep}", ""), flush=True)
    return subprocess.run(words, cwd=str(ROOT)).returncode


def need(code: int, failure: str) -> None:
    """Stop with one sentence where a command failed."""
    if code:
        sys.exit(f"run.py: {failure} (exit code {code}); the lines above say why.")


def prepare(*extras: str) -> None:
    """Make `.venv` on first use and where it has moved; install again when pyproject.toml or the extras changed."""
    project = ROOT / "pyproject.toml"
    if not project.exists():
        sys.exit(f"run.py: there is no pyproject.toml in {ROOT}; run.py works inside the whole repository.")
    place, version = (hashlib.sha256(b).hexdigest() for b in (os.fsencode(str(ROOT)), project.read_bytes()))
    stamp = STAMP.read_text().split() if PYTHON.exists() and STAMP.exists() else []
    made_in, current, *installed = stamp if len(stamp) > 1 else ("", "")
    ready = made_in == place  # scripts in an environment that has moved lead nowhere
    if ready and current == version and set(extras) <= set(installed):
        return
    if not ready:
        print("run.py: making the environment .venv (once)", flush=True)
        code = call(sys.executable, "-m", "venv", "--clear", HOME)
        if code:
            shutil.rmtree(str(HOME), ignore_errors=True)
        need(code, f"Python could not make .venv{_likely()}")
    wanted = sorted({*extras, *installed})
    print(f"run.py: installing derivlab[{','.join(wanted)}], a minute or two", flush=True)
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    need(
        call(*pip, "--editable", f".[{','.join(wanted)}]"),
        "pip could not install derivlab; the packages come from the network",
    )
    STAMP.write_text(" ".join([place, version, *wanted]))


def _likely() -> str:
    if not os.access(str(ROOT), os.W_OK):
        return f"; {ROOT} cannot be written to"
    return "; on Debian and Ubuntu, apt install python3-venv" if shutil.which("apt") else ""


def lab(options: list) -> int:
    """Open JupyterLab, or execute its first notebook."""
    prepare("lab")
    return call(PYTHON, "-m", "derivlab", "lab", *options)


def test(options: list) -> int:
    """Check the code, then run the tests and the notebooks; pytest has the last word."""
    prepare("lab", "test")
    for check in CHECKS:
        need(call(PYTHON, "-m", *check), f"{' '.join(check)} found something to mend")
    return call(PYTHON, "-m", "pytest", "--nbval", *options)


JOBS = {"lab": lab, "test": test}


def main(arguments: list) -> int:
    """Run one job; any Python since 3.6 gets as far as being told its age."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("run.py: derivlab needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))
    if arguments and arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if not arguments or arguments[0] not in JOBS:
        sys.exit((f"run.py: there is no command {arguments[0]!r}.\n" if arguments else "") + USAGE)
    return JOBS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command that runs: JupyterLab asks
    sys.exit(main(sys.argv[1:]))
