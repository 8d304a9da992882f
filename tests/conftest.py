"""What all tests share."""

import os

import matplotlib
import pytest
from hypothesis import settings

collect_ignore = ["test_binder.py"] if os.name == "nt" else []  # repo2docker is for POSIX systems only

matplotlib.use("Agg")
settings.register_profile("derivlab", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("derivlab")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    from matplotlib import pyplot

    pyplot.close("all")
