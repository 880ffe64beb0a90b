"""The bug hunt of notebook 06: its programs as they stand there, and repairs of them, run.

Repairs are written as changes to the program's text, (old, new), so that every test begins with
what a learner finds in the cell.
"""

import itertools
import re

import nbformat
import numpy as np
import pytest

import fashionlab as fl
from fashionlab import shipped
from fashionlab.backend import keras, tf

# Two of the wrong repairs Keras itself has doubts about.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*received `from_logits:UserWarning", "ignore:.*softmax:UserWarning"
)

NAMES = [f"e06_{number}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def programs():
    """Text of the program that each check of the notebook is given."""
    notebook = nbformat.read(shipped.NOTEBOOKS / "06_failure_clinic.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    found = {}
    for program, check in itertools.pairwise(cells):
        if call := re.fullmatch(r"fl\.checks\.(e06_\d+)\((\w+)\)", check):
            name, given = call.groups()
            assert re.search(rf"^(def|class) {given}\b", program, flags=re.MULTILINE), name
            found[name] = program
    return found


def changed(program, *changes):
    for old, new in changes:
        assert program.count(old) == 1, old
        program = program.replace(old, new)
    return program


def answer(program):
    """The function or class that a program defines."""
    names = {"np": np, "keras": keras, "tf": tf, "layers": keras.layers, "ops": keras.ops}
    before = set(names)
    exec(program, names)
    (defined,) = (names[name] for name in names.keys() - before - {"__builtins__"})
    return defined


def check(name, program):
    return getattr(fl.checks, name)(answer(program))


# What the check says of the program as printed: its symptom.
SYMPTOMS = {
    "e06_1": "64 of 64 fakes have pixels that no image has",
    "e06_2": "each of your batches of 60 holds a single one",
    "e06_3": "The fakes lack fine detail",
    "e06_4": "get 1, out of 2 numbers",
    "e06_5": "so the left sleeve cannot know of the right one",
    "e06_6": "learns nothing from them: the slope is 0",
    "e06_7": "do not lie between",
    "e06_8": "is nan: the slope of a root at 0 is infinite",
    "e06_9": "not one weight of the discriminator has moved: it was told not to learn, and nobody "
    'told it otherwise. Keras only warned: "The model does not have any trainable weights."',
    "e06_10": "yet 16 of 16 fakes have changed",
    "e06_11": "The same latent gives another picture",
    "e06_12": "What you see is decoded noise",
}


def test_the_notebook_holds_a_short_program_for_each_check(programs):
    assert sorted(programs) == sorted(NAMES) == sorted(SYMPTOMS)
    assert max(len(program.splitlines()) for program in programs.values()) <= 15


@pytest.mark.parametrize("name", NAMES)
def test_the_program_as_printed_is_refused_with_its_symptom(name, programs):
    verdict = check(name, programs[name])
    assert verdict.status == "wrong"
    assert SYMPTOMS[name] in verdict.message


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_has_the_name_that_the_program_has(name, programs):
    solution = getattr(fl.checks, name).answer
    assert solution.__name__ == answer(programs[name]).__name__


WRITTEN_ON_A_TAPE = """
def train(generator, discriminator, points, turns):
    for _ in range(turns):
        z = keras.random.normal((len(points), 2))
        for network in (discriminator, generator):
            with tf.GradientTape() as tape:
                fake = discriminator(generator(z))
                loss = ops.mean(ops.softplus(-fake))
                if network is discriminator:
                    loss = ops.mean(ops.softplus(-discriminator(points)) + ops.softplus(fake))
            slopes = tape.gradient(loss, network.trainable_variables)
            for variable, slope in zip(network.trainable_variables, slopes):
                variable.assign_sub(0.1 * slope)
"""

SLERP = """
def stylize(content, style, encoder, decoder, strength=0.5):
    a, b = encoder(content), encoder(style)
    length = ops.norm(a, axis=1, keepdims=True) * ops.norm(b, axis=1, keepdims=True)
    angle = ops.arccos(ops.sum(a * b, axis=1, keepdims=True) / length)
    blend = ops.sin((1 - strength) * angle) * a + ops.sin(strength * angle) * b
    return decoder(blend / ops.sin(angle))
"""

STATISTICS = """
def stylize(content, style, encoder, decoder, strength=0.5):
    a, b = encoder(content), encoder(style)
    mean, std = ops.mean(a, axis=1, keepdims=True), ops.std(a, axis=1, keepdims=True)
    moved = (a - mean) / std * ops.std(b, axis=1, keepdims=True)
    moved = moved + ops.mean(b, axis=1, keepdims=True)
    return decoder((1 - strength) * a + strength * moved)
"""

NUMPY_BATCHES = """
class batches:
    def __init__(self, images, batch_size):
        self.images, self.batch_size = images, batch_size
        self.rng = np.random.default_rng()

    def __iter__(self):
        mixed = self.rng.permutation(self.images)
        return iter(mixed.reshape(-1, self.batch_size, *self.images.shape[1:]))
"""

DCGAN_PAPER = """
def make_generator():
    return keras.Sequential([
        keras.Input((1, 1, 100)),
        layers.Conv2DTranspose(32, 7),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(16, 4, 2, "same"),
        layers.ReLU(),
        layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
    ])
"""

WIDE_KERNELS = """
def make_generator():
    seven = [layers.Conv2D(4, 7, padding="same", activation="elu") for _ in range(5)]
    last = layers.Conv2D(1, 7, padding="same", activation="tanh")
    return keras.Sequential([keras.Input((28, 28, 1)), *seven, last])
"""

IN_INIT, FRESH = "self.grids = []", "keras.random.normal((16, self.model.latent_dim))"
DENSE_FIRST = "keras.Input((64,)), layers.Dense(784), layers.Reshape((28, 28, 1)),"
LOSS_BY_NAME = "keras.losses.BinaryCrossentropy()"
NOT_TRAINABLE = "    discriminator.trainable = False\n"
COMBINED = "    combined.compile(keras.optimizers.Adam(0.01), loss)\n"
FAKE_LINE = "    fake = ops.image.resize(fake, (256, 256))\n"
ALPHA = "keras.random.normal((len(real), 1, 1, 1))"
ROOT = "ops.sqrt(ops.sum(ops.square(gradients), axis=1))"
DOWN_AND_UP = "ops.image.resize(ops.image.resize(photographs, (28, 28)), (256, 256)), fake"
BATCHED_FIRST = ".batch(batch_size).shuffle(len(images))"
NORMAL, RESHAPED = ".normal([number, latent_dim])", "noise.reshape(1, -1)"
RANDOM_CODE = "keras.random.normal(ops.shape(content_code + style_code))"
BLEND = "(1 - strength) * content_code + strength * style_code"

# Other repairs than the kit's own, as changes or whole.
REPAIRS = [
    ("e06_1", ('"tanh"', '"sigmoid"')),
    ("e06_1", ("/ 255", "/ 128 - 1")),
    (
        "e06_1",
        ("layers.Reshape((28, 28, 1)),", "layers.Reshape((28, 28, 1)), layers.Rescaling(0.5, 0.5)"),
    ),
    ("e06_2", NUMPY_BATCHES),
    ("e06_2", (".batch(batch_size)", ".cache()"), ("(len(images))", "(10_000).batch(batch_size)")),
    (
        "e06_3",
        (FAKE_LINE, ""),
        ("photographs, fake", "ops.image.resize(photographs, (28, 28), antialias=True), fake"),
    ),
    (
        "e06_3",
        ("photographs, fake", DOWN_AND_UP),
    ),
    ("e06_4", (NORMAL, ".standard_normal((number, latent_dim))"), (RESHAPED, "noise")),
    (
        "e06_4",
        (NORMAL, ".normal(0, 1, (number, latent_dim))"),
        (f"generator({RESHAPED})", "np.concatenate([generator(z[None]) for z in noise])"),
    ),
    ("e06_5", DCGAN_PAPER),
    ("e06_5", ("keras.Input((28, 28, 1)),", DENSE_FIRST)),
    ("e06_6", ("layers.Dense(1)", 'layers.Dense(1, activation="sigmoid")')),
    (
        "e06_6",
        (LOSS_BY_NAME, "lambda real, logits: ops.mean(ops.softplus(logits) - real * logits)"),
    ),
    ("e06_6", (LOSS_BY_NAME, "keras.losses.MeanSquaredError()")),
    ("e06_6", (LOSS_BY_NAME, "keras.losses.Hinge()")),
    ("e06_7", (ALPHA, "np.random.default_rng().random((len(real), 1, 1, 1), dtype='float32')")),
    (
        "e06_7",
        (ALPHA, "tf.random.uniform([len(real), 1, 1, 1])"),
        ("alpha * real + (1 - alpha) * fake", "real + alpha * (fake - real)"),
    ),
    ("e06_8", (ROOT, "ops.sqrt(ops.maximum(ops.sum(gradients**2, axis=1), 1e-10))")),
    ("e06_8", ("axis=1))", "axis=1) + 1e-6)")),
    ("e06_9", WRITTEN_ON_A_TAPE),
    ("e06_10", (FRESH, "keras.random.normal((16, self.model.latent_dim), seed=0)")),
    (
        "e06_10",
        (IN_INIT, "self.grids, self.z = [], keras.random.normal((16, 2))"),
        (f"z = {FRESH}", "z = self.z"),
    ),
    ("e06_10", ("ops.convert_to_numpy(self.model.generator(z))", "self.model.sample(16, seed=3)")),
    ("e06_11", (", training=True", "")),
    ("e06_11", ("generator(z, training=True)", "generator.predict(z, verbose=0)")),
    ("e06_12", SLERP),
    ("e06_12", STATISTICS),
]

# Repairs that are none; each is told so in its own words.
WRONG = [
    ("e06_1", ("/ 255", "/ 127.5"), "The images run from 0 to 2, this generator only from -1 to 1"),
    ("e06_1", ("/ 255", "/ 127.5 - 1"), ('"tanh"', '"sigmoid"'), "some shades it can never paint"),
    ("e06_1", ('"tanh"', '"relu"'), "nothing keeps them in the range"),
    ("e06_1", ("return images, generator", "pass"), "returns nothing"),
    (
        "e06_2",
        (".batch(batch_size)", ""),
        ("len(images)", "50).batch(batch_size"),
        "near neighbours",
    ),
    (
        "e06_2",
        (
            BATCHED_FIRST,
            ".shuffle(len(images), reshuffle_each_iteration=False).batch(batch_size)",
        ),
        "the same order as the first",
    ),
    (
        "e06_2",
        (
            BATCHED_FIRST,
            ".repeat().shuffle(len(images)).batch(batch_size)",
        ),
        "not each once",
    ),
    ("e06_2", (".batch(batch_size)", ""), "Batches of 60 images were wanted"),
    (
        "e06_2",
        ("return dataset", "return iter(list(dataset"),
        ("shuffle(len(images))", "shuffle(9)))"),
        "only once",
    ),
    ("e06_3", (FAKE_LINE, ""), "no discriminator takes both"),
    (
        "e06_3",
        (FAKE_LINE, "    fake = ops.pad(fake, ((0, 0), (114, 114), (114, 114), (0, 0)))\n"),
        "stands in an empty frame",
    ),
    (
        "e06_3",
        ("(256, 256))", '(256, 256), interpolation="nearest")'),
        "The fakes lack fine detail",
    ),
    (
        "e06_3",
        ("(256, 256))", '(256, 256), interpolation="nearest")'),
        ("photographs, fake", DOWN_AND_UP),
        "the real images are those that lack fine detail",
    ),
    (
        "e06_4",
        (NORMAL, ".uniform(size=(number, latent_dim))"),
        (RESHAPED, "noise"),
        "standard deviation 0.29",
    ),
    (
        "e06_4",
        (NORMAL, ".normal(size=latent_dim)"),
        (RESHAPED, "np.tile(noise, (number, 1))"),
        "only 1 differ",
    ),
    (
        "e06_4",
        (f"default_rng(){NORMAL}", "default_rng(0).normal(size=(number, latent_dim))"),
        (RESHAPED, "noise"),
        "the same 64 pictures again",
    ),
    (
        "e06_4",
        (NORMAL, ".normal(size=(64, 100))"),
        (RESHAPED, "noise"),
        "Asked for 3 pictures out of 7 numbers each",
    ),
    ("e06_4", (NORMAL, ".normal(size=latent_dim)"), "64 pictures were wanted; you return 1"),
    ("e06_4", (RESHAPED, "np.tile(noise, (number, 1))"), "Latents of shape (100,)"),
    (
        "e06_5",
        ("keras.Input((28, 28, 1))", "keras.Input((784,)), layers.Reshape((28, 28, 1))"),
        "the left sleeve",
    ),
    (
        "e06_5",
        ("keras.Input((28, 28, 1))", "keras.Input((100,)), layers.Reshape((10, 10, 1))"),
        "It makes (10, 10, 1)",
    ),
    (
        "e06_5",
        ("keras.Input((28, 28, 1)),", DENSE_FIRST),
        ('activation="tanh"', "bias_initializer='ones'"),
        "keep them in [-1, 1]",
    ),
    ("e06_5", WIDE_KERNELS, "of 784 pixels"),
    ("e06_5", ("keras.Input((28, 28, 1)),", ""), "begin with keras.Input"),
    (
        "e06_6",
        ("layers.Dense(1)", 'layers.Dense(1, activation="sigmoid")'),
        (LOSS_BY_NAME, "keras.losses.BinaryCrossentropy(from_logits=True)"),
        "squeezed twice",
    ),
    (
        "e06_6",
        ("layers.Dense(1)", 'layers.Dense(1, activation="softmax")'),
        "D says 1 to every point",
    ),
    ("e06_6", (LOSS_BY_NAME, '"binary_crossentropy"'), "and not 'binary_crossentropy'"),
    (
        "e06_7",
        (ALPHA, "ops.clip(keras.random.normal((len(real), 1, 1, 1)), 0, 1)"),
        "an end of the way itself",
    ),
    ("e06_7", (ALPHA, "ops.sigmoid(keras.random.normal((len(real), 1, 1, 1)))"), "but not evenly"),
    ("e06_7", (ALPHA, "keras.random.uniform((1, 1, 1, 1))"), "All images have the same alpha"),
    ("e06_7", (ALPHA, "keras.random.uniform(real.shape)"), "Each pixel has an alpha of its own"),
    ("e06_8", (ROOT, "ops.sum(ops.square(gradients), axis=1)"), "you compare its squared length"),
    ("e06_8", ("axis=1))", "axis=1)) + 1e-12"), "infinity times 0"),
    ("e06_8", ("axis=1))", "axis=1) + 1)"), "the penalty is (5 - 1)^2 = 16; yours is 16.8"),
    (
        "e06_8",
        ("norms = ", "norms = ops.stop_gradient("),
        ("axis=1))\n", "axis=1)))\n"),
        "cannot restrain them",
    ),
    (
        "e06_8",
        ("axis=1))", "axis=1) + 0.005)"),
        "Where the gradient is 0, the penalty is (0 - 1)^2 = 1; yours",
    ),
    ("e06_9", (NOT_TRAINABLE, ""), "the generator's updates take back"),
    (
        "e06_9",
        (COMBINED, COMBINED + "    discriminator.trainable = True\n"),
        "the generator's updates take back",
    ),
    (
        "e06_9",
        (NOT_TRAINABLE, ""),
        ("        combined.train_on_batch(z, ones)", ""),
        "not one weight of the generator",
    ),
    ("e06_10", (FRESH, "ops.zeros((16, self.model.latent_dim))"), "only 1 differ"),
    (
        "e06_10",
        (
            "        self.grids.append(ops",
            "        self.grids.append(self.grids[0] if self.grids else ops",
        ),
        "stays the same even when",
    ),
    (
        "e06_10",
        ("        self.grids.append", "        if epoch == 0: self.grids.append"),
        "there are 1 grids",
    ),
    (
        "e06_10",
        (IN_INIT, f"self.grids, self.z = [], {FRESH}"),
        ("        z = " + FRESH, "        z = self.z"),
        "on_train_begin is the first place",
    ),
    ("e06_10", (FRESH, "keras.random.normal((16, 100), seed=0)"), "have another length"),
    (
        "e06_11",
        (
            "generator(z, training=True)",
            "ops.concatenate([generator(row[None], training=True) for row in z])",
        ),
        "all 16 pictures are the same",
    ),
    (
        "e06_11",
        ("    return", "    generator.trainable = False\n    return"),
        "can no longer be trained",
    ),
    (
        "e06_12",
        (RANDOM_CODE, "content_code + 0 * " + RANDOM_CODE),
        "another style image changes nothing",
    ),
    (
        "e06_12",
        ("encoder(content)", "content"),
        ("encoder(style)", "style"),
        (RANDOM_CODE, BLEND),
        ("decoder(blend)", "blend"),
        "not both codes: pixels are mixed",
    ),
    ("e06_12", (RANDOM_CODE, "style_code"), "another content image changes nothing"),
    ("e06_12", (RANDOM_CODE, f"{BLEND} + 0.1 * {RANDOM_CODE}"), "another picture each time"),
    ("e06_12", (RANDOM_CODE, "(content_code + style_code) / 2"), "With strength 0"),
]


@pytest.mark.parametrize(("name", "changes"), [(name, changes) for name, *changes in REPAIRS])
def test_any_repair_that_works_is_right(name, changes, programs):
    (whole,) = changes if isinstance(changes[0], str) else [changed(programs[name], *changes)]
    verdict = check(name, whole)
    assert verdict.status == "right", verdict


@pytest.mark.parametrize(
    ("name", "changes", "message"), [(name, changes, message) for name, *changes, message in WRONG]
)
def test_a_repair_that_does_not_work_is_told_why(name, changes, message, programs):
    (whole,) = changes if isinstance(changes[0], str) else [changed(programs[name], *changes)]
    verdict = check(name, whole)
    assert verdict.status == "wrong"
    assert message in verdict.message


@pytest.mark.parametrize("name", NAMES)
def test_every_bug_has_another_repair_and_a_wrong_one_with_its_own_message(name):
    assert name in {repair[0] for repair in REPAIRS}
    assert {message for wrong, *_, message in WRONG if wrong == name} - {SYMPTOMS[name]}
