"""Patients that are points in the plane: quick, and everything can be seen."""

from dataclasses import dataclass

import numpy as np

from fashionlab.backend import keras
from fashionlab.budgets import budget
from fashionlab.data import toys
from fashionlab.train import Lab, LabSettings
from fashionlab.train.point_gan import point_network

ops = keras.ops

CLOUD = toys.gaussians("cloud", [[0.5, 0.0]], 0.05)
FAR_PAIR = toys.gaussians("far_pair", [[1.0, 0.6], [0.6, 1.0]], 0.05)
FAKES = 300  # points kept of each look


@dataclass(frozen=True)
class LogOfSigmoid:
    """The non-saturating loss, written as log(sigmoid(logit)) and log(1 - sigmoid(logit)).

    On paper the same as `losses.NonSaturating`; in float32, sigmoid(17) is 1 and log(1 - 1) is
    minus infinity.
    """

    def discriminator(self, real, fake):
        on_real = ops.mean(ops.log(ops.sigmoid(real)))
        return -on_real - ops.mean(ops.log(1 - ops.sigmoid(fake)))

    def generator(self, real, fake):
        return -ops.mean(ops.log(ops.sigmoid(fake)))


def observe(settings, seed, *, probe, looks=30, every=20, head_start=0, linear=False):
    """Train a `Lab` and look at it from time to time.

    Args:
        settings: Keywords of `LabSettings`.
        seed: Seeds weights, noise and points.
        probe: Takes the lab, a look and the weights at the look before, and returns a number.
        looks: How often to look.
        every: Turns between two looks (2 at the smoke budget).
        head_start: Looks at whose time only the discriminator has been training; samples are kept
            from its end, else from a third of the run, and from later on.
        linear: Whether both networks are linear; the generator then starts as a small blob.

    Returns:
        Updates of the discriminator, curves and samples, as in `Evidence`.
    """
    every = budget(smoke=2, laptop=every, gpu=every)
    lab = Lab(LabSettings(seed=seed, **settings), **(_linear_networks(seed) if linear else {}))
    first = head_start - 1 if head_start else looks // 3
    measured, samples = [], {}
    for number in range(looks):
        before = _weights(lab)
        if number < head_start:
            for _ in range(every):
                lab.train_discriminator()
        else:
            lab.train(every)
        look = lab.record()
        measured.append(probe(lab, look, before))
        if number in (first, 2 * looks // 3, looks - 1):
            samples[f"{(number + 1) * every} updates"] = (look.real[:FAKES], look.fake[:FAKES])
    curves = {
        name: np.where(np.isfinite(lab.history[name]), lab.history[name], np.nan)
        for name in ("discriminator_loss", "generator_loss")
    }
    updates = every * np.arange(1, looks + 1) * lab.settings.discriminator_updates
    return updates, curves | {"measurement": np.array(measured)}, samples


def modes(lab, look, before) -> float:
    """Modes of the data that the fakes cover."""
    return lab.history["modes"][-1]


def pull(lab, look, before) -> float:
    """Mean length of the loss's gradient by a generated point."""
    return float(np.linalg.norm(look.pull, axis=1).mean())


def off_centre(lab, look, before) -> float:
    """Distance of the fakes' centre from the centre of the data."""
    return float(np.linalg.norm(look.fake.mean(axis=0) - look.real.mean(axis=0)))


def left_out(lab, look, before) -> float:
    """Updates left out so far."""
    return float(lab.gan.skipped.numpy())


def lead(lab, look, before) -> float:
    """How many times as far the generator's weights have moved as the discriminator's.

    Each player's way since the last look is taken relative to the size of its weights.
    """
    generator, discriminator = (
        np.linalg.norm(now - then) / np.linalg.norm(then)
        for now, then in zip(_weights(lab), before, strict=True)
    )
    return float(generator / discriminator)


def _weights(lab):
    """All weights of each network, in one row."""
    networks = (lab.gan.generator, lab.gan.discriminator)
    return [np.concatenate([w.ravel() for w in network.get_weights()]) for network in networks]


def _linear_networks(seed):
    """A generator that makes a blob of the data's size at the origin, and a linear verdict."""
    generator = point_network(2, 2, 0, 1, seed, "generator")
    generator.set_weights([0.05 * np.eye(2), np.zeros(2)])
    return {
        "generator": generator,
        "discriminator": point_network(2, 1, 0, 1, seed + 1, "discriminator"),
    }
