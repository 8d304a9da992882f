"""Named tuples, queues and other rows of numbers where NumPy takes a list."""

import math
from collections import deque, namedtuple
from typing import NamedTuple

import numpy as np
import pytest

import derivlab as dl

Triple = namedtuple("Triple", "a b c")


class Point(NamedTuple):
    a: float
    b: float
    c: float

    def area(self):
        return self.a * self.b


MATRIX = np.array([[3.0, 0.2, 0.1], [0.4, 2.0, 0.3], [0.2, 0.1, 4.0]])
X = np.array([0.5, 1.3, 2.1])
ROWS = {  # each with the same for an array
    "array": (lambda x: np.array(Triple(*x)), lambda x: x),
    "asarray": (lambda x: np.asarray(Point(*x)) ** 2, lambda x: x**2),
    "ufunc": (lambda x: np.exp(Point(*x)), np.exp),
    "sum": (lambda x: np.sum(Triple(*x)) ** 2, lambda x: np.sum(x) ** 2),
    "fsum": (lambda x: math.fsum(Triple(*x)), np.sum),
    "plus": (lambda x: x + Triple(*x[::-1]) * 1, lambda x: x + x[::-1]),
    "dot": (lambda x: np.dot(Point(*x), [1.0, 2.0, 3.0]), lambda x: x @ [1.0, 2.0, 3.0]),
    "einsum": (lambda x: np.einsum("i,i", Point(*x), x), lambda x: x @ x),
    "solve": (lambda x: np.linalg.solve(MATRIX, Point(*x)), lambda x: np.linalg.solve(MATRIX, x)),
    "polyval": (lambda x: np.polyval(Point(*x), 2.0), lambda x: 4 * x[0] + 2 * x[1] + x[2]),
    "replaced": (lambda x: np.array(Point(*x)._replace(a=x[1] ** 2)), lambda x: np.array([x[1] ** 2, x[1], x[2]])),
    "method": (lambda x: Point(*x).area() * math.prod(Point(*x)), lambda x: x[0] * x[1] * x[0] * x[1] * x[2]),
    "rows": (lambda x: np.array([Triple(*x), Triple(1.0, 2.0, x[0])]), lambda x: np.stack([x, np.stack([1 + 0 * x[0], 2 + 0 * x[0], x[0]])])),
    "queue": (lambda x: np.array(deque(x)) * np.sum(deque(x, maxlen=2)), lambda x: x * np.sum(x[1:])),
    "result": (lambda x: np.prod(np.linalg.slogdet(MATRIX + np.diag(x))), lambda x: np.log(np.linalg.det(MATRIX + np.diag(x)))),
}  # fmt: skip


@pytest.mark.parametrize("method", ["forward", "reverse", "reference", "symbolic"])
@pytest.mark.parametrize("name", ROWS)
def test_rows_of_numbers(name, method):
    f, same = ROWS[name]
    np.testing.assert_allclose(dl.jacobian(f, X, method), dl.jacobian(same, X), rtol=1e-13, atol=1e-14)


def test_a_users_module_may_bear_the_name_of_one_of_pythons(tmp_path, monkeypatch):
    (tmp_path / "nturl2path.py").write_text("import math\ndef f(x):\n    return math.sin(x) * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "nturl2path", raising=False)
    import nturl2path

    assert dl.derivative(nturl2path.f, 0.7) == pytest.approx(math.cos(0.7) * 0.7 + math.sin(0.7))
