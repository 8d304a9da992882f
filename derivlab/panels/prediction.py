"""Predict first: the result is covered until a prediction is committed, then both are shown, with a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derivlab.errors import DerivativeError


@dataclass(frozen=True)
class Question:
    """What is asked before the result is shown, and the answers to choose from."""

    text: str
    answers: tuple[str, ...]


class Predicting:
    """The part of a panel that asks; `question` is None where nothing is asked."""

    question: Question | None = None
    types: str = (
        ""  # what may be typed below the picture, where quiz["typed"] says what for; `answer` gets it
    )
    quiz: Any
    _right = 0
    _asked = 0

    def outcome(self, at: Any) -> str:
        """The answer that turned out to be true for the settings; a panel with a question gives it."""
        raise NotImplementedError

    @property
    def covered(self) -> bool:
        """Whether a prediction is awaited."""
        return bool(self.quiz.get("open"))

    @property
    def score(self) -> tuple[int, int]:
        """Right predictions, and all."""
        return self._right, self._asked

    def ask(self) -> str:
        """Cover the result and ask the question (anew)."""
        if self.question is None:
            raise DerivativeError(f"{type(self).__name__} asks no question.")
        self.quiz = {"text": self.question.text, "answers": list(self.question.answers), "open": True, "said": self.quiz.get("said", "")}  # fmt: skip
        return self._refresh()  # type: ignore[attr-defined]

    def answer(self, prediction: str) -> str:
        """Commit a prediction, uncover the result, and say both; errors: `DerivativeError`."""
        if self.question is None or not self.covered:
            raise DerivativeError("no prediction is awaited; panel.ask() covers the result and asks.")
        if prediction not in self.question.answers:
            raise DerivativeError(
                f"{prediction!r} is no answer here; choose one of {', '.join(self.question.answers)}."
            )
        self.quiz = self.quiz | {"open": False}
        self._refresh()  # type: ignore[attr-defined]
        if self.error:  # type: ignore[attr-defined]
            self.quiz = self.quiz | {"open": True}
            return repr(self)
        true = self.outcome(self.at)  # type: ignore[attr-defined]
        self._right, self._asked = self._right + (prediction == true), self._asked + 1
        mark = "right" if prediction == true else "not so"
        said = (
            f"You predicted: {prediction}. Outcome: {true} ({mark}). Score: {self._right} of {self._asked}."
        )
        self.quiz = self.quiz | {"said": said, "right": prediction == true}
        return said
