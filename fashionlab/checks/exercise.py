"""What every exercise is made of."""

import ast
import html
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

COLOURS = {"right": "#1a7f37", "wrong": "#c4432b", "blank": "#8a6d00"}
RETURNS_NOTHING = "Your function returns nothing: it needs a return."
MISFIT = ("broadcast", "mismatch", "reshape", "aligned")  # words of NumPy on shapes
SIGNS = {"right": "✓", "wrong": "✗", "blank": "…"}


@dataclass(frozen=True)
class Verdict:
    """What a check found; shows itself in a notebook and in a terminal.

    Attributes:
        status: `"right"`, `"wrong"` or `"blank"`.
        message: One sentence to the learner.
    """

    status: Literal["right", "wrong", "blank"]
    message: str

    def __bool__(self) -> bool:
        return self.status == "right"

    def __repr__(self) -> str:
        return f"{self.status}: {self.message}"  # plain letters: any console can print them

    def _repr_html_(self) -> str:
        colour = COLOURS[self.status]
        return (
            f'<div style="border-left: 4px solid {colour}; padding: 0.3em 0.8em">'
            f'<b style="color: {colour}">{SIGNS[self.status]}</b> {html.escape(self.message)}</div>'
        )


@dataclass(frozen=True, repr=False)
class Exercise:
    """One exercise: call it with an answer.

    Attributes:
        name: Such as `"e04_2"`.
        examine: Takes the answer, returns None when it is right and otherwise a sentence that says
            what is wrong and why.
        praise: The sentence for a right answer.
        hint_text: What `.hint()` prints.
        answer: A right answer; `.solution()` prints its source or value.
        shapes: What to say where NumPy finds that shapes of the answer do not fit each other.
    """

    name: str
    examine: Callable
    praise: str
    hint_text: str
    answer: object
    shapes: str = ""

    def __call__(self, answer=...) -> Verdict:
        """Check an answer; the blank `...` is no mistake, and no answer raises."""
        if is_blank(answer):
            return Verdict(
                "blank",
                f"Not attempted yet. Stuck? Type fl.checks.{self.name}.hint() in a new cell.",
            )
        try:
            complaint = self.examine(answer)
        except Exception as error:
            reason = str(error).splitlines()[0].rstrip(" .") if str(error) else "no message"
            complaint = f"Your answer could not be used: it raised {type(error).__name__}: {reason}"
            if self.shapes and any(word in reason for word in MISFIT):
                complaint = f"{complaint}. {self.shapes}"
        if complaint is None:
            return Verdict("right", self.praise)
        return Verdict("wrong", complaint)

    def __repr__(self) -> str:
        call = f"fl.checks.{self.name}"
        return f"Exercise {self.name}: check with {call}(your_answer), get help with {call}.hint()"

    def hint(self) -> None:
        """Print a nudge in the right direction."""
        print(self.hint_text)

    def solution(self) -> None:
        """Print an answer that passes."""
        if callable(self.answer):
            print(textwrap.dedent(inspect.getsource(self.answer)))
        else:
            print(repr(self.answer))


def letters_of(answer) -> set[str]:
    """The letters of an answer such as {"A", "C"}, or "a, c"; empty where it is something else."""
    if not isinstance(answer, (set, list, tuple, str)):
        return set()
    return {str(letter).strip().upper() for letter in answer} - {"", ","}


def is_blank(answer) -> bool:
    """Whether an answer is `...`, or a function with nothing but `...` and a docstring in it.

    A class is blank when all its methods are.
    """
    if answer is ... or answer is None:
        return True
    if inspect.isclass(answer):
        methods = [value for value in vars(answer).values() if inspect.isfunction(value)]
        return bool(methods) and all(map(is_blank, methods))
    if not inspect.isfunction(answer):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except (OSError, SyntaxError):  # typed at a prompt, or a lambda within a longer line
        return False
    function = tree.body[0]
    return isinstance(function, ast.FunctionDef) and all(
        isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
        for line in function.body
    )
