"""A stranger's package adds a method through the entry-point group `derivlab.methods`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULE = '''
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from derivlab.methods.estimate import Estimate


@dataclass(frozen=True)
class Secant:
    """A chord from x to x + step."""

    name: ClassVar[str] = "secant"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = "a stranger's chord"
    step: float = 0.5

    def jacobian(self, f, x):
        return Estimate(np.asarray((f(x + self.step) - f(x)) / self.step), evaluations=2)


wide = Secant(step=2.0)


class Bare:
    def jacobian(self, f, x):
        return Estimate(np.zeros(np.shape(x)), evaluations=1)


def verbless(f, x):
    return 0.0
'''
METADATA = "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n"


@pytest.fixture
def installed(tmp_path):
    """Installs the package `stranger` with one entry point, and runs Python statements where it is there."""
    (tmp_path / "stranger.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA, encoding="utf-8")

    def run(entry, *statements):
        (info / "entry_points.txt").write_text(f"[derivlab.methods]\n{entry}\n", encoding="utf-8")
        found = os.pathsep.join([str(tmp_path), str(ROOT)])
        code = "\n".join(["import numpy as np", "import derivlab as dl", *statements])
        return subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": found},
            capture_output=True,
            text=True,
        )

    return run


SQUARE = "row = dl.compare(np.square, 1.0)['secant']"


@pytest.mark.parametrize(
    ("entry", "slope"), [("secant = stranger:Secant", 2.5), ("secant = stranger:wide", 4.0)]
)
def test_it_is_listed_compared_and_known_by_name(installed, entry, slope):
    done = installed(
        entry,
        "print('secant' in [m.name for m in dl.methods()], 'a stranger\\'s chord' in repr(dl.methods()))",
        SQUARE,
        "print(row.value, row.family, row.evaluations)",
        "print(dl.derivative(np.square, 1.0, method='secant'))",
    )
    assert done.stdout.splitlines() == ["True True", f"{slope} numerical 2", str(slope)], done.stderr


def test_it_is_not_there_when_it_is_not_installed():
    code = "import derivlab as dl; print('secant' in [m.name for m in dl.methods()])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_a_package_that_does_not_load_sinks_nothing(installed):
    done = installed("secant = stranger:no_such_name", "print(dl.compare(np.square, 1.0)['reverse'].value)")
    assert done.stdout == "2.0\n", done.stderr


def test_a_package_cannot_replace_a_built_in_method(installed):
    done = installed("reverse = stranger:wide", "print(dl.derivative(np.square, 1.0, method='reverse'))")
    assert done.stdout == "2.0\n", done.stderr


def test_a_method_that_says_nothing_of_itself_is_listed_by_its_class(installed):
    done = installed(
        "bare = stranger:Bare",
        "print(repr(dl.methods()).splitlines()[-1])",
        "print(dl.compare(np.square, 1.0)['Bare'].value, dl.derivative(np.square, 1.0, 'bare'))",
    )
    assert done.stdout.split() == ["Bare", "other", "0.0", "0.0"], done.stderr


def test_what_has_not_the_verb_is_left_out_with_a_warning(installed):
    done = installed(
        "verbless = stranger:verbless", "print(len(dl.methods()), len(dl.compare(np.square, 1.0)))"
    )
    assert done.stdout == "10 10\n", done.stderr
    assert "it has no jacobian(f, x)" in done.stderr and "mend or remove that package" in done.stderr
