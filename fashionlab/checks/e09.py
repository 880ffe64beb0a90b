"""Exercises of notebook 09."""

import numpy as np

from fashionlab import data, latent, pretrained
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise, letters_of


def arc(a, b, t):
    """The latent at share t of the arc from a to b, both (latent_dim,)."""
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    angle = np.arccos(cosine)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


STRETCHED = (
    "That is a point of the line, pushed out to the shell: on the arc, but not at share t of it, "
    "because it is slow at the ends and fast in the middle."
)
BRACKETS = "Both weights: np.sin((1 - t) * angle) and np.sin(t * angle), bracket included."


def _turned(a, b, t, angle):
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def _examine_arc(answer):
    rng = np.random.default_rng(0)
    a, b, t = rng.normal(size=64), rng.normal(size=64), 0.3
    with np.errstate(invalid="ignore"):  # arccos of more than 1, see below
        found = answer(a.copy(), b.copy(), t)
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), arc(a, b, t)
    if found.shape != (64,):
        return f"It has shape {found.shape}; wanted is one latent, (64,)."
    if np.allclose(found, wanted, rtol=1e-4):
        return _examine_ends(answer, a, b)
    line = (1 - t) * a + t * b
    if np.allclose(found, arc(a / np.linalg.norm(a), b / np.linalg.norm(b), t), rtol=1e-4):
        return "You made a and b 1 long; only the angle needs that, the sum takes them as they are."
    stretch = np.linalg.norm(found) / np.linalg.norm(line)
    if stretch > 1.01 and np.allclose(found, stretch * line, rtol=1e-4):
        return STRETCHED
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    angle = np.arccos(cosine)
    of_a, of_b = np.sin((1 - t) * angle), np.sin(t * angle)
    without_brackets = (
        (np.sin(1 - t) * angle, np.sin(t) * angle),
        (np.sin(1 - t) * angle, of_b),
        (np.sin(1 - t * angle), of_b),
    )
    mistakes = (
        ("That is the straight line; its middle lies inside the shell.", line),
        ("The two weights are exchanged: t = 0 has to give a.", arc(b, a, t)),
        ("The division by sin(angle) is missing.", of_a * a + of_b * b),
        (
            "You divide only the second term by sin(angle): put a bracket around the sum.",
            of_a * a + of_b * b / np.sin(angle),
        ),
        *(
            (BRACKETS, (first * a + second * b) / np.sin(angle))
            for first, second in without_brackets
        ),
        (
            "np.arccos of the inner product wants vectors of length 1: divide by both norms.",
            np.full(64, np.nan),
        ),
        (
            "The inner product is a @ b, one number; a * b are 64.",
            _turned(a, b, t, np.arccos(a * b / np.linalg.norm(a) / np.linalg.norm(b))),
        ),
        (
            "The cosine of the angle is no angle: np.arccos is missing.",
            _turned(a, b, t, cosine),
        ),
        (
            "np.sin takes radians, and np.arccos gives radians: do not convert.",
            _turned(a, b, t, np.degrees(angle)),
        ),
        ("The angle is not exactly 90 degrees: compute it.", _turned(a, b, t, np.pi / 2)),
    )
    for message, value in mistakes:
        if np.allclose(found, value, rtol=1e-4, equal_nan=True):
            return message
    return f"At t = {t} its first number is {found[0]:.4f}; wanted {wanted[0]:.4f}."


def _examine_ends(answer, a, b):
    for t, end, name in ((0.0, a, "a"), (1.0, b, "b")):
        if not np.allclose(answer(a.copy(), b.copy(), t), end, atol=1e-6):
            return f"At t = {t:g} it has to give {name} itself."
    return None


e09_1 = Exercise(
    name="e09_1",
    examine=_examine_arc,
    praise="Right: it begins at a, ends at b, and turns at an even pace in between.",
    hint_text=(
        "cosine = a @ b / (norm of a * norm of b), angle = np.arccos(cosine). The weight of a is "
        "np.sin((1 - t) * angle) / np.sin(angle), that of b is np.sin(t * angle) / np.sin(angle)."
    ),
    answer=arc,
)


def without(direction, other):
    """A direction of length 1 with nothing of the other one in it; both are (latent_dim,)."""
    rest = direction - (direction @ other) / (other @ other) * other
    return rest / np.linalg.norm(rest)


EXCHANGED = "You exchanged direction and other: off direction comes its share along other."
NOT_SQUARED = "You divided by its length: it is the square, other @ other, that the share is over."


def _examine_without(answer):
    rng = np.random.default_rng(1)
    direction = rng.normal(size=64)
    direction /= np.linalg.norm(direction)
    other = 2 * direction + rng.normal(size=64) / 4
    for length, says in ((1.0, ""), (3.0, " if the other direction is 3 long")):
        unit = other / np.linalg.norm(other)
        given = length * unit
        found = answer(direction.copy(), given.copy())
        if found is None:
            return RETURNS_NOTHING
        found, wanted = np.asarray(found, float), without(direction, given)
        if found.shape != (64,):
            return f"It has shape {found.shape}; wanted is one direction, (64,)."
        if np.allclose(found, wanted, atol=1e-6):
            continue
        left, norm = found @ unit, np.linalg.norm(found)
        if np.allclose(found, -wanted, atol=1e-6):
            return "It points the other way: take the share off the direction, not the reverse."
        if np.allclose(found, direction):
            return "The direction comes back as it was."
        if abs(left) > 1e-6:
            for mistake, rest in (
                (EXCHANGED, given - (given @ direction) * direction),
                (NOT_SQUARED, direction - (direction @ given) / length * given),
            ):
                if np.allclose(found / norm, rest / np.linalg.norm(rest), atol=1e-6):
                    return mistake
            return (
                f"A step along your direction still moves {left:.3f} along the other one{says}. "
                f"Its share is (direction @ other) / (other @ other) times other."
            )
        if not np.isclose(norm, 1):
            return f"Its length is {norm:.3f}; divide by it, so that a step is a step again."
        return "It has nothing of the other direction, but little of its own direction either."
    return None


e09_2 = Exercise(
    name="e09_2",
    examine=_examine_without,
    praise="Right: the other direction stands at a right angle, so a step leaves it alone.",
    hint_text=(
        "(direction @ other) / (other @ other) * other is the share of direction that points along "
        "other. Take it off, then divide by np.linalg.norm of what is left."
    ),
    answer=without,
)


TARGET = 9  # of the test images in the kit's sample: an ankle boot
FAR = 12.0  # longer than this is one latent in twenty million; the usual length is 8


def find(target):
    """A latent whose picture is near the target, (28, 28, 1)."""
    generator = pretrained.generator("dcgan")
    found = latent.project(generator, target[None], seed=0, starts=2, steps=60, progress=False)
    return found.z[0]


def _examine_search(answer):
    target = data.load_fashion_mnist("test", path="sample", verbose=False).images[TARGET]
    found = answer(target.copy())
    if found is None:
        return RETURNS_NOTHING
    if isinstance(found, latent.Projection):
        return "That is a whole Projection; wanted is its .z[0]."
    found = np.asarray(found, np.float32)
    if found.shape == (28, 28, 1) or found.shape == (1, 28, 28, 1):
        return "That is a picture; wanted is the latent that the generator makes it of."
    if found.shape not in ((64,), (1, 64)):
        return f"It has shape {found.shape}; wanted is one latent, (64,)."
    found = found.reshape(1, 64)
    if not np.isfinite(found).all():
        return "The latent holds NaN or infinity: smaller steps?"
    if np.linalg.norm(found) > FAR:
        return (
            f"The latent has a norm of {np.linalg.norm(found):.1f}; noise has about 8. So far out "
            f"the generator has never been trained: keep the norm at {FAR:g} at most, which counts "
            f"as near the shell."
        )
    generator = pretrained.generator("dcgan")

    def distances(z):
        return np.square(latent.generate(generator, z) - target).mean(axis=(1, 2, 3))

    mine = float(distances(found)[0])
    best = float(distances(latent.noise(10_000, 64, seed=1)).min())
    if mine >= best:
        return (
            f"Your picture is at a distance of {mine:.4f} (mean squared pixel difference); the "
            f"best of 10,000 random latents is at {best:.4f}. Descend from there. (Is it a latent "
            f'of the generator "dcgan"?)'
        )
    return None


e09_3 = Exercise(
    name="e09_3",
    examine=_examine_search,
    praise="Right: nearer than the best of 10,000 random latents, and not far off the shell.",
    hint_text=(
        "fl.latent.project(generator, target[None], seed=0, progress=False) does the descent and "
        "returns a Projection; .z has a row for each image, and you gave one."
    ),
    answer=find,
)


CLAIMS = {
    "A": "A is allowed: recall is lower in every row of the table than in the one before.",
    "B": "B: at 1 precision is lower than without truncation, and at 0.5 it is lower still.",
    "C": "C: the two path lengths differ by about as much as their errors, and the line has the "
    "smaller one.",
    "D": "D is allowed: the middle of the line has a length of about 5.6, and of 10,000 latents "
    "only a handful are so short.",
    "E": "E: a low R squared says that no straight direction explains sandals well; what the "
    "generator can draw is another question.",
}
ALLOWED = {"A", "D"}


def _examine_claims(answer):
    letters = letters_of(answer)
    if not letters <= set(CLAIMS) or not letters:
        return 'Give a set of letters from A to E, such as {"A", "B"}.'
    for letter in sorted(CLAIMS):
        if (letter in letters) != (letter in ALLOWED):
            return CLAIMS[letter]
    return None


e09_4 = Exercise(
    name="e09_4",
    examine=_examine_claims,
    praise="Right: what was measured, and nothing beyond it.",
    hint_text="Look for each claim at the cell that measured it. Two of the five were measured.",
    answer=ALLOWED,
)
