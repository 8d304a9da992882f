"""Binder: the recipe installs the pinned packages, then derivlab; every link opens a notebook that exists."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"https://mybinder\.org/(?!badge)[^\s)\"'\\>]*")
GOOD = re.compile(
    r"https://mybinder\.org/v2/gh/[\w.-]+/[\w.-]+/[\w.-]+\?urlpath=lab/tree/(notebooks/.+\.ipynb)"
)


@pytest.fixture(scope="module")
def built():
    """What repo2docker says and the Dockerfile it would build, without building it."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_recipe_installs_the_pinned_packages_then_derivlab(built):
    requirements = built.stdout.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    everything = built.stdout.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    post_build = built.stdout.index("RUN ./binder/postBuild")
    assert requirements < everything < post_build  # so that a commit does not install the packages again


def test_recipe_takes_the_python_of_runtime_txt(built):
    assert "python=3.11" in built.stdout + built.stderr


def test_post_build_leaves_the_pinned_packages_alone():
    assert "pip install --no-deps -e ." in (ROOT / "binder/postBuild").read_text(encoding="utf-8")


def test_all_that_notebooks_need_is_pinned_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "binder/requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    for wanted in map(Requirement, project["dependencies"] + project["optional-dependencies"]["lab"]):
        assert wanted.specifier.contains(pinned[wanted.name]), wanted


def test_links_open_a_notebook_that_exists():
    for page in (*ROOT.glob("*.md"), *ROOT.glob("notebooks/**/*.ipynb")):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            good = GOOD.fullmatch(link)
            assert good, f"{page.name}: {link} opens no notebook"
            assert (ROOT / good[1]).is_file(), f"{page.name}: {link}"
