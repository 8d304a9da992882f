"""A Pratt parser from tokens to a tree (Pratt 1973)."""

from __future__ import annotations

import re
from typing import NoReturn

from derivlab.errors import DerivativeError
from derivlab.formula.builder import Builder
from derivlab.formula.hints import VARIABLE, shown, unknown
from derivlab.formula.names import CONSTANTS, FUNCTIONS, GREEK_NAMES, function
from derivlab.formula.tokens import SUPERSCRIPTS, Token, tokens, wrong
from derivlab.formula.tree import Node

DEEPEST = 60  # brackets in brackets

SUM, PRODUCT, SIGN, POWER = 10, 20, 30, 40
INFIX = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER, "raised": POWER}
COMPARISONS = ("<", ">", "<=", ">=")
STARTS = ("number", "name", "(", "|", "√")  # what an operand may start with, signs aside


class Parser:
    """Reads one line; `variables` are the only names allowed where they are given."""

    def __init__(self, text: str, variables: tuple[str, ...] | None = None):
        self.tokens = list(tokens(text))
        self.place, self.depth, self.node = 0, 0, Builder()
        self.opened: list[Token] = []  # brackets and bars that are not closed yet
        self.allowed = variables

    def parse(self) -> Node:
        """The tree of the whole line; errors: `DerivativeError` with the column."""
        if self.next.kind == "end":
            raise wrong(1, "the formula is empty; write one such as x^2 + sin(x)")
        tree = self.expression(0)
        if self.next.kind != "end":
            self._unexpected()
        return tree

    # Tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += token.kind != "end"
        return token

    def close(self) -> None:
        opened = self.opened[-1]
        wanted = ")" if opened.kind == "(" else "|"
        if self.next.kind != wanted:
            if self.next.kind == "end":
                raise wrong(opened.column, f"this bracket is never closed; add {wanted!r}")
            if self.next.kind == ",":
                raise wrong(
                    self.next.column,
                    "a comma separates the arguments of a function; write decimals with a point",
                )
            self._unexpected()
        self.opened.pop()
        self.take()

    def _within(self, kind: str) -> bool:
        """Whether the innermost open bracket is of this kind."""
        return bool(self.opened) and self.opened[-1].kind == kind

    def _unexpected(self) -> NoReturn:
        token = self.next
        if token.kind == "end":
            before = self.tokens[self.place - 1]
            raise wrong(token.column, f"the formula ends after {shown(before.text)!r}; write what comes next")
        says = {
            ")": "this bracket was never opened; take it out, or add '('",
            ",": "a comma separates the arguments of a function; write decimals with a point",
            "//": "there is no division without remainder; write floor(a/b)",
            "number": f"a number cannot follow here; write * before {shown(token.text)}",
            "raised": "an exponent needs something before it",
            **dict.fromkeys(
                COMPARISONS,
                "a formula gives a number, not a comparison; take the sign out, or write where(x > 0, a, b)",
            ),
        }
        if self._within("(") and token.kind in "),":  # a closed one was taken
            raise wrong(token.column, f"something is missing before {token.kind!r}; write what comes there")
        if self._within("|") and token.kind == ")":
            raise wrong(token.column, f"the bar at column {self.opened[-1].column} is still open; add '|'")
        raise wrong(
            token.column,
            says.get(token.kind, f"{token.text!r} cannot stand here; write an operand before it"),
        )

    # Expressions

    def expression(self, least: int) -> Node:
        """What binds at least as strongly as `least`."""
        self._deeper()
        left = self.operand()
        while True:
            token, strength = self.next, INFIX.get(self.next.kind)
            if strength is None and self._juxtaposed():
                strength = PRODUCT
            if strength is None or strength < least:
                break
            left = self._infix(left, token)
        self.depth -= 1
        return left

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise wrong(
                self.next.column,
                f"more than {DEEPEST} levels of brackets, signs or exponents; split the formula",
            )

    def _juxtaposed(self) -> bool:
        """Whether a factor follows without a sign between: 2x, (x+1)(x-1), 2|x|."""
        token = self.next
        return token.kind in ("name", "(", "√") or (token.kind == "|" and not self._within("|"))

    def _infix(self, left: Node, token: Token) -> Node:
        if token.kind == "raised":
            return self.node("^", token, left, self._raised(self.take()))
        if token.kind not in INFIX:
            return self.node("*", token, left, self.expression(SIGN))
        self.take()
        if token.kind == "^":
            return self.node("^", token, left, self.expression(SIGN))  # to the right first: 2^3^2 = 2^9
        return self.node(token.kind, token, left, self.expression(INFIX[token.kind] + 1))

    def _raised(self, token: Token) -> Node:
        plain = "".join(SUPERSCRIPTS[c] for c in token.text)
        if not re.fullmatch(r"[-+]?[0-9]{1,4}", plain):
            raise wrong(token.column, f"{shown(token.text)} is no exponent; write ^ and a number")
        digits = Token("number", plain.lstrip("-+"), token.column)
        exponent = self.node("number", digits)
        return self.node("neg", token, exponent) if plain.startswith("-") else exponent

    def operand(self) -> Node:
        """A number, a name, a call, a sign with its operand, or what stands in brackets."""
        token = self.take()
        if token.kind == "number":
            self._no_code(token)
            return self.node("number", token)
        if token.kind in ("name", "√"):
            return self.name(token)
        if token.kind in ("(", "|"):
            return self._bracket(token)
        if token.kind in "+-" and token.kind:
            inner = self.expression(SIGN)
            return self.node("neg", token, inner) if token.kind == "-" else inner
        self.place -= token.kind != "end"
        self._unexpected()

    def _no_code(self, token: Token) -> None:
        after = self.next
        if token.text == "0" and after.touches and re.match(r"[xXbBoO][0-9a-fA-F_]", after.text):
            raise wrong(
                token.column,
                f"{token.text}{shown(after.text)} looks like a number in another base; write it in digits",
            )
        if after.touches and after.text in ("j", "J"):
            raise wrong(
                token.column,
                f"{shown(token.text)}{after.text} looks like a complex number; write * for a product",
            )

    def _bracket(self, token: Token) -> Node:
        self.opened.append(token)
        if self.next.kind == ")" and token.kind == "(":
            raise wrong(
                self.next.column, "there is nothing in these brackets; write an expression, or take them out"
            )
        inner = self.expression(0)
        self.close()
        return self.node("call", Token("name", "abs", token.column), inner) if token.kind == "|" else inner

    # Names

    def name(self, token: Token) -> Node:
        """A variable, a constant or a call."""
        word = token.text
        if self.allowed is not None and word in self.allowed:
            return self.node("variable", token)
        if function(word) and not (word in GREEK_NAMES and self.next.kind != "("):
            return self.call(token)
        if word in CONSTANTS:
            return self.node("constant", token)
        if self.allowed is not None:
            those = (
                f"none of the variables {', '.join(self.allowed[:8])}"
                if self.allowed
                else "no constant, and there are no variables here"
            )
            raise wrong(token.column, f"{shown(word)!r} is {those}")
        if VARIABLE.fullmatch(word):
            if (word in ("f", "g", "h") or word.isupper()) and self.next.kind == "(" and self.next.touches:
                raise wrong(
                    token.column,
                    f"{word} is no function that formulas know; write {word}*(...) for a product",
                )
            return self.node("variable", token)
        held = self.place > 1 and self.tokens[self.place - 2].kind not in "+-*(,|"
        raise wrong(token.column, unknown(word, self.next.kind == "(", held))

    def call(self, token: Token) -> Node:
        """A function and its arguments: in brackets, or without them up to the next sign: sin 2x."""
        row = function(token.text)
        assert row is not None
        power = self._power_of_a_function(token)
        if self.next.kind == "(":
            arguments = self._arguments(token)
        elif self.next.kind in (*STARTS, "-", "+"):
            arguments = [self._bare(token)]
        else:
            raise wrong(token.column, f"{token.text} needs what it is taken of; write {token.text}(x)")
        if not row.least <= len(arguments) <= row.most:
            count = str(row.least) if row.least == row.most else f"{row.least} to {row.most}"
            raise wrong(
                token.column,
                f"{token.text} takes {count} argument{'s' * (count != '1')}, not {len(arguments)}",
            )
        called = self.node("call", token, *arguments)
        return called if power is None else self.node("^", token, called, power)

    def _power_of_a_function(self, token: Token) -> Node | None:
        """The 2 of sin^2 x and sin²(x)."""
        raised = self.next
        if raised.kind not in ("raised", "^"):
            return None
        self.take()
        if raised.text.startswith("⁻") or self.next.kind == "-":
            raise wrong(
                token.column,
                f"{token.text}⁻¹ may mean two things; write the inverse by name, or 1/{token.text}(x)",
            )
        if raised.kind == "raised":
            return self._raised(raised)
        if self.next.kind != "number":
            raise wrong(self.next.column, f"only a number may stand here; write {token.text}(x)^(...)")
        return self.node("number", self.take())

    def _arguments(self, token: Token) -> list[Node]:
        self.opened.append(self.take())
        if self.next.kind == ")":
            raise wrong(self.next.column, f"{token.text} needs what it is taken of; write {token.text}(x)")
        found = [self._condition() if function(token.text) is FUNCTIONS["where"] else self.expression(0)]
        while self.next.kind == ",":
            self.take()
            found.append(self.expression(0))
        self.close()
        return found

    def _condition(self) -> Node:
        left = self.expression(0)
        token = self.next
        if token.kind not in COMPARISONS:
            raise wrong(token.column, "where begins with a comparison; write where(x > 0, a, b)")
        self.take()
        return self.node(token.kind, token, left, self.expression(0))

    def _bare(self, token: Token) -> Node:
        if self.next.kind in "+-":
            sign = self.take()
            inner = self._bare(token) if self.next.kind in STARTS else self.operand()
            return self.node("neg", sign, inner) if sign.kind == "-" else inner
        found = self.expression(POWER)
        while self._juxtaposed() and not (function(self.next.text) and self.next.text not in GREEK_NAMES):
            found = self.node("*", self.next, found, self.expression(POWER))
        return found


def parse(text: str, variables: tuple[str, ...] | None = None) -> Node:
    """The tree of a formula; errors: `DerivativeError`, one sentence with the column."""
    try:
        return Parser(text, variables).parse()
    except RecursionError:  # called from deep inside a program
        raise DerivativeError(
            "the formula has too many levels for what is left of the stack; split it."
        ) from None
