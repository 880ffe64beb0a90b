"""The two-player training loop, as a `keras.Model`."""

from typing import NamedTuple

import numpy as np

from fashionlab import latent, losses
from fashionlab.backend import tf
from fashionlab.errors import ConfigurationError
from fashionlab.train.resumable import Resumable


class Fakes(NamedTuple):
    """Generated images with what they were made from, and the tape that knows how."""

    z: tf.Tensor
    classes: tf.Tensor | None
    images: tf.Tensor
    tape: tf.GradientTape


class GAN(Resumable):
    """A generator and a discriminator that train against each other under `fit`.

    Every step trains the discriminator on new fakes, once or a few times, then the generator on the
    last of them. Beside the generator runs `averaged_generator`, an exponential moving average of
    its weights: pictures of it are better and calmer, and `sample` uses it.

    Networks that take pairs, latents or images together with class weights `(batch, classes)`, make
    it a conditional GAN: each fake is asked for the class of a real image of the batch, and the
    discriminator judges both beside that class.

    Args:
        generator: Maps latents `(batch, latent_dim)` to images `(batch, h, w, c)` in [-1, 1].
        discriminator: Maps images to logits `(batch, 1)`.
        averaging: Decay of the moving average per step, in [0, 1). It starts lower and rises to
            this value, so that the first, untrained weights are soon forgotten. None keeps no
            average: `averaged_generator` is then the generator itself.
        seed: Seeds the noise of training.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, algorithm 1; the averaging: Yazıcı
        et al., "The Unusual Effectiveness of Averaging in GAN Training", 2018; with classes: Mirza
        & Osindero, "Conditional Generative Adversarial Nets", 2014.
    """

    def __init__(self, generator, discriminator, *, averaging=0.9999, seed=None, name="gan"):
        super().__init__(averaging=averaging, seed=seed, name=name)
        self.generator = generator
        self.discriminator = discriminator
        self.averaged_generator = self._averaged_copy(generator)
        self.conditional = len(generator.inputs) == 2
        self.latent_dim = generator.inputs[0].shape[-1]

    def compile(
        self,
        generator_optimizer,
        discriminator_optimizer,
        loss="non_saturating",
        penalties=(),
        *,
        generator_penalties=(),
        critic_steps=1,
        run_eagerly=False,
        jit_compile=False,
    ):
        """Set how to train.

        Args:
            generator_optimizer: A `keras.optimizers.Optimizer`.
            discriminator_optimizer: Another one; optimizers hold state and cannot be shared.
            loss: A name in `losses.BY_NAME` or an object with the same two methods.
            penalties: Penalties of `autodiff`, added to the discriminator's loss.
            generator_penalties: Such as `losses.ModeSeeking`, added to the generator's loss.
            critic_steps: Turns of the discriminator before each turn of the generator. A batch
                of real images is divided among them.
            run_eagerly: Run line by line, for debugging.
            jit_compile: Compile with XLA: quicker steps on some GPUs, after a slow first one.

        Raises:
            ConfigurationError: The loss is unknown, both players are given one optimizer, or the
                discriminator gets no turn.
        """
        if generator_optimizer is discriminator_optimizer:
            raise ConfigurationError(
                "Both players are given the same optimizer object, but its state belongs to one "
                "network. Make two."
            )
        if critic_steps < 1:
            raise ConfigurationError(
                f"critic_steps={critic_steps}: the discriminator needs a turn, too. Use 1 or more."
            )
        super().compile(optimizer=None, run_eagerly=run_eagerly, jit_compile=jit_compile)
        self.adversarial_loss = losses.get(loss)
        self.boundary = getattr(self.adversarial_loss, "boundary", lambda real, fake: 0.0)
        self.penalties = tuple(penalties)
        self.generator_penalties = tuple(generator_penalties)
        self.critic_steps = critic_steps
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        # Built now, so that a checkpoint finds the variables it is to be loaded into.
        generator_optimizer.build(self.generator.trainable_variables)
        discriminator_optimizer.build(self.discriminator.trainable_variables)
        self._watch("discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy")

    def settings(self):
        return super().settings() | {
            "loss": self.adversarial_loss,
            "penalties": self.penalties,
            "generator penalties": self.generator_penalties,
            "critic steps": self.critic_steps,
            "generator optimizer": self.generator_optimizer,
            "discriminator optimizer": self.discriminator_optimizer,
        }

    def _inputs(self):
        return self.discriminator.inputs

    def parts(self):
        return super().parts() | {
            "generator": self.generator.variables,
            "discriminator": self.discriminator.variables,
            "averaged_generator": self.averaged_generator.variables,
            "generator_optimizer": self.generator_optimizer.variables,
            "discriminator_optimizer": self.discriminator_optimizer.variables,
        }

    def train_step(self, batch):
        """One step of the game.

        Args:
            batch: Real images in [-1, 1]; for a conditional GAN a pair of images and class weights.
        """
        images, classes = batch if self.conditional else (batch, None)
        self.step.assign_add(1)
        statistics = self._statistics(self.generator, self.discriminator)
        turns = self.critic_steps
        parts = tf.split(images, turns)
        classes_of_parts = tf.split(classes, turns) if self.conditional else [None] * turns
        for part, its_classes in zip(parts, classes_of_parts, strict=True):
            fakes = self.make_fakes(tf.shape(part)[0], its_classes)
            real_logits, fake_logits, d_loss = self.train_discriminator(part, fakes)
        # The generator learns from the fakes that the discriminator has just seen: making new ones
        # costs a sixth of the step and makes no better images.
        g_loss = self.train_generator(part, fakes)
        self._put_back(statistics)
        self.average_generator()

        boundary = self.boundary(real_logits, fake_logits)
        self._track(
            discriminator_loss=d_loss,
            generator_loss=g_loss,
            real_accuracy=tf.cast(real_logits > boundary, tf.float32),
            fake_accuracy=tf.cast(fake_logits < boundary, tf.float32),
        )
        return self._results()

    def make_fakes(self, number, classes=None):
        """Images from new noise, of the classes that a conditional GAN is asked for."""
        tape = tf.GradientTape()
        with tape:
            z = self.draw_noise(number)
            images = self.generate(z, classes)
        return Fakes(z, classes, images, tape)

    def generate(self, z, classes=None):
        """Images of latents, in training mode; a conditional generator takes classes, too."""
        return self.generator(z if classes is None else [z, classes], training=True)

    def judge(self, images, classes=None):
        """Logits of images, in training mode; a conditional discriminator takes classes, too."""
        return self.discriminator(images if classes is None else [images, classes], training=True)

    def _judge_of(self, classes):
        """The discriminator of images alone: a penalty moves the images; their classes stay."""
        if classes is None:
            return self.discriminator
        return lambda images, training: self.judge(images, classes)

    def train_discriminator(self, real, fakes=None):
        """Tell real images from fakes a little better; the generator takes no step here.

        Args:
            real: Real images in [-1, 1].
            fakes: As many, from `make_fakes`; None makes new ones.
        """
        count = tf.shape(real)[0]
        _, classes, fake, _ = fakes or self.make_fakes(count)
        both = tf.concat([real, fake], axis=0)
        classes_of_both = None if classes is None else tf.concat([classes, classes], axis=0)
        with tf.GradientTape() as tape:
            logits = self.judge(both, classes_of_both)
            real_logits, fake_logits = logits[:count], logits[count:]
            adversarial = self.adversarial_loss.discriminator(real_logits, fake_logits)
            loss = adversarial + self._penalty(self._judge_of(classes), real, fake)
        variables = self.discriminator.trainable_variables
        self._descend(tape, loss, variables, self.discriminator_optimizer)
        return real_logits, fake_logits, adversarial

    def train_generator(self, real, fakes=None):
        """Make fakes that the discriminator takes for real; it takes no step here.

        What its layers write when called in training, they write here, too: spectral
        normalisation divides each kernel by its largest singular value once more.

        Args:
            real: Real images in [-1, 1], for losses that compare.
            fakes: As many, from `make_fakes`; None makes new ones.
        """
        z, classes, fake, tape = fakes or self.make_fakes(tf.shape(real)[0])
        with tape:  # goes on where the fakes were made
            fake_logits = self.judge(fake, classes)
            # Left out of the compiled graph when the loss does not use it, but for what layers
            # write when called (spectral normalisation its kernels).
            real_logits = self.judge(real, classes)
            adversarial = self.adversarial_loss.generator(real_logits, fake_logits)
            loss = adversarial + sum(penalty(z, fake) for penalty in self.generator_penalties)
        self._descend(tape, loss, self.generator.trainable_variables, self.generator_optimizer)
        return adversarial

    def average_generator(self):
        """Move the averaged generator a step towards the generator."""
        self._average(self.averaged_generator, self.generator)

    def sample(self, number: int, seed: int, classes: np.ndarray | None = None) -> np.ndarray:
        """Images of the averaged generator, float32 `(number, h, w, c)` in [-1, 1].

        Args:
            number: How many images.
            seed: Seeds the latents.
            classes: What a conditional generator is asked for, as in `latent.generate`.
        """
        return latent.sample(self.averaged_generator, number, seed, classes=classes)
