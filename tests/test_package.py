"""What is built from this folder: the wheel holds the whole package and nothing else, the sdist everything to test it."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import derivlab as dl

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def files(*folders):
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found if not set(path.parts) & set(LEFT_OUT)}


def test_the_wheel_holds_the_whole_package_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = f"derivlab-{dl.__version__}.dist-info/"
        commands = archive.read(f"{info}entry_points.txt").decode()
        metadata = archive.read(f"{info}METADATA").decode()
    assert {name for name in names if not name.startswith(info)} == files("derivlab")
    assert "derivlab/py.typed" in names
    assert "derivlab = derivlab.cli:main" in commands
    for extra in ("lab", "test", "torch", "jax", "tensorflow"):
        assert f"Provides-Extra: {extra}" in metadata


def test_the_source_archive_can_be_tested(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        names = {name.split("/", 1)[1] for name in content.getnames() if "/" in name}
    needed = files("derivlab", "notebooks", "tests", "benchmarks", "binder", "docs")
    assert needed | {"README.md", "LICENSE", "pyproject.toml", "run.py"} <= names
