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


@pytest.fixture
def changes_both():
    """Drives a panel by a change, and holds that picture and words are others then."""

    def changes_both(panel, change):
        frame, words = panel.frame, panel.words
        panel.drive(**change)
        assert not panel.error
        assert panel.frame != frame
        assert panel.words != words

    return changes_both
