"""LaTeX of formulas says what was typed: an evaluator of its own reads it back."""

import functools
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formula import INSIDE, READ, VALUES, X, Y, Z, called, grown, leaves, read_or_told

import derivlab as dl
from derivlab.formula.names import FUNCTIONS, GREEK

TOKEN = re.compile(
    r"\\operatorname\{(\w+)\}|\\([A-Za-z]+)|(\\,)|([0-9]+(?:\.[0-9]*)?)|(\w)|([-+^_{}()\[\]|,])|\s+"
)
SIGN = {"sign": np.sign, "H": lambda v: (np.sign(v) + 1) / 2, "pow": lambda a, b: a**b, "log": lambda v, b=math.e: math.log(v) / math.log(b)}  # fmt: skip


def ours(name, *values):
    return float(dl.formula(called(name, len(values)))(*values))


OURS = {name: functools.partial(ours, name) for name in FUNCTIONS}
CALLS = {**OURS, **SIGN, "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "arsinh": math.asinh, "arcosh": math.acosh,
         "artanh": math.atanh, "Gamma": math.gamma, "psi": OURS["digamma"]}  # fmt: skip
LETTERS = {name: letter for letter, name in GREEK.items()}


class Reader:
    """Descends through sums, products, powers and atoms; a product has a sign or a thin space, a power braces."""

    def __init__(self, latex, values):
        self.tokens = [m for m in TOKEN.finditer(latex) if not m[0].isspace()]
        assert "".join(m[0] for m in self.tokens) == re.sub(r"\s+", "", latex)
        self.values = values

    @property
    def next(self):
        return self.tokens[0][0] if self.tokens else ""

    def take(self, *wanted):
        token = self.tokens.pop(0)
        assert not wanted or token[0] in wanted, (token[0], wanted)
        return token

    def sum(self):
        total = -self.product() if self.next == "-" and self.take() else self.product()
        while self.next in ("+", "-"):
            total += self.product() if self.take()[0] == "+" else -self.product()
        return total

    def product(self):
        value = self.power()
        while self.next in (r"\,", r"\cdot"):
            self.take()
            value *= self.power()
        return value

    def power(self):
        value = self.atom()
        if self.next == "^":
            self.take()
            value = value ** self.braces()
            assert self.next != "^", "an exponent on an exponent"
        return value

    def braces(self):
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def held(self, opening, closing):
        self.take(opening)
        found = [self.sum()]
        while self.next == "," and self.take():
            found.append(self.sum())
        self.take(r"\right")
        self.take(closing)
        return found

    def arguments(self):
        self.take(r"\left")
        return self.held("(", ")")

    def atom(self):
        token = self.take()
        operator, command, _, number, letter, _ = token.groups()
        if number:
            return float(number)
        if operator:
            return CALLS[operator](*self.arguments())
        if command == "left":
            return self.delimited()
        if command == "frac":
            return self.braces() / self.braces()
        if command == "sqrt" and self.next == "[":
            return np.cbrt((self.take("["), self.take("3"), self.take("]"), self.braces())[-1])
        if command == "sqrt":
            return math.sqrt(self.braces())
        if command == "log" and self.next == "_":
            self.take()
            base = self.braces()
            return math.log(self.arguments()[0], base)
        if command in ("ln", "psi") and self.next in (r"\Gamma", "_"):
            return self.special(command)
        if command in CALLS and self.next == r"\left":
            return CALLS[command](*self.arguments())
        return self.name(letter or command)

    def special(self, command):
        if command == "ln":
            self.take()
            return math.lgamma(*self.arguments())
        self.take("_"), self.take("1")
        return OURS["trigamma"](*self.arguments())

    def delimited(self):
        opening = self.next
        closing = {"(": ")", "|": "|", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}[opening]
        (value,) = self.held(opening, closing)
        return {"(": float, "|": abs, r"\lfloor": math.floor, r"\lceil": math.ceil}[opening](value)

    def name(self, word):
        if word in ("pi", "tau", "e") and self.next != "_":
            return {"pi": math.pi, "tau": 2 * math.pi, "e": math.e}[word]
        tail = ""
        if self.next == "_":
            self.take("_"), self.take("{")
            while self.next != "}":
                tail += self.take()[0]
            self.take("}")
        names = (f"{head}{joint}{tail}" for head in (word, LETTERS.get(word)) for joint in ("", "_"))
        return next(float(self.values[name]) for name in names if name in self.values)


def check(f, values):
    reader = Reader(f.latex, {name: values[name] for name in f.variables})  # x1 and x_1 are written alike
    found = reader.sum()
    assert not reader.tokens, f.latex
    assert found == pytest.approx(float(f(*(values[name] for name in f.variables))), rel=1e-9, abs=1e-12), (
        f.latex
    )


@pytest.mark.parametrize("text", READ)
def test_what_people_type_is_written_with_its_value(text):
    check(dl.formula(text), VALUES)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "where"])
def test_every_function_is_written_with_its_value_and_may_be_squared(name):
    row = FUNCTIONS[name]
    values = {"x": INSIDE.get(name, 0.8), "y": 1.9, "z": 0.3}
    for count in range(row.least, min(row.most, 3) + 1):
        for text in (called(name, count), f"{called(name, count)}^2", f"-2{called(name, count)}/3"):
            check(dl.formula(text), values)


@given(st.recursive(leaves(), grown, max_leaves=20))
@settings(max_examples=200)
def test_random_formulas_are_written_with_their_value(made):
    values = {"x": X, "y": Y, "z": Z}
    with np.errstate(all="ignore"):
        f = read_or_told(made[0], "too large", "no real", "zero", "at most 1000", "levels")
        if f is not None and math.isfinite(f(*(values[name] for name in f.variables))):
            check(f, values)
