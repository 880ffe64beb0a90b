"""What every exercise promises, tried on all of them."""

import importlib

import numpy as np
import pytest

import fashionlab as fl
from fashionlab.checks import e00, e04
from fashionlab.checks.exercise import Exercise, is_blank

ops = importlib.import_module("keras").ops
layers = importlib.import_module("keras").layers

ALL = [
    exercise
    for module in (e00, e04)
    for exercise in vars(module).values()
    if isinstance(exercise, Exercise)
]


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_the_solution_passes(exercise):
    verdict = exercise(exercise.answer)
    assert verdict.status == "right", verdict
    assert bool(verdict)


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_a_blank_is_reported_as_blank(exercise):
    def untouched(*_):
        """Only a docstring and the dots."""
        ...

    for blank in (..., None, untouched):
        verdict = exercise(blank)
        assert verdict.status == "blank"
        assert "Not attempted" in verdict.message
    assert exercise().status == "blank"


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_an_answer_of_the_wrong_kind_never_raises(exercise):
    for oddity in (3, "three", {}, [], object(), lambda: 1, lambda *a: 1 / 0, np.zeros(3)):
        verdict = exercise(oddity)
        assert verdict.status == "wrong"
        assert verdict.message


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_hint_and_solution_say_something(exercise, capsys):
    exercise.hint()
    assert len(capsys.readouterr().out) > 20
    exercise.solution()
    assert len(capsys.readouterr().out) > 5


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_exercises_are_reached_by_name(exercise):
    assert getattr(fl.checks, exercise.name) is exercise


def test_an_unknown_exercise_is_an_attribute_error():
    for name in ("e04_9", "e99_1", "nonsense"):
        with pytest.raises(AttributeError, match=name):
            getattr(fl.checks, name)


def test_a_function_that_does_something_is_not_blank():
    def returns_nothing_yet(x):
        x + 1

    assert not is_blank(returns_nothing_yet)
    assert not is_blank(lambda x: x)
    assert not is_blank(0)


def test_an_exception_of_the_answer_is_told():
    def broken(logits):
        raise ValueError("shapes (3,) and (4,)")

    message = fl.checks.e04_2(broken).message
    assert "ValueError" in message
    assert "shapes (3,) and (4,)" in message


def test_a_verdict_shows_itself_escaped():
    verdict = fl.checks.Verdict("wrong", "a < b")
    assert "a &lt; b" in verdict._repr_html_()
    assert repr(verdict) == "wrong: a < b"


# Typical wrong answers: each gets a message of its own, which names the misconception.

transposed = layers.Conv2DTranspose
WRONG = [
    ("e00_1", (16, 28, 28), "axis for their channels"),
    ("e00_1", (28, 28, 1), "one image"),
    ("e00_1", (16, 1, 28, 28), "Channels come last"),
    ("e00_1", (16, 784), "in a row"),
    ("e00_1", 16, "A shape is a tuple"),
    ("e00_1", (15, 28, 28, 1), "not it"),
    ("e00_2", lambda x: (x * 127.5).astype("int64").astype("uint8"), "no negative numbers"),
    ("e00_2", lambda x: ((x + 1) * 127.5).round(), "wants uint8"),
    ("e00_2", lambda x: (x + 1).astype("uint8"), "stretch the range"),
    ("e00_2", lambda x: ((x + 1) * 128).astype("int64").astype("uint8"), "256"),
    ("e00_2", lambda x: ((x + 1) * 127.5).round().astype("uint8").reshape(-1), "shape changed"),
    ("e04_1", lambda x: transposed(1, 4, padding="same", activation="tanh")(x), "14 x 14"),
    ("e04_1", lambda x: transposed(1, 4, 2, activation="tanh")(x), "padding='same'"),
    ("e04_1", lambda x: transposed(3, 4, 2, "same", activation="tanh")(x), "3 channels"),
    ("e04_1", lambda x: transposed(1, 4, 2, "same", activation="sigmoid")(x), "sigmoid's range"),
    ("e04_1", lambda x: transposed(1, 4, 2, "same")(x), "keep them in [-1, 1]"),
    ("e04_1", lambda x: transposed(1, 4, 2, "same", activation="tanh"), "call it on x"),
    ("e04_2", lambda f: ops.mean(ops.softplus(f)), "turned round"),
    ("e04_2", lambda f: -ops.mean(ops.softplus(f)), "saturating"),
    ("e04_2", lambda f: ops.sum(ops.softplus(-f)), "sum over the batch"),
    ("e04_2", lambda f: ops.softplus(-f), "take the mean"),
    ("e04_2", lambda f: -ops.mean(ops.log(ops.sigmoid(f) + 1e-7)), "loses its numbers"),
    ("e04_3", (0.6931, 0.6931), "two terms"),
    ("e04_3", (0.6931, 1.3863), "wrong way round"),
    ("e04_3", (0.602, 0.301), "base 10"),
    ("e04_3", (2, 1), "base 2"),
    ("e04_3", (0.5, 0.5), "probability"),
    ("e04_3", 1.386, "two numbers"),
    ("e04_4", lambda q, x: np.square(x - q).reshape(len(x), -1).sum(1).argmax(), "farthest"),
    ("e04_4", lambda q, x: (x - q).reshape(len(x), -1).sum(1).argmin(), "cancel"),
    ("e04_4", lambda q, x: np.square(x - q).argmin(axis=0), "one position"),
    ("e04_4", lambda q, x: 0, "noisy copy"),
    ("e04_4", lambda q, x: np.abs(x - q).reshape(len(x), -1).sum(1).argmin(), "absolute"),
    ("e04_4", lambda q, x: np.square(x - q).reshape(len(x), -1).sum(1).min(), "a distance"),
    ("e04_4", lambda q, x: np.square(x - q).argmin(), "position of a pixel"),
    ("e04_3", (-1.386, -0.693), "minus is missing"),
    ("e04_3", {1.386, 0.693}, "Which is which"),
    ("e04_2", lambda f: -ops.mean(ops.softplus(-f)), "the sign is not"),
    ("e00_1", (10_000, 28, 28, 1), "all of them"),
    (
        "e00_2",
        lambda x: ((x - x.min()) / (x.max() - x.min()) * 255).astype("uint8"),
        "the smallest and the largest",
    ),
]


@pytest.mark.parametrize(("name", "answer", "message"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, message):
    verdict = getattr(fl.checks, name)(answer)
    assert verdict.status == "wrong"
    assert message in verdict.message


def test_every_exercise_has_two_wrong_answers_with_messages_of_their_own():
    for exercise in ALL:
        messages = {message for name, _, message in WRONG if name == exercise.name}
        assert len(messages) >= 2, exercise.name
