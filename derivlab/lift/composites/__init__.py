"""NumPy functions written with simpler NumPy functions: one definition that serves every library."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from importlib import import_module

# A module's public functions stand for NumPy's (SciPy's) of the same name; the module is loaded when one is needed.
_HOMES = {
    "elementary": "",
    "statistics": "",
    "products": "",
    "arrangement": "",
    "sampled": "",
    "algebra": "linalg.",
    "fourier": "fft.",
    "special": "special.",
    "scipy_algebra": "slinalg.",
    "ufunc": "ufunc.",
    "emath": "emath.",
}


@functools.cache
def _table(prefix: str) -> dict[str, Callable]:
    modules = [import_module(f"{__name__}.{home}") for home, its in _HOMES.items() if its == prefix]
    return {
        name: f
        for module in modules
        for name, f in vars(module).items()
        if isinstance(f, types.FunctionType) and f.__module__ == module.__name__ and not name.startswith("_")
    }


def composite(key: str) -> Callable | None:
    """The definition of the function whose rule has the key, such as `"linalg.norm"`, or None."""
    prefix, _, name = key.rpartition(".")
    return _table(prefix and prefix + ".").get(name)
