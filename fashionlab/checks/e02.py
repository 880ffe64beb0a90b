"""Exercises of notebook 02."""

import math

import numpy as np

from fashionlab import losses
from fashionlab.backend import keras, tf
from fashionlab.checks.exercise import Exercise
from fashionlab.errors import ConfigurationError
from fashionlab.train import Lab, LabSettings
from fashionlab.train.point_gan import point_network

ops = keras.ops


def discriminator_step(generator, discriminator, optimizer, real, z):
    """One update of the discriminator on real points and on fakes made of the latents z."""
    fake = generator(z)
    with tf.GradientTape() as tape:
        real_loss = ops.mean(ops.softplus(-discriminator(real)))
        fake_loss = ops.mean(ops.softplus(discriminator(fake)))
        loss = real_loss + fake_loss
    variables = discriminator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)


def generator_step(generator, discriminator, optimizer, z):
    """One update of the generator; z are its latents."""
    with tf.GradientTape() as tape:
        loss = ops.mean(ops.softplus(-discriminator(generator(z))))
    variables = generator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)


def _moves(step, *data):
    """How far a step moves the weights of a small generator and discriminator."""
    generator, discriminator = point_network(2, 2, 1, 8, 0, "g"), point_network(2, 1, 1, 8, 1, "d")
    before = [network.get_weights() for network in (generator, discriminator)]
    step(generator, discriminator, keras.optimizers.SGD(0.1), *map(ops.convert_to_tensor, data))
    after = [network.get_weights() for network in (generator, discriminator)]
    return [
        np.concatenate([(b - a).ravel() for a, b in zip(*pair, strict=True)])
        for pair in zip(before, after, strict=True)
    ]


OUTSIDE = (
    "The tape found no way from the loss to the weights: both networks have to run inside the "
    "with block."
)


def _points(seed, offset):
    return (np.random.default_rng(seed).normal(size=(16, 2)) + offset).astype("float32")


def _only_discriminator(loss):
    """The step with another loss of the real and fake logits."""

    def step(generator, discriminator, optimizer, real, z):
        with tf.GradientTape() as tape:
            value = loss(discriminator(real), discriminator(generator(z)))
        variables = discriminator.trainable_variables
        optimizer.apply(tape.gradient(value, variables), variables)

    return step


def _examine_discriminator_step(answer):
    data = _points(0, 1), _points(1, 0)
    try:
        generator_move, move = _moves(answer, *data)
    except ValueError as error:
        if "No gradients" in str(error):
            return OUTSIDE
        raise
    if np.abs(generator_move).max() > 0:
        return (
            "The generator moved, too. Only discriminator.trainable_variables belong into "
            "tape.gradient and optimizer.apply."
        )
    if np.abs(move).max() == 0:
        return "The discriminator did not move: is there an optimizer.apply(gradients, variables)?"
    softplus, mean = ops.softplus, ops.mean
    known = {
        None: losses.NonSaturating().discriminator,
        "The step is 16 times too long, with 16 points: take ops.mean over the points, no sum.": (
            lambda real, fake: 16 * losses.NonSaturating().discriminator(real, fake)
        ),
        "The step is half as long as it should be: both means are added up, not averaged.": (
            lambda real, fake: losses.NonSaturating().discriminator(real, fake) / 2
        ),
        "It learns to call fakes real and real points fakes: softplus(-real) + softplus(fake).": (
            lambda real, fake: mean(softplus(real)) + mean(softplus(-fake))
        ),
        "It learns from real points alone and would call everything real: add softplus(fake).": (
            lambda real, fake: mean(softplus(-real))
        ),
        "It learns from fakes alone and would call everything fake: add softplus(-real).": (
            lambda real, fake: mean(softplus(fake))
        ),
        "It goes uphill: the gradient of the loss goes to the optimizer as it is, no minus.": (
            lambda real, fake: -losses.NonSaturating().discriminator(real, fake)
        ),
    }
    for message, loss in known.items():
        if np.allclose(move, _moves(_only_discriminator(loss), *data)[1], atol=1e-5):
            return message
    return (
        "The discriminator moves, but not along the gradient of mean softplus(-real) + mean "
        "softplus(fake)."
    )


e02_1 = Exercise(
    name="e02_1",
    examine=_examine_discriminator_step,
    praise="Right: the discriminator learned, and the generator stood still.",
    hint_text=(
        "Under `with tf.GradientTape() as tape:` add ops.mean(ops.softplus(-discriminator(real))) "
        "and ops.mean(ops.softplus(discriminator(fake))). After it, optimizer.apply(tape.gradient("
        "loss, variables), variables), with the variables of one network only."
    ),
    answer=discriminator_step,
)


def _only_generator(loss):
    def step(generator, discriminator, optimizer, z):
        with tf.GradientTape() as tape:
            value = loss(discriminator(generator(z)))
        variables = generator.trainable_variables
        optimizer.apply(tape.gradient(value, variables), variables)

    return step


def _examine_generator_step(answer):
    z = _points(1, 0)
    try:
        move, discriminator_move = _moves(answer, z)
    except ValueError as error:
        if "No gradients" in str(error):
            return OUTSIDE
        raise
    if np.abs(discriminator_move).max() > 0:
        return (
            "The discriminator moved, too. The gradient flows through it, but only "
            "generator.trainable_variables may be changed."
        )
    if np.abs(move).max() == 0:
        return (
            "The generator did not move: is generator(z) called inside the tape, and are the "
            "gradients applied?"
        )
    known = {
        None: lambda fake: losses.NonSaturating().generator(None, fake),
        "The step is 16 times too long, with 16 latents: take ops.mean over them, no sum.": (
            lambda fake: 16 * losses.NonSaturating().generator(None, fake)
        ),
        "It learns to be recognised as fake: the generator wants softplus(-fake) small.": (
            lambda fake: ops.mean(ops.softplus(fake))
        ),
        "This is the saturating loss, log(1 - D). Use softplus(-fake), which is -log D.": (
            lambda fake: losses.Minimax().generator(None, fake)
        ),
    }
    for message, loss in known.items():
        if np.allclose(move, _moves(_only_generator(loss), z)[0], atol=1e-5):
            return message
    return "The generator moves, but not along the gradient of mean softplus(-fake)."


e02_2 = Exercise(
    name="e02_2",
    examine=_examine_generator_step,
    praise="Right: the gradient flowed through the discriminator, and only the generator learned.",
    hint_text=(
        "Like the discriminator's step, but both networks run inside the tape, the loss is "
        "ops.mean(ops.softplus(-fake_logits)), and the variables are the generator's."
    ),
    answer=generator_step,
)

BROKEN = {"discriminator_lr": 0.001, "generator_lr": 0.01, "penalty": "none"}
SEEDS, TURNS, WANTED = (11, 12, 13, 14, 15), 2_000, 3


def _examine_settings(answer):
    if not isinstance(answer, dict):
        return f"Give the changes as a dict, such as dict(units=32), not a {type(answer).__name__}."
    changes = {name: value for name, value in answer.items() if BROKEN.get(name, ...) != value}
    if not changes:
        return "You changed nothing: the generator still collapses."
    if "toy" in changes:
        return "Another distribution is another question: stay on the ring."
    if len(changes) > 2:
        return f"You change {len(changes)} settings; find the one or two that matter."
    try:
        settings = LabSettings().changed(**BROKEN | changes)
    except ConfigurationError as error:
        return str(error)
    work = settings.batch_size * settings.units * settings.hidden_layers
    if work * (settings.discriminator_updates + settings.generator_updates) > 6 * 128 * 64 * 2:
        return (
            "That would take minutes. Five updates of D a turn are the most, and it works with "
            "networks and batches as they are."
        )
    covered = []
    lab = Lab(settings)
    for seed in SEEDS:
        lab.reset(seed)
        lab.train(TURNS)
        lab.record()
        covered.append(int(lab.history["modes"][-1]))
        failed = sum(modes < 7 for modes in covered)
        if len(covered) - failed == WANTED:
            return None
        if failed > len(SEEDS) - WANTED:
            break
    faster = settings.generator_lr / max(settings.discriminator_lr, 1e-9)
    if faster >= 1.5 and settings.discriminator_updates == 1:
        why = f"The generator still learns {faster:.3g} times as fast as its judge."
    else:
        why = "The two are in balance now, but something else is off: look at it in the lab."
    return f"After {TURNS:,} turns it covers {covered} of 8 modes, seed by seed. {why}"


e02_3 = Exercise(
    name="e02_3",
    examine=_examine_settings,
    praise="Right: at least 7 of 8 modes on at least three of five seeds.",
    hint_text=(
        "The generator runs to the one place that its judge likes, and the judge is too slow to "
        "stop it. Which learning rates would you change?"
    ),
    answer={"generator_lr": 0.002, "discriminator_lr": 0.002},
)


class MyLeastSquares:
    """The least-squares loss of Mao et al. 2016."""

    def discriminator(self, real, fake):
        """Logits go to 1 on real points and to 0 on fakes."""
        return 0.5 * ops.mean((real - 1) ** 2) + 0.5 * ops.mean(fake**2)

    def generator(self, real, fake):
        """The generator wants its fakes' logits at 1."""
        return 0.5 * ops.mean((fake - 1) ** 2)


def _examine_loss(answer):
    loss = answer() if isinstance(answer, type) else answer
    for method in ("discriminator", "generator"):
        if not hasattr(loss, method):
            return f"There is no method {method}(self, real, fake)."
    real = np.array([[2.0], [-1.0], [0.5]], "float32")
    fake = np.array([[-0.5], [3.0], [1.5]], "float32")
    reference = losses.LeastSquares()
    for method in ("discriminator", "generator"):
        raw = getattr(loss, method)(real, fake)
        if raw is None or raw is ...:
            return f"{method} returns nothing: it needs a return."
        if np.shape(raw) != ():
            return f"{method} has shape {np.shape(raw)}; a loss is one number, so take the mean."
        found = float(raw)
        wanted = float(getattr(reference, method)(real, fake))
        if math.isclose(found, wanted, rel_tol=1e-4):
            continue
        if math.isclose(found, 2 * wanted, rel_tol=1e-4):
            return f"{method} is twice as large as the paper's: the factor 1/2 is missing."
        if math.isclose(found, 3 * wanted, rel_tol=1e-4):
            return (
                f"{method} adds up over the batch: take the mean, and batch size does not matter."
            )
        turned = {
            "discriminator": float(reference.discriminator(fake, real)),
            "generator": 0.5 * float(np.mean(fake**2)),
        }
        if math.isclose(found, turned[method], rel_tol=1e-4):
            return f"{method} has its targets the wrong way round: who wants to see a 1 where?"
        return f"{method} gives {found:.4f} on the test logits; wanted {wanted:.4f}."
    try:
        LabSettings(loss=loss)
    except ConfigurationError as error:
        return str(error)
    return None


e02_4 = Exercise(
    name="e02_4",
    examine=_examine_loss,
    praise="Right: with this, the discriminator is a regression to 1 and 0.",
    hint_text=(
        "keras.ops.mean and ** 2 are all it takes: (real - 1) ** 2 is the squared distance of a "
        "logit from its target 1."
    ),
    answer=MyLeastSquares,
)
