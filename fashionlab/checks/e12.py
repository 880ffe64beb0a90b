"""Exercises of notebook 12."""

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise, letters_of


def cycle_loss(x, y, to_y, to_x):
    """Mean absolute error of the round trips of batches x and y, the two added."""
    there_and_back = np.abs(to_x(to_y(x)) - x).mean()
    back_and_there = np.abs(to_y(to_x(y)) - y).mean()
    return there_and_back + back_and_there


def _examine_cycle(answer):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (3, 4, 4, 3)), rng.uniform(-1, 1, (2, 4, 4, 3))

    def to_y(images):
        return 0.5 * images**2 + 0.1

    def to_x(images):
        return np.sin(2 * images) - 0.3

    found = answer(x.copy(), y.copy(), to_y, to_x)
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), cycle_loss(x, y, to_y, to_x)
    if found.shape != ():
        return f"It has shape {found.shape}; wanted is one number: two means, added."
    if np.isclose(found, wanted):
        return None
    x_there, y_there = to_x(to_y(x)), to_y(to_x(y))
    first, second = np.abs(x_there - x).mean(), np.abs(y_there - y).mean()
    mistakes = {
        "Only x makes its round trip; y has one, too.": first,
        "Only y makes its round trip; x has one, too.": second,
        "Squared errors blur more; the paper takes absolute ones.": (
            np.square(x_there - x).mean() + np.square(y_there - y).mean()
        ),
        "You compare one way only: a garment with its print, which ought to differ.": (
            np.abs(to_y(x) - x).mean() + np.abs(to_x(y) - y).mean()
        ),
        "The two ways are exchanged: x is no image for to_x; to_y comes first.": (
            np.abs(to_y(to_x(x)) - x).mean() + np.abs(to_x(to_y(y)) - y).mean()
        ),
        "Errors of either sign cancel: np.abs comes before the mean.": (
            (x_there - x).mean() + (y_there - y).mean()
        ),
        "np.abs comes before the mean: errors of either sign cancel in it.": (
            abs((x_there - x).mean()) + abs((y_there - y).mean())
        ),
        "The two errors are added, not averaged.": (first + second) / 2,
        "The weight of 5 comes later: leave it out.": 5 * (first + second),
        "That is the identity loss: nothing has made a round trip.": (
            np.abs(to_y(y) - y).mean() + np.abs(to_x(x) - x).mean()
        ),
        "You add all pixels up; wanted is their mean.": (
            np.abs(x_there - x).sum() + np.abs(y_there - y).sum()
        ),
    }
    for message, value in mistakes.items():
        if np.isclose(found, value):
            return message
    return f"On the test batches it is {found:.4f}; wanted {wanted:.4f}."


e12_1 = Exercise(
    name="e12_1",
    examine=_examine_cycle,
    praise="Right: there and back again, from both sides.",
    hint_text=(
        "to_x(to_y(x)) is the round trip of x. np.abs(trip - x).mean() is its error. Do the same "
        "for y, and add the two."
    ),
    answer=cycle_loss,
    shapes=(
        "The batches have 3 and 2 images: compare x with the x that came back, and take each mean "
        "before you add."
    ),
)

CLAIMS = {
    "B": "B is wrong: with 8 bits a colour, the colours came back as well as before.",
    "C": "C is what this notebook warns of: the way back may be paved with a hidden message.",
}
MISSING = {
    "A": "A was shown: after a blur of 0.7 pixels the colour was no better than a guess.",
    "D": "D was shown: back from the true stripes, the colour was no better than a guess.",
    "E": "E was shown: with noise of deviation 0.2 the colours were still nearly right.",
}


def _examine_claims(answer):
    letters = letters_of(answer)
    if not letters or letters - set("ABCDE"):
        return 'Give letters from A to E, such as {"A", "B"}.'
    for letter, complaint in CLAIMS.items():
        if letter in letters:
            return complaint
    for letter, complaint in MISSING.items():
        if letter not in letters:
            return complaint
    return None


e12_2 = Exercise(
    name="e12_2",
    examine=_examine_claims,
    praise="Right: it is in the picture, stands noise but no blur, and a low error hides it.",
    hint_text="Look at the five numbers of the disturbed pictures, and at the three before them.",
    answer={"A", "D", "E"},
)
