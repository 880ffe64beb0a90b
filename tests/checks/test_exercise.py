"""What every exercise promises, tried on all of them."""

import importlib

import numpy as np
import pytest
from scipy import linalg

import fashionlab as fl
from fashionlab.checks import e00, e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12
from fashionlab.checks.exercise import Exercise, is_blank
from fashionlab.metrics.report import KINDS

ops = importlib.import_module("keras").ops
layers = importlib.import_module("keras").layers

ALL = [
    exercise
    for module in (e00, e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12)
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

    class Untouched:
        """Likewise."""

        def method(self): ...

    for blank in (..., None, untouched, Untouched):
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
    assert not is_blank(e02.MyLeastSquares)
    assert not is_blank(Exception)
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


def test_covariances_may_be_divided_by_n():
    assert fl.checks.e05_1(with_1_over_n)


def test_letters_may_be_written_as_one_likes():
    for answer in ({"C", "E"}, {"c", "e"}, ["E", "C"], "CE", "C, E", ("c ", " e")):
        assert fl.checks.e05_4(answer), answer


def test_slopes_may_come_as_one_array():
    assert fl.checks.e01_4(lambda x, w, b: np.stack(e01.generator_slopes(x, w, b)))


# Typical wrong answers: each gets a message of its own, which names the misconception.

transposed = layers.Conv2DTranspose
slopes = e01.generator_slopes
softplus, mean, square = ops.softplus, ops.mean, ops.square
d_step, g_step = e02._only_discriminator, e02._only_generator  # steps along the slope of a loss


def both_learn(generator, discriminator, optimizer, real, z):
    before = generator.get_weights()
    e02.discriminator_step(generator, discriminator, optimizer, real, z)
    generator.set_weights([weights + 0.01 for weights in before])


def both_learn_from_z(generator, discriminator, optimizer, z):
    both_learn(generator, discriminator, optimizer, z, z)


def own_loss(discriminator, generator):
    """A loss of the learner's own, from two functions of the logits."""
    methods = {
        "discriminator": lambda self, real, fake: discriminator(real, fake),
        "generator": lambda self, real, fake: generator(real, fake),
    }
    return type("OwnLoss", (), methods)()


def to_1_and_0(real, fake):
    return (mean(square(real - 1)) + mean(square(fake))) / 2


def to_1(real, fake):
    return mean(square(fake - 1)) / 2


def losses_at(logits):
    d = 1 / (1 + np.exp(-logits))
    return np.log(1 - d), -np.log(d)


def slopes_by_d(logits):
    d = 1 / (1 + np.exp(-logits))
    return -1 / (1 - d), -1 / d


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
    ("e01_1", lambda p, q: q / (p + q), "probability of generated"),
    ("e01_1", lambda p, q: p > q, "yes or no"),
    ("e01_1", lambda p, q: p - q, "divide"),
    ("e01_1", lambda p, q: p, "less sure"),
    ("e01_1", lambda p, q: p / (q + 0.01), "A probability of"),
    ("e01_1", lambda p, q: p / (p + q + 0.1), "which share is real"),
    ("e01_1", lambda p, q: 0.5, "one probability is wanted for each"),
    ("e01_2", (0, -1.386, -0.462), "wrong way round"),
    ("e01_2", (1.386, 0, 0.462), "The sign"),
    ("e01_2", (-0.693, 0, -0.231), "two terms"),
    ("e01_2", (-0.602, 0, -0.201), "base 10"),
    ("e01_2", (-2, 0, -0.667), "base 2"),
    ("e01_2", (0.5, 1, 0.667), "made of D itself"),
    ("e01_2", (-1.386, float("-inf"), -0.462), "sure and wrong"),
    ("e01_2", (-1.386, 0.693, -0.462), "That is JS"),
    ("e01_2", (-1.386, 1, -0.462), "The first is right"),
    ("e01_2", (-3, 0, -0.462), "says 1/2 everywhere"),
    ("e01_2", (-1.386, 0, 0.462), "The third is JS"),
    ("e01_2", (-1.386, 0, -0.231), "cost D something"),
    ("e01_2", (-1.386, 0, -1.386), "only between 2 and 3"),
    ("e01_2", (-1.386, 0, -0.8), "which share"),
    ("e01_2", (-1.386, 0, float("nan")), "which share"),
    ("e01_2", {0, -1.386}, "Which is which"),
    ("e01_2", (-1.386, 0), "three numbers"),
    ("e01_2", -1.386, "three numbers"),
    ("e01_4", lambda x, w, b: slopes(x, w, b)[::-1], "wrong way round"),
    ("e01_4", lambda x, w, b: tuple(-s for s in slopes(x, w, b)), "signs"),
    ("e01_4", lambda x, w, b: tuple(s / w for s in slopes(x, w, b)), "times w"),
    ("e01_4", lambda x, w, b: losses_at(w * x + b), "the losses themselves"),
    ("e01_4", lambda x, w, b: slopes_by_d(w * x + b), "D itself moves with x"),
    ("e01_4", lambda x, w, b: (slopes(x, w, b)[0], 0), "The slope of -log D"),
    ("e01_4", lambda x, w, b: slopes(x, w, b)[0], "two things"),
    ("e01_4", lambda x, w, b: tuple(s * abs(w) / -w for s in slopes(x, w, b)), "w = 0.8"),
    ("e01_3", lambda x, y: np.abs(x - y).mean(), "Sort both first"),
    ("e01_3", lambda x, y: abs(x.mean() - y.mean()), "cancel"),
    ("e01_3", lambda x, y: np.abs(np.sort(x) - np.sort(y)).sum(), "sum of all ways"),
    ("e01_3", lambda x, y: np.square(np.sort(x) - np.sort(y)).mean(), "W2 squares"),
    ("e01_3", lambda x, y: np.square(np.sort(x) - np.sort(y)).mean() ** 0.5, "That is W2"),
    ("e01_3", lambda x, y: np.abs(np.sort(x) - np.sort(y)).max(), "longest way"),
    ("e01_3", lambda x, y: np.abs(x[:, None] - y).min(axis=1).mean(), "nearest neighbour"),
    ("e01_3", lambda x, y: np.abs(np.sort(x) - np.sort(y)), "one number"),
    ("e01_3", lambda x, y: np.abs(np.sort(x) - y).mean(), "sort both"),
    ("e01_3", lambda x, y: np.abs(x - np.sort(y)).mean(), "sort both"),
    ("e01_3", lambda x, y: np.abs(np.sort(x) - np.sort(y)[::-1]).mean(), "same direction"),
    ("e01_3", lambda x, y: 3, "wanted 1.6250"),
    ("e02_1", both_learn, "generator moved, too"),
    ("e02_1", lambda generator, discriminator, optimizer, real, z: 0.7, "did not move"),
    ("e02_1", d_step(lambda r, f: mean(softplus(r)) + mean(softplus(-f))), "call fakes real"),
    ("e02_1", d_step(lambda r, f: mean(softplus(-r))), "from real points alone"),
    ("e02_1", d_step(lambda r, f: mean(softplus(f))), "from fakes alone"),
    ("e02_1", d_step(lambda r, f: -mean(softplus(-r)) - mean(softplus(f))), "uphill"),
    ("e02_1", d_step(lambda r, f: mean(f) - mean(r)), "not along the gradient"),
    ("e02_1", d_step(lambda r, f: ops.sum(softplus(-r)) + ops.sum(softplus(f))), "no sum"),
    ("e02_1", d_step(lambda r, f: (mean(softplus(-r)) + mean(softplus(f))) / 2), "not averaged"),
    ("e02_1", d_step(lambda r, f: ops.zeros(())), "inside the with block"),
    ("e02_2", g_step(lambda f: ops.sum(softplus(-f))), "no sum"),
    ("e02_2", g_step(lambda f: ops.zeros(())), "inside the with block"),
    ("e02_2", both_learn_from_z, "discriminator moved, too"),
    ("e02_2", lambda generator, discriminator, optimizer, z: 0.7, "did not move"),
    ("e02_2", g_step(lambda f: mean(softplus(f))), "recognised as fake"),
    ("e02_2", g_step(lambda f: -mean(softplus(f))), "saturating"),
    ("e02_2", g_step(lambda f: -mean(f)), "not along the gradient"),
    ("e02_3", {}, "changed nothing"),
    ("e02_3", {"penalty": "none"}, "changed nothing"),
    ("e02_3", 0.002, "as a dict"),
    ("e02_3", {"toy": "disc"}, "another question"),
    ("e02_3", {"lr": 0.002}, "There is no setting"),
    ("e02_3", {"units": 0}, "1 or more"),
    ("e02_3", {"batch_size": 128, "noise": "uniform", "units": 32}, "one or two that matter"),
    ("e02_3", {"discriminator_updates": 50}, "take minutes"),
    ("e02_3", {"generator_lr": 0.005}, "5 times as fast"),
    ("e02_3", {"optimizer": "sgd", "generator_lr": 0.001}, "something else is off"),
    ("e02_4", 3, "no method"),
    ("e02_4", own_loss(lambda r, f: None, to_1), "returns nothing"),
    ("e02_4", own_loss(lambda r, f: (r - 1) ** 2 + f**2, to_1), "take the mean"),
    ("e02_4", own_loss(lambda r, f: 2 * to_1_and_0(r, f), to_1), "1/2 is missing"),
    ("e02_4", own_loss(lambda r, f: 3 * to_1_and_0(r, f), to_1), "adds up over the batch"),
    ("e02_4", own_loss(lambda r, f: to_1_and_0(f, r), to_1), "discriminator has its targets"),
    ("e02_4", own_loss(to_1_and_0, lambda r, f: mean(square(f)) / 2), "generator has its targets"),
    ("e02_4", own_loss(to_1_and_0, lambda r, f: -mean(f)), "on the test logits"),
    ("e02_4", own_loss(to_1_and_0, lambda r, f: np.mean((np.asarray(f) - 1) ** 2) / 2), "NumPy"),
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


# Of notebook 03.


def convolve(image, kernel, f=lambda window, kernel: (window * kernel).sum()):
    """The right answer, but for what it does with each window."""
    (h, w), (k, m) = image.shape, kernel.shape
    places = [[image[r : r + k, c : c + m] for c in range(w - m + 1)] for r in range(h - k + 1)]
    return np.array([[f(window, kernel) for window in row] for row in places])


def square_only(image, kernel):
    """Convolve as if every kernel were as wide as it is high."""
    k = len(kernel)
    (h, w) = image.shape
    output = np.zeros((h - k + 1, w - k + 1))
    for r, c in np.ndindex(*output.shape):
        output[r, c] = (image[r : r + k, c : c + k] * kernel).sum()
    return output


def field(layers, own_stride_first=False, start=1):
    jump = 1
    for kernel, stride in layers:
        jump, before = jump * stride, jump
        start += (kernel - 1) * (jump if own_stride_first else before)
    return start


def from_the_image(layers):
    """The rule that starts at the last layer, started at the image."""
    seen = 1
    for kernel, stride in layers:
        seen = (seen - 1) * stride + kernel
    return seen


def jumping(layers, following):
    seen, jump = 1, 1
    for kernel, stride in layers:
        seen, jump = seen + (kernel - 1) * jump, following(jump, stride)
    return seen


WRONG += [
    ("e03_1", lambda x, k: convolve(x, k[::-1, ::-1]), "turned by 180 degrees"),
    ("e03_1", lambda x, k: convolve(x, k).reshape(-1), "(5, 4) places"),
    ("e03_1", lambda x, k: convolve(x, k.T), "swapped"),
    ("e03_1", lambda x, k: convolve(x, k).T, "swapped"),
    ("e03_1", lambda x, k: convolve(np.pad(x, ((1, 1), (0, 1))), k), "hang over its edge"),
    ("e03_1", lambda x, k: convolve(x, k)[:-1, :-1], "n - k + 1"),
    ("e03_1", lambda x, k: convolve(x, k, lambda a, b: (a * b).mean()), "the mean"),
    ("e03_1", lambda x, k: convolve(x, k, lambda a, b: a.sum()), "multiplied by its weight"),
    ("e03_1", lambda x, k: convolve(x, k, lambda a, b: a.sum() * b.sum()), "of its own"),
    ("e03_1", lambda x, k: np.maximum(convolve(x, k), 0), "leave out the ReLU"),
    ("e03_1", lambda x, k: np.abs(convolve(x, k)), "leave out the absolute"),
    ("e03_1", lambda x, k: np.full((5, 4), (x[:3, :2] * k).sum()), "move with row and column"),
    ("e03_1", lambda x, k: convolve(x, k) + 1, "The first number should be"),
    ("e03_1", lambda x, k: np.negative(x, out=x), "changes the image"),
    ("e03_1", lambda x, k: None, "needs a return"),
    ("e03_1", square_only, "kernel here has 3 rows and 2 columns"),
    ("e03_1", lambda x, k: [[x[r, c] for c in range(26)] for r in range(26)], "image.shape"),
    ("e03_1", lambda x, k: np.array([[1], [2, 3]]), "inhomogeneous"),
    ("e03_3", lambda n, k, s, p: -(-n // s) if p == "same" else (n - k) // s + 1, "a convolution"),
    ("e03_3", lambda n, k, s, p: (n - 1) * s + k, "'same' cuts"),
    ("e03_3", lambda n, k, s, p: n * s, "'valid' keeps"),
    ("e03_3", lambda n, k, s, p: n * s if p == "valid" else (n - 1) * s + k, "wrong way round"),
    ("e03_3", lambda n, k, s, p: n * s if p == "same" else n * s + k, "not n."),
    ("e03_3", lambda n, k, s, p: n * s if p == "same" else n * k, "they overlap"),
    ("e03_3", lambda n, k, s, p: 14, "you say 14, it is 7"),
    ("e03_2", lambda layers: 1 + sum(k - 1 for k, _ in layers), "leave out the strides"),
    ("e03_2", lambda layers: field(layers, own_stride_first=True), "in the layer after it"),
    ("e03_2", lambda layers: sum(k for k, _ in layers), "do not add up"),
    ("e03_2", lambda layers: np.prod([k for k, _ in layers]), "do not multiply"),
    ("e03_2", lambda layers: field(layers, start=0), "One too few"),
    ("e03_2", lambda layers: field(layers[::-1]), "starts at the image"),
    ("e03_2", from_the_image, "(f - 1) * s + k starts at the last layer"),
    ("e03_2", lambda layers: jumping(layers, lambda jump, s: s), "4 pixels apart, not 2"),
    ("e03_2", lambda layers: jumping(layers, lambda jump, s: jump + s - 1), "apart, not 3"),
    ("e03_2", lambda layers: jumping(layers, lambda jump, s: jump + s), "leaves the jump"),
    ("e03_2", lambda layers: field(layers) ** 2, "the area"),
    ("e03_2", lambda layers: 22, "For [(3, 1)] you say 22; it is 3"),
    ("e03_4", lambda x, m, v, g, b: g * (x - m) / np.sqrt(v) + b, "epsilon is missing"),
    ("e03_4", lambda x, m, v, g, b: g * (x - m) / (np.sqrt(v) + 1e-3) + b, "under the root"),
    ("e03_4", lambda x, m, v, g, b: g * (x - m) / (v + 1e-3) + b, "divide by its root"),
    ("e03_4", lambda x, m, v, g, b: (x - m) / np.sqrt(v + 1e-3), "gamma and beta are missing"),
    ("e03_4", lambda x, m, v, g, b: g * (x - m) / np.sqrt(v + 1e-3), "beta, the shift"),
    ("e03_4", lambda x, m, v, g, b: (x - m) / np.sqrt(v + 1e-3) + b, "gamma, the scale"),
    ("e03_4", lambda x, m, v, g, b: g * ((x - m) / np.sqrt(v + 1e-3) + b), "added last"),
    ("e03_4", lambda x, m, v, g, b: g * x / np.sqrt(v + 1e-3) + b, "taken off before"),
    ("e03_4", lambda x, m, v, g, b: x.mean(axis=0), "The shape changed"),
    ("e03_4", lambda x, m, v, g, b: x + 1, "Not yet"),
    (
        "e03_4",
        lambda x, m, v, g, b, epsilon=0: g * (x - m) / np.sqrt(v + 1e-3) + b,
        "use the argument epsilon",
    ),
    (
        "e03_4",
        lambda x, m, v, g, b: g * (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + 1e-3) + b,
        "what training does",
    ),
]


# Of notebook 05.


def frechet(x, y, root=linalg.sqrtm, f=lambda shift, spread: shift @ shift + np.trace(spread)):
    """The right answer, but for the root and for what becomes of shift and spread."""
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    spread = cov_x + cov_y - 2 * root(cov_x @ cov_y).real
    return f(x.mean(axis=0) - y.mean(axis=0), spread)


def frechet_of_parts(x, y, f):
    """From the squared shift, the trace of both covariances and that of the root."""
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return f(shift @ shift, np.trace(cov_x + cov_y), np.trace(linalg.sqrtm(cov_x @ cov_y).real))


def one_feature_at_a_time(x, y):
    shift, spread = x.mean(axis=0) - y.mean(axis=0), x.std(axis=0) - y.std(axis=0)
    return shift @ shift + spread @ spread


def with_1_over_n(x, y):
    """As right as with 1 / (n - 1)."""
    cov_x, cov_y = np.cov(x.T, bias=True), np.cov(y.T, bias=True)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return shift @ shift + np.trace(cov_x + cov_y - 2 * linalg.sqrtm(cov_x @ cov_y).real)


def roots_apart(x, y):
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    shift = x.mean(axis=0) - y.mean(axis=0)
    root = linalg.sqrtm(cov_x) @ linalg.sqrtm(cov_y)
    return shift @ shift + np.trace(cov_x + cov_y - 2 * root)


def one_mean_for_all(x, y):
    return frechet(x, y, f=lambda m, c: (x.mean() - y.mean()) ** 2 + np.trace(c))


def number_by_number(x, y):
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    shift = x.mean(axis=0) - y.mean(axis=0)
    return shift @ shift + np.trace(cov_x + cov_y - 2 * linalg.sqrtm(cov_x * cov_y).real)


def guess(**changes):
    return e05.DAMAGES | changes


WRONG += [
    ("e05_1", lambda x, y: frechet(x, y) ** 0.5, "the squared one"),
    ("e05_1", lambda x, y: frechet(x, y, f=lambda m, c: (m @ m) ** 0.5 + np.trace(c)), "length"),
    ("e05_1", lambda x, y: frechet(x, y, f=lambda m, c: np.trace(c)), "leave out the shift"),
    ("e05_1", lambda x, y: frechet(x, y, f=lambda m, c: m @ m), "leave out the covariances"),
    ("e05_1", lambda x, y: frechet(x, y, f=lambda m, c: m @ m + c.sum()), "sum of its diagonal"),
    ("e05_1", lambda x, y: frechet(x, y, f=lambda m, c: m @ m + c), "Is the trace missing"),
    ("e05_1", lambda x, y: frechet_of_parts(x, y, lambda m, t, r: m + t - r), "factor 2"),
    ("e05_1", lambda x, y: frechet_of_parts(x, y, lambda m, t, r: m + t + 2 * r), "taken off"),
    ("e05_1", lambda x, y: frechet(x, y, lambda c: np.sqrt(np.abs(c))), "each number"),
    ("e05_1", lambda x, y: frechet(x - 9, y, lambda c: np.sqrt(-c)), "NaN"),
    ("e05_1", roots_apart, "not the root of the product"),
    ("e05_1", one_feature_at_a_time, "vary together"),
    ("e05_1", one_mean_for_all, "mean(axis=0)"),
    ("e05_1", number_by_number, "C1 @ C2"),
    ("e05_1", lambda x, y: np.trace(np.cov(x) @ np.cov(y)), "rowvar=False"),
    ("e05_1", lambda x, y: frechet(x, y) + 0j, "root.real"),
    ("e05_1", lambda x, y: (x + 1) @ (y + 1), "ValueError"),
    ("e05_1", lambda x, y: 1.0, "wanted"),
    ("e05_1", lambda x, y: None, "needs a return"),
    ("e05_2", lambda d, r: (d <= r).any(axis=1).sum(), "a number of fakes"),
    ("e05_2", lambda d, r: (d <= r).all(axis=1).mean(), "any, not all"),
    ("e05_2", lambda d, r: (d <= r).any(axis=0).mean(), "as coverage does"),
    ("e05_2", lambda d, r: (d <= r).mean(), "counts once"),
    ("e05_2", lambda d, r: (d <= r).sum(axis=1).mean(), "as density does"),
    ("e05_2", lambda d, r: (d <= r[:, None]).any(axis=1).mean(), "belongs to the columns"),
    ("e05_2", lambda d, r: (d + d.T).mean(), "ValueError"),
    ("e05_2", lambda d, r: (d.min(axis=1) <= r[d.argmin(axis=1)]).mean(), "nearest real image"),
    ("e05_2", lambda d, r: (d.min(axis=1) <= r.mean()).mean(), "a reach of its own"),
    ("e05_2", lambda d, r: (d > r).all(axis=1).mean(), "outside of all balls"),
    ("e05_2", lambda d, r: (d <= r).any(axis=1), "one share"),
    ("e05_2", lambda d, r: 0.123, "gives 0.123"),
    ("e05_2", lambda d, r: None, "needs a return"),
    ("e05_3", guess(A="copies", B="collapse"), "recall is untouched"),
    ("e05_3", guess(B="blur", C="copies"), "a third that are suspiciously near"),
    ("e05_3", guess(C="drop_classes", D="blur"), "the ten classes are in balance"),
    ("e05_3", guess(A="drop_classes", D="collapse"), "A is not drop_classes"),
    ("e05_3", guess(A="noise"), "'noise' is none of"),
    ("e05_3", guess(A="blur"), "stands there twice"),
    ("e05_3", {"A": "collapse"}, "all four letters"),
    ("e05_3", ["collapse", "copies", "blur", "drop_classes"], "all four letters"),
    ("e05_4", {"A", "C", "E"}, "500 images with 10,000"),
    ("e05_4", {"B", "C", "E"}, "That is chance"),
    ("e05_4", {"C", "D", "E"}, "features of two networks"),
    ("e05_4", {"E"}, "C is justified"),
    ("e05_4", ["C"], "E is justified"),
    ("e05_4", "c, d, e", "features of two networks"),
    ("e05_4", {"C", "F"}, "letters from A to E"),
    ("e05_4", set(), "letters from A to E"),
    ("e05_4", 3, "letters from A to E"),
]


# Of notebook 07.


def hinge_d(real, fake, relu=ops.relu):
    return mean(relu(1 - real)) + mean(relu(1 + fake))


def hinge_g(real, fake):
    return -mean(fake)


def sigmoid(scores):
    return 1 / (1 + np.exp(-scores))


WRONG += [
    ("e07_1", 3, "no method"),
    ("e07_1", own_loss(lambda r, f: hinge_d(-r, -f), hinge_g), "wrong side"),
    ("e07_1", own_loss(lambda r, f: mean(ops.relu(-r)) + mean(ops.relu(f)), hinge_g), "no margin"),
    ("e07_1", own_loss(lambda r, f: hinge_d(r, f, lambda t: t), hinge_g), "Wasserstein loss"),
    ("e07_1", own_loss(lambda r, f: mean(softplus(-r)) + mean(softplus(f)), hinge_g), "no corner"),
    ("e07_1", own_loss(lambda r, f: mean(ops.relu(1 - r)), hinge_g), "Only real images"),
    ("e07_1", own_loss(lambda r, f: mean(ops.relu(1 + f)), hinge_g), "Only fakes"),
    ("e07_1", own_loss(lambda r, f: hinge_d(r, f) / 2, hinge_g), "half as large"),
    ("e07_1", own_loss(lambda r, f: 3 * hinge_d(r, f), hinge_g), "discriminator: It adds up"),
    ("e07_1", own_loss(lambda r, f: ops.relu(1 - r) + ops.relu(1 + f), hinge_g), "take the mean"),
    ("e07_1", own_loss(lambda r, f: 0.7, hinge_g), "gives 0.7000"),
    ("e07_1", own_loss(lambda r, f: None, hinge_g), "returns nothing"),
    ("e07_1", own_loss(hinge_d, lambda r, f: mean(ops.relu(1 - f))), "never done enough"),
    ("e07_1", own_loss(hinge_d, lambda r, f: mean(f)), "turned round"),
    ("e07_1", own_loss(hinge_d, lambda r, f: mean(softplus(-f))), "whose pull fades"),
    ("e07_1", own_loss(hinge_d, lambda r, f: -ops.sum(f)), "generator: It adds up"),
    ("e07_1", own_loss(hinge_d, lambda r, f: -np.mean(np.asarray(f))), "NumPy"),
    ("e07_2", (16, 125, 0.01414, 1), "weight of 10 is missing"),
    ("e07_2", (5760, 125, 0.01414, 1), "not its square"),
    ("e07_2", (40, 125, 0.01414, 1), "from 1 is squared"),
    ("e07_2", (250, 125, 0.01414, 1), "not from slope 0"),
    ("e07_2", (360, 125, 0.01414, 1), "not 3 + 4"),
    ("e07_2", (578, 125, 0.01414, 1), "no part of the gradient"),
    ("e07_2", (160, 250, 0.01414, 1), "a half in front"),
    ("e07_2", (160, 25, 0.01414, 1), "5 times something"),
    ("e07_2", (160, 12.5, 0.01414, 1), "R1: the weight"),
    ("e07_2", (160, 5, 0.01414, 1), "you give the slope"),
    ("e07_2", (160, 160, 0.01414, 1), "at 0, not at 1"),
    ("e07_2", (160, 370, 0.01414, 1), "R1: the 7"),
    ("e07_2", (160, 125, ..., ...), "third is still missing"),
    ("e07_2", 160, "four numbers"),
    ("e07_2", (160, 125, 0.01414, 7), "not 3 + 4"),
    ("e07_2", (160, 125, 0.07, 1), "not a sum of weights"),
    ("e07_2", (160, 125, 0.014, 1), "Give three"),
    ("e07_2", (160, 125, (0.01, -0.01), 1), "four numbers"),
    ("e07_2", (160, 125, 0.01, 1), "the length of both"),
    ("e07_2", (160, 125, 0.02, 1), "root of the squares"),
    ("e07_2", (160, 125, 1, 1), "does not bring the slope to 1"),
    ("e07_2", (160, 125, 5, 1), "changes both weights"),
    ("e07_2", (160, 125, 0.05, 1), "no scaling"),
    ("e07_2", (160, 125, 0, 1), "not 0"),
    ("e07_2", (160, 125, 0.01414, 5), "divided by it"),
    ("e07_2", (160, 125, 0.01414, 0.2), "Divide the weights by 5"),
    ("e07_2", (160, 125, 0.01414, 4), "not its largest number"),
    ("e07_2", (160, 125, 0.01414, 1.25), "not its largest number"),
    ("e07_2", (160, 125, 0.03, 1), "The third is not 0.03"),
    ("e07_2", (160, 125, 0.01414), "four numbers"),
    ("e07_2", {160, 125, 0.01414, 1}, "four numbers"),
    ("e07_3", lambda r, f, k: r.mean() - f.mean(), "ten times as steep"),
    ("e07_3", lambda r, f, k: (r.mean() - f.mean()) * k, "a steeper critic proves less"),
    ("e07_3", lambda r, f, k: (f.mean() - r.mean()) / k, "the critic's loss"),
    ("e07_3", lambda r, f, k: f.mean() - r.mean(), "and the slope is missing"),
    ("e07_3", lambda r, f, k: (sigmoid(r).mean() - sigmoid(f).mean()) / k, "no sigmoid"),
    ("e07_3", lambda r, f, k: np.abs(r - f).mean() / k, "in pairs"),
    ("e07_3", lambda r, f, k: np.abs(np.sort(r) - np.sort(f)).mean() / k, "by sorting"),
    ("e07_3", lambda r, f, k: (r.sum() - f.sum()) / k, "not sums"),
    ("e07_3", lambda r, f, k: (r - f) / k, "one number"),
    ("e07_3", lambda r, f, k: 1.0, "wanted 0.7574"),
    ("e07_3", lambda r, f, k: (r.mean() - f.mean()) / max(k, 1), "below 1 counts, too"),
    ("e07_3", lambda r, f, k: (r - f[: len(r)]).mean() / k, "equally many"),
    ("e07_3", lambda r, f, k: np.mean(r - f) / k, "subtract image by image"),
    ("e07_3", lambda r, f, k: None, "needs a return"),
    ("e07_4", {"F"}, "A is allowed"),
    ("e07_4", {"A", "B", "F"}, "the ranges overlap"),
    ("e07_4", {"A", "C", "F"}, "does not make them equal"),
    ("e07_4", {"A", "D", "F"}, "beyond the minute"),
    ("e07_4", {"A", "E", "F"}, "not the same quantity"),
    ("e07_4", ["A"], "F is allowed"),
    ("e07_4", "a, e, f", "not the same quantity"),
    ("e07_4", {"G"}, "letters from A to F"),
    ("e07_4", 3, "letters from A to F"),
]


# Of notebook 08.


def routes(**changes):
    return {**e08.ROUTES, **changes}


def centre(x):
    return x.mean(axis=(0, 1))


def spread(x):
    return x.std(axis=(0, 1))


def normalised(x):
    return (x - centre(x)) / spread(x)


def nearest_corners(x, y):
    """Right in the corners, sums to 1, and is another blend in between."""
    weights = e11.corner_weights(x, y) ** 2
    return weights / weights.sum()


def half_kl(m, v, square=lambda m: m**2, grown=np.exp, off=1, log=lambda v: v):
    return 0.5 * (grown(v) + square(m) - off - log(v)).sum(axis=1)


WRONG += [
    ("e08_1", lambda f, c, v, w: (f * (c @ w)).sum(axis=1), "a garment at all"),
    ("e08_1", lambda f, c, v, w: f @ v, "nobody looks at the class"),
    ("e08_1", lambda f, c, v, w: f @ v + f @ w.sum(axis=0), "pick the one asked for"),
    ("e08_1", lambda f, c, v, w: f @ v + (c @ w).sum(axis=1), "just added up"),
    ("e08_1", lambda f, c, v, w: f @ v - (f * (c @ w)).sum(axis=1), "not subtracted"),
    ("e08_1", lambda f, c, v, w: f @ v + (f * (c @ w)).mean(axis=1), "you take their mean"),
    ("e08_1", lambda f, c, v, w: f @ v + f @ (c @ w).T, "table (6, 6)"),
    ("e08_1", lambda f, c, v, w: (f @ v)[:, None] + f @ w.T, "a logit for each class"),
    ("e08_1", lambda f, c, v, w: f * v, "one logit each"),
    ("e08_1", lambda f, c, v, w: np.zeros(6), "the first logit is 0.0000"),
    ("e08_1", lambda f, c, v, w: (f @ v + (f * (c @ w)).sum(axis=1)).sum(), "for all six images"),
    ("e08_1", lambda f, c, v, w: None, "needs a return"),
    ("e08_2", lambda m, v: 2 * half_kl(m, v), "half in front"),
    ("e08_2", lambda m, v: -half_kl(m, v), "never negative"),
    ("e08_2", lambda m, v: half_kl(m, v) / 3, "you take their mean"),
    ("e08_2", lambda m, v: half_kl(m, v, grown=lambda v: np.exp(2 * v)), "squared again"),
    ("e08_2", lambda m, v: half_kl(m, v, grown=lambda v: np.exp(v / 2)), "half of the exponent"),
    ("e08_2", lambda m, v: half_kl(m, v, grown=lambda v: v), "take exp of it"),
    ("e08_2", lambda m, v: half_kl(m, v, grown=lambda v: v**2), "is no variance"),
    ("e08_2", lambda m, v: half_kl(m, v, log=lambda v: 2 * v), "do not double it"),
    ("e08_2", lambda m, v: half_kl(m, v, square=lambda m: m), "has to be squared"),
    ("e08_2", lambda m, v: half_kl(m, v, off=0), "- 1 is missing"),
    ("e08_2", lambda m, v: half_kl(m, v, log=lambda v: 0), "shrinking to 0"),
    ("e08_2", lambda m, v: half_kl(m, v, square=lambda m: 0), "keep the codes together"),
    ("e08_2", lambda m, v: np.exp(v) + m**2 - 1 - v, "each dimension"),
    ("e08_2", lambda m, v: (np.exp(v) + m**2 - 1 - v).sum(axis=0) / 2, "over the images"),
    ("e08_2", lambda m, v: half_kl(m, v).mean(), "the whole batch"),
    ("e08_2", lambda m, v: half_kl(m, v)[:2], "one number each"),
    ("e08_2", lambda m, v: np.zeros(5), "the first is 0.0000"),
    ("e08_2", lambda m, v: None, "needs a return"),
    ("e08_3", lambda m, v, n: m + np.exp(v) * n, "stretched by its root"),
    ("e08_3", lambda m, v, n: m + v * n, "through exp first"),
    ("e08_3", lambda m, v, n: np.exp(v / 2) * n, "mean is missing"),
    ("e08_3", lambda m, v, n: m + np.exp(v / 2), "no draw"),
    ("e08_3", lambda m, v, n: m, "the mean alone"),
    ("e08_3", lambda m, v, n: m + np.exp(2 * v) * n, "do not double"),
    ("e08_3", lambda m, v, n: m - np.exp(v / 2) * n, "add the noise"),
    ("e08_3", lambda m, v, n: m + np.where(v > 0, v, np.nan) ** 0.5 * n, "There are NaN"),
    ("e08_3", lambda m, v, n: m.sum(), "that of the mean"),
    ("e08_3", lambda m, v, n: 0 * m, "first number is 0.0000"),
    ("e08_3", lambda m, v, n: None, "needs a return"),
    ("e08_4", routes(prior={"encoder", "decoder"}), "codes alone"),
    ("e08_4", routes(prior={"encoder", "discriminator"}), "no image is judged"),
    ("e08_4", routes(prior=set()), "made by the encoder"),
    ("e08_4", routes(likeness={"encoder", "decoder", "discriminator"}), "lends its features"),
    ("e08_4", routes(likeness={"decoder"}), "the encoder learns from it"),
    ("e08_4", routes(likeness={"encoder"}), "draws the reconstruction"),
    ("e08_4", routes(adversarial={"encoder", "decoder", "discriminator"}), "out of the game"),
    ("e08_4", routes(adversarial={"discriminator"}), "generator of the game"),
    ("e08_4", routes(adversarial=["decoder"]), "plays, too"),
    ("e08_4", routes(adversarial={"critic"}), "names out of decoder"),
    ("e08_4", dict.fromkeys(e08.ROUTES, ...), "prior: a set of names out of"),
    ("e08_4", {"prior": {"encoder"}}, "Give a dict"),
]


# Of notebook 09.


def line(a, b, t):
    return (1 - t) * a + t * b


def angle(a, b):
    return np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def on_arc(a, b, t, theta):
    return (np.sin((1 - t) * theta) * a + np.sin(t * theta) * b) / np.sin(theta)


norm = np.linalg.norm


def brackets_missing(a, b, t):
    theta = angle(a, b)
    return (np.sin(1 - t) * theta * a + np.sin(t) * theta * b) / np.sin(theta)


def bracket_of_a_missing(a, b, t):
    theta = angle(a, b)
    return (np.sin(1 - t) * theta * a + np.sin(t * theta) * b) / np.sin(theta)


def no_bracket_for_a(a, b, t):
    theta = angle(a, b)
    return (np.sin(1 - t * theta) * a + np.sin(t * theta) * b) / np.sin(theta)


def only_b_divided(a, b, t):
    theta = angle(a, b)
    return np.sin((1 - t) * theta) * a + np.sin(t * theta) * b / np.sin(theta)


def over_the_length(d, o):
    rest = d - d @ o / norm(o) * o
    return rest / norm(rest)


def pushed_out(a, b, t):
    return line(a, b, t) / norm(line(a, b, t)) * line(norm(a), norm(b), t)


def wrong_in_one_pixel(result, content):
    kept = e10.keep_colours(result, content)
    kept[2, 3] = 0
    return kept


def best_of_few(target):
    z = fl.latent.noise(100, 64, seed=0)
    images = fl.latent.generate(fl.pretrained.generator("dcgan"), z)
    return z[np.square(images - target).sum(axis=(1, 2, 3)).argmin()]


WRONG += [
    ("e09_1", line, "inside the shell"),
    ("e09_1", pushed_out, "slow at the ends"),
    ("e09_1", lambda a, b, t: 8 * line(a, b, t) / norm(line(a, b, t)), "slow at the ends"),
    ("e09_1", lambda a, b, t: e09.arc(a / norm(a), b / norm(b), t), "1 long"),
    ("e09_1", lambda a, b, t: e09.arc(b, a, t), "exchanged"),
    ("e09_1", lambda a, b, t: e09.arc(a, b, t) * np.sin(angle(a, b)), "division by sin"),
    ("e09_1", lambda a, b, t: on_arc(a, b, t, np.arccos(a @ b)), "divide by both norms"),
    ("e09_1", lambda a, b, t: on_arc(a, b, t, np.cos(angle(a, b))), "arccos is missing"),
    ("e09_1", lambda a, b, t: on_arc(a, b, t, np.degrees(angle(a, b))), "do not convert"),
    ("e09_1", brackets_missing, "Both weights: np.sin((1 - t) * angle)"),
    ("e09_1", bracket_of_a_missing, "bracket included"),
    ("e09_1", no_bracket_for_a, "bracket included"),
    ("e09_1", only_b_divided, "only the second term"),
    ("e09_1", lambda a, b, t: on_arc(a, b, t, np.arccos(a * b / norm(a) / norm(b))), "are 64"),
    ("e09_1", lambda a, b, t: on_arc(a, b, t, np.pi / 2), "not exactly 90 degrees"),
    ("e09_1", lambda a, b, t: e09.arc(a, b, t) if t else b, "has to give a itself"),
    ("e09_1", lambda a, b, t: np.stack([a, b]), "one latent"),
    ("e09_1", lambda a, b, t: 0 * a, "its first number is 0.0000"),
    ("e09_1", lambda a, b, t: None, "needs a return"),
    ("e09_2", lambda d, o: d, "as it was"),
    ("e09_2", lambda d, o: -e09.without(d, o), "points the other way"),
    ("e09_2", lambda d, o: d - o, "still moves"),
    ("e09_2", lambda d, o: e09.without(d, o) + (d @ o) * o, "still moves"),
    ("e09_2", lambda d, o: (d - d @ o * o) / np.linalg.norm(d - d @ o * o), "is 3 long"),
    ("e09_2", lambda d, o: e09.without(o, d), "exchanged direction and other"),
    ("e09_2", over_the_length, "divided by its length"),
    ("e09_2", lambda d, o: 0 * d, "Its length is 0.000"),
    ("e09_2", lambda d, o: d - d @ o / (o @ o) * o, "divide by it"),
    ("e09_2", lambda d, o: np.eye(64)[0] - o[0] / (o @ o) * o, "Its length is"),
    ("e09_2", lambda d, o: e09.without(np.eye(64)[0], o), "little of its own"),
    ("e09_2", lambda d, o: d @ o, "one direction"),
    ("e09_2", lambda d, o: None, "needs a return"),
    ("e09_3", best_of_few, "Descend from there"),
    ("e09_3", lambda target: target, "That is a picture"),
    ("e09_3", lambda target: fl.latent.Projection(*4 * [np.zeros(64)]), "its .z[0]"),
    ("e09_3", lambda target: np.zeros(10), "one latent, (64,)"),
    ("e09_3", lambda target: 3 * fl.latent.noise(1, 64, 0)[0], "12 at most"),
    ("e09_3", lambda target: np.full(64, np.nan), "NaN or infinity"),
    ("e09_3", lambda target: None, "needs a return"),
    ("e09_4", {"D"}, "A is allowed"),
    ("e09_4", {"A", "B", "D"}, "lower still"),
    ("e09_4", "a, c, d", "as their errors"),
    ("e09_4", ["A"], "D is allowed"),
    ("e09_4", {"A", "D", "E"}, "another question"),
    ("e09_4", {"F"}, "letters from A to E"),
    ("e10_1", lambda f: len(f.reshape(-1, 3)) * e10.gram(f), "divide by the number of places"),
    ("e10_1", lambda f: 20 / 3 * e10.gram(f), "divide by the number of channels"),
    ("e10_1", lambda f: e10.gram(f) / 3, "places alone"),
    ("e10_1", lambda f: 5 * e10.gram(f), "by the height alone"),
    ("e10_1", lambda f: 4 * e10.gram(f), "by the width alone"),
    ("e10_1", lambda f: e10.gram(f - f.mean(axis=(0, 1))), "is the covariance"),
    ("e10_1", lambda f: np.corrcoef(f.reshape(-1, 3).T), "correlations"),
    ("e10_1", lambda f: np.outer(f.mean((0, 1)), f.mean((0, 1))), "mean of products"),
    ("e10_1", lambda f: f.reshape(3, -1) @ f.reshape(3, -1).T / 20, "channels are the last axis"),
    ("e10_1", lambda f: f.reshape(-1, 3) @ f.reshape(-1, 3).T, "places by places"),
    ("e10_1", lambda f: f.mean(axis=(0, 1)), "each channel alone"),
    ("e10_1", lambda f: f, "wanted is (3, 3)"),
    ("e10_1", lambda f: np.zeros((3, 3)), "first entry is 0.0000"),
    ("e10_1", lambda f: None, "needs a return"),
    ("e10_1", lambda f: f.T @ f, "all places in one row each first"),
    ("e10_1", lambda f: "abc", "could not convert string to float: 'abc'"),
    ("e10_2", lambda i: np.square(np.diff(i, axis=1)).mean(), "in a column are missing"),
    ("e10_2", lambda i: np.square(np.diff(i, axis=0)).mean(), "in a row are missing"),
    ("e10_2", lambda i: sum(np.square(np.diff(i, axis=a)).sum() for a in (0, 1)), "their mean"),
    ("e10_2", lambda i: sum(np.abs(np.diff(i, axis=a)).mean() for a in (0, 1)), "are squared"),
    ("e10_2", lambda i: sum(np.square(np.diff(i, axis=a)).mean() for a in (0, 1, 2)), "colours"),
    ("e10_2", lambda i: sum(np.square(i - np.roll(i, 1, a)).mean() for a in (0, 1)), "np.roll"),
    ("e10_2", lambda i: e10.total_variation(i) / 2, "Half of it"),
    ("e10_2", lambda i: i.var(), "variance of the pixels"),
    ("e10_2", lambda i: sum(np.diff(i, axis=a).mean() for a in (0, 1)), "they cancel"),
    ("e10_2", lambda i: np.square(np.diff(i, axis=1)), "one number"),
    ("e10_2", lambda i: np.square(np.diff(i)).mean(), "along the last axis"),
    (
        "e10_2",
        lambda i: np.square(np.diff(i)).mean() + np.square(np.diff(i, axis=0)).mean(),
        "without an axis",
    ),
    ("e10_2", lambda i: 0.0, "it is 0.0000"),
    ("e10_2", lambda i: None, "needs a return"),
    ("e10_3", lambda r, c: c * ((r @ e10.LUMA) / (c @ e10.LUMA))[..., None], "by a ratio"),
    ("e10_3", lambda r, c: e10.keep_colours(c, r), "Exchanged"),
    ("e10_3", lambda r, c: np.repeat((r @ e10.LUMA)[..., None], 3, 2), "Grey alone"),
    ("e10_3", lambda r, c: c + (r @ e10.LUMA)[..., None], "take the content's off"),
    ("e10_3", lambda r, c: c + (r - c).mean(axis=2, keepdims=True), "sees green best"),
    ("e10_3", lambda r, c: c - ((r - c) @ e10.LUMA)[..., None], "wrong sign"),
    ("e10_3", lambda r, c: r, "the result as it was"),
    ("e10_3", lambda r, c: c, "the content as it was"),
    ("e10_3", lambda r, c: r @ e10.LUMA, "all three channels"),
    ("e10_3", lambda r, c: r[0], "wanted is an image"),
    ("e10_3", lambda r, c: np.zeros_like(r), "is [0. 0. 0.]; wanted"),
    ("e10_3", lambda r, c: c + ((r - c) @ [0.2989, 0.587, 0.114])[..., None], "[-0.11385 "),
    ("e10_3", wrong_in_one_pixel, "row 2, column 3 is [0. 0. 0.]"),
    ("e10_3", lambda r, c: c + (r - c) @ e10.LUMA, "[..., np.newaxis]"),
    ("e10_3", lambda r, c: None, "needs a return"),
    (
        "e11_1",
        lambda c, s: (c - centre(c)) / c.std((0, 1), ddof=1) * s.std((0, 1), ddof=1) + centre(s),
        "ddof=1",
    ),
    ("e11_1", lambda c, s: normalised(c) * spread(s), "mean of the style is missing"),
    ("e11_1", lambda c, s: normalised(c) + centre(s), "deviation of the style is missing"),
    ("e11_1", lambda c, s: normalised(c), "only normalised"),
    ("e11_1", lambda c, s: (c - centre(c)) * spread(s) + centre(s), "not divided out"),
    ("e11_1", lambda c, s: c / spread(c) * spread(s) + centre(s), "not taken off"),
    ("e11_1", lambda c, s: (c - c.mean()) / c.std() * s.std() + s.mean(), "axis=(0, 1)"),
    (
        "e11_1",
        lambda c, s: (c - centre(c)) / spread(c) ** 2 * spread(s) ** 2 + centre(s),
        "use variances",
    ),
    ("e11_1", lambda c, s: (normalised(c) + centre(s)) * spread(s), "First scale"),
    ("e11_1", lambda c, s: c, "comes back as it was"),
    ("e11_1", lambda c, s: c - centre(c) + centre(s), "Both deviations are missing"),
    ("e11_1", lambda c, s: normalised(c) * spread(s) + centre(c), "content's own mean back"),
    ("e11_1", lambda c, s: s, "shape of the style"),
    ("e11_1", lambda c, s: c[0], "that of the content"),
    ("e11_1", lambda c, s: 0 * c, "first number is 0.0000"),
    ("e11_1", lambda c, s: None, "needs a return"),
    ("e11_1", lambda c, s: (c - c.mean(0)) / c.std(0) * s.std(0), "over both axes of places"),
    ("e11_2", lambda x, y: e11.corner_weights(x, -y), "up and down"),
    ("e11_2", lambda x, y: e11.corner_weights(-x, y), "left and right"),
    ("e11_2", lambda x, y: np.full(4, 0.25), "counts alone"),
    ("e11_2", lambda x, y: e11.corner_weights(x, y) ** 2, "add up to 0.25"),
    ("e11_2", nearest_corners, "its share across times its share along"),
    ("e11_2", lambda x, y: x, "four weights"),
    ("e11_2", lambda x, y: None, "needs a return"),
    ("e12_1", lambda x, y, f, g: np.abs(g(f(x)) - x).mean(), "Only x makes"),
    ("e12_1", lambda x, y, f, g: np.abs(f(g(y)) - y).mean(), "Only y makes"),
    ("e12_1", lambda x, y, f, g: ((g(f(x)) - x) ** 2).mean() + ((f(g(y)) - y) ** 2).mean(), "blur"),
    ("e12_1", lambda x, y, f, g: np.abs(f(x) - x).mean() + np.abs(g(y) - y).mean(), "one way only"),
    ("e12_1", lambda x, y, f, g: e12.cycle_loss(x, y, g, f), "two ways are exchanged"),
    (
        "e12_1",
        lambda x, y, f, g: abs((g(f(x)) - x).mean()) + abs((f(g(y)) - y).mean()),
        "np.abs comes",
    ),
    ("e12_1", lambda x, y, f, g: (g(f(x)) - x).mean() + (f(g(y)) - y).mean(), "np.abs comes"),
    ("e12_1", lambda x, y, f, g: e12.cycle_loss(x, y, f, g) / 2, "not averaged"),
    ("e12_1", lambda x, y, f, g: np.abs(g(f(x)) - x).sum() + np.abs(f(g(y)) - y).sum(), "add all"),
    ("e12_1", lambda x, y, f, g: 5 * e12.cycle_loss(x, y, f, g), "weight of 5 comes later"),
    ("e12_1", lambda x, y, f, g: np.abs(f(y) - y).mean() + np.abs(g(x) - x).mean(), "identity"),
    ("e12_1", lambda x, y, f, g: np.abs(g(f(x)) - y).mean(), "have 3 and 2 images"),
    ("e12_1", lambda x, y, f, g: x, "one number"),
    ("e12_1", lambda x, y, f, g: 0.0, "it is 0.0000"),
    ("e12_1", lambda x, y, f, g: None, "needs a return"),
    ("e12_2", {"A", "B", "D"}, "B is wrong"),
    ("e12_2", "a, c, d, e", "C is what"),
    ("e12_2", {"D", "E"}, "A was shown"),
    ("e12_2", ["A", "E"], "D was shown"),
    ("e12_2", {"A", "D"}, "E was shown"),
    ("e12_2", {"F"}, "letters from A to E"),
]


def test_the_claims_stand_on_what_was_measured():
    shipped = fl.family.results()
    runs, floor = shipped["runs"], shipped["floor"]
    fid = fl.family.over_seeds(runs, "fashion_fid")
    apart = fl.family.pairs_apart(fid)
    assert ("wgan_gp", "wgan") in apart  # A
    assert fid["relativistic"].overlaps(fid["least_squares"])  # B
    assert fid["relativistic"].mean < fid["least_squares"].mean
    assert fid["non_saturating"].overlaps(fid["least_squares"])  # C
    assert ("r1", "wgan_gp") in apart  # D
    for row in runs:
        if row["member"] == "wgan_gp":
            assert row["course"]["fashion_fid"][-1] < 0.9 * row["course"]["fashion_fid"][-2]
    ends = {"least_squares": 0.2, "non_saturating": 1.1}  # E
    for row in runs:
        if row["member"] in ends:
            wanted = pytest.approx(ends[row["member"]], abs=0.1)
            assert np.mean(row["curves"]["discriminator_loss"][-10:]) == wanted
    assert min(row["fashion_fid"] for row in runs) > 100 * floor["fashion_fid"]  # F


def test_the_four_slopes_are_what_the_kit_computes():
    critic = importlib.import_module("keras").Sequential([layers.Input((2,)), layers.Dense(1)])
    kernel, bias = np.array([[3.0], [-4.0]]), np.array([7.0])
    critic.set_weights([kernel, bias])
    pictures = ops.convert_to_tensor(np.random.default_rng(0).uniform(-1, 1, (8, 2)), "float32")
    penalty, r1, clipped, normalised = e07.e07_2.answer
    assert float(fl.autodiff.GradientPenalty(10.0)(critic, pictures, pictures)) == pytest.approx(
        penalty, rel=1e-5
    )
    assert float(fl.autodiff.R1(10.0)(critic, pictures, pictures)) == pytest.approx(r1, rel=1e-5)
    clip = importlib.import_module("fashionlab.nets.layers").WeightClip(0.01)
    for weights, slope in ((clip(kernel), clipped), (kernel / linalg.norm(kernel, 2), normalised)):
        critic.set_weights([np.asarray(weights), bias])
        squared = fl.autodiff.squared_gradient_norms(critic, pictures)
        np.testing.assert_allclose(np.sqrt(squared), slope, rtol=1e-3)


def test_a_critic_that_proves_the_whole_distance():
    # Fakes are real points moved by 2: W1 is 2, and the steepest critic allowed is 3 x.
    real = np.random.default_rng(0).normal(size=100)
    assert e07.w1_at_least(3 * real, 3 * (real - 2), 3.0) == pytest.approx(2)
    assert e07.w1_at_least(np.tanh(real), np.tanh(real - 2), 1.0) < 2  # another proves less


def test_the_evidence_of_e05_3_is_what_the_explorer_measures():
    view = fl.widgets.damage_explorer("copies", 0)
    examiner = view.state.examiner
    view.close()
    names = [name for name in KINDS if name != "fashion_fid_check"]
    strengths = {"collapse": 0.2, "copies": 0.3, "blur": 0.25, "drop_classes": 0.4}
    for column, name in enumerate(e05.DAMAGES.values(), start=1):
        found = dict(zip(names, examiner.figures(name, strengths[name]), strict=True))
        for figure, row in e05.REPORTS.items():
            assert row[column] == pytest.approx(found[figure], abs=0.003), (name, figure)
    for figure, (undamaged, *_) in e05.REPORTS.items():
        wanted = examiner.chance[:, names.index(figure)]
        assert [float(part) for part in undamaged.split(" +- ")] == pytest.approx(wanted, abs=0.002)


@pytest.mark.parametrize(("name", "answer", "message"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, message):
    verdict = getattr(fl.checks, name)(answer)
    assert verdict.status == "wrong"
    assert message in verdict.message


def test_every_exercise_has_two_wrong_answers_with_messages_of_their_own():
    for exercise in ALL:
        if exercise.name.startswith("e06"):
            continue  # test_bugs.py holds the programs of notebook 06, and repairs of all kinds
        messages = {message for name, _, message in WRONG if name == exercise.name}
        assert len(messages) >= 2, exercise.name
