"""assert_gradient in tests of other people."""

import numpy as np
import pytest

from derivlab.testing import assert_gradient

pytest_plugins = ["pytester"]


def test_a_right_gradient_passes_and_returns_the_record():
    assert assert_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, [1.0, 2.0]).right


def test_a_wrong_one_fails_with_the_mistake_the_entry_and_both_numbers():
    with pytest.raises(AssertionError) as caught:
        assert_gradient(lambda x: np.sum(x**2), lambda x: np.array([2.0, 1.0]) * x, [1.0, 2.0])
    text = str(caught.value)
    assert "factor 2" in text and "[1]" in text and "given" in text and "true" in text


def test_pytest_points_at_the_line_of_the_call(pytester):
    pytester.makepyfile(
        """
        from derivlab.testing import assert_gradient

        def test_square():
            assert_gradient(lambda x: x**2, lambda x: -2.0 * x, 1.5)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: <lambda>: WRONG (sign)*", "*the wrong sign*"])
    result.stdout.no_fnmatch_line("*raise AssertionError(repr(check))*")
