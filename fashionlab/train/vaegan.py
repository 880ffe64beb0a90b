"""Autoencoders whose latents can be sampled: the VAE, and the VAE-GAN that learns what is alike."""

from typing import NamedTuple

import numpy as np

from fashionlab import latent, losses
from fashionlab.backend import tf
from fashionlab.data.arrays import checked_images
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import in_batches
from fashionlab.train.resumable import Resumable
from fashionlab.variational import gaussian_error, kl_to_standard_normal, reparameterise


class Autoencoder(Resumable):
    """An encoder, a decoder, and moving averages of both: what `VAE` and `VAEGAN` train.

    Args:
        encoder: Maps images `(batch, h, w, c)` in [-1, 1] to a pair: means and log-variances of
            latents, `(batch, latent_dim)` each.
        decoder: A generator: maps latents `(batch, latent_dim)` to images in [-1, 1].
        averaging: Decay of the moving averages per step, in [0, 1), as in `GAN`; None keeps none.
        seed: Seeds the noise of training.

    Raises:
        ConfigurationError: The networks do not fit each other.
    """

    def __init__(self, encoder, decoder, *, averaging, seed, name):
        super().__init__(averaging=averaging, seed=seed, name=name)
        self.encoder, self.decoder = encoder, decoder
        self.latent_dim = decoder.input_shape[-1]
        wanted = 2 * [(None, self.latent_dim)]
        found = [tuple(output.shape) for output in encoder.outputs]
        if found != wanted:
            raise ConfigurationError(
                f"The encoder's outputs have shapes {found}; wanted {wanted}: means and "
                f"log-variances of the latents that the decoder takes."
            )
        if encoder.input_shape != decoder.output_shape:
            raise ConfigurationError(
                f"The encoder takes images {encoder.input_shape[1:]}, the decoder makes "
                f"{decoder.output_shape[1:]}. Build both for one size."
            )
        self.averaged_encoder = self._averaged_copy(encoder)
        self.averaged_decoder = self._averaged_copy(decoder)

    def _inputs(self):
        return self.encoder.inputs

    def parts(self):
        names = ("encoder", "decoder", "averaged_encoder", "averaged_decoder")
        return super().parts() | {name: getattr(self, name).variables for name in names}

    def _encode_for_training(self, images):
        """Latents drawn for images, and the mean KL divergence of what they are drawn from."""
        mean, log_variance = self.encoder(images, training=True)
        z = reparameterise(mean, log_variance, self.draw_noise(tf.shape(images)[0]))
        return z, tf.reduce_mean(kl_to_standard_normal(mean, log_variance))

    def _average_networks(self):
        self._average(self.averaged_encoder, self.encoder)
        self._average(self.averaged_decoder, self.decoder)

    def encode(self, images: np.ndarray, batch_size: int = 250) -> np.ndarray:
        """The means of the latents that the averaged encoder finds.

        Args:
            images: float32 `(number, h, w, c)` in [-1, 1].
            batch_size: Images looked at together; bounds the memory.

        Returns:
            float32 `(number, latent_dim)`.

        Raises:
            DataError: The images have another shape or range.
        """
        images = checked_images(images, self.encoder.input_shape[1:])
        return in_batches(
            lambda batch: self.averaged_encoder(batch, training=False)[0],
            images,
            batch_size=batch_size,
        )

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What the averaged decoder makes of the latents that `encode` finds.

        Args:
            images: float32 `(number, h, w, c)` in [-1, 1].

        Returns:
            float32 of the same shape, in [-1, 1].

        Raises:
            DataError: The images have another shape or range.
        """
        return latent.generate(self.averaged_decoder, self.encode(images))

    def sample(self, number: int, seed: int) -> np.ndarray:
        """Images of the averaged decoder, float32 `(number, h, w, c)` in [-1, 1]."""
        return latent.sample(self.averaged_decoder, number, seed)


class VAE(Autoencoder):
    """An encoder and a decoder that train together under `fit`.

    The loss is the negative evidence lower bound, in nats an image, but for a constant that depends
    on the variance alone: the error of the pixels that come back, plus the distance of the latents
    from the standard normal.

    Reference:
        Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, algorithm 1.
    """

    def __init__(self, encoder, decoder, *, averaging=0.9999, seed=None, name="vae"):
        super().__init__(encoder, decoder, averaging=averaging, seed=seed, name=name)

    def compile(self, optimizer, *, variance=0.04, beta=1.0, run_eagerly=False, jit_compile=False):
        """Set how to train.

        Args:
            optimizer: A `keras.optimizers.Optimizer`, for both networks.
            variance: Variance of a pixel around what the decoder says, in squared pixel values. The
                most likely one is the mean squared error that training ends with (Rybkin,
                Daniilidis & Levine, "Simple and Effective VAE Training with Calibrated Decoders",
                2021).
            beta: Weight of the KL divergence. 1 is the bound itself; less gives better
                reconstructions and worse samples (Higgins et al., "beta-VAE", 2017, equation 4).
            run_eagerly: Run line by line, for debugging.
            jit_compile: Compile with XLA.
        """
        super().compile(optimizer=optimizer, run_eagerly=run_eagerly, jit_compile=jit_compile)
        # Built now, so that a checkpoint finds the variables it is to be loaded into.
        optimizer.build(self.encoder.trainable_variables + self.decoder.trainable_variables)
        self.variance, self.beta = variance, beta
        self._watch("loss", "pixel_error", "kl")

    def settings(self):
        return super().settings() | {
            "optimizer": self.optimizer,
            "variance": self.variance,
            "beta": self.beta,
        }

    def parts(self):
        return super().parts() | {"optimizer": self.optimizer.variables}

    def train_step(self, real):
        """One step on a batch of real images in [-1, 1]."""
        self.step.assign_add(1)
        statistics = self._statistics(self.encoder, self.decoder)
        with tf.GradientTape() as tape:
            z, kl = self._encode_for_training(real)
            images = self.decoder(z, training=True)
            error = tf.reduce_mean(gaussian_error(real, images, self.variance))
            loss = error + self.beta * kl
        variables = self.encoder.trainable_variables + self.decoder.trainable_variables
        self._descend(tape, loss, variables, self.optimizer)
        self._put_back(statistics)
        self._average_networks()
        self._track(loss=loss, pixel_error=tf.reduce_mean(tf.square(real - images)), kl=kl)
        return self._results()


class Losses(NamedTuple):
    """What each network of a `VAEGAN` minimises: scalars."""

    encoder: tf.Tensor
    decoder: tf.Tensor
    discriminator: tf.Tensor


class VAEGAN(Autoencoder):
    """A VAE that compares images by what a discriminator finds in them, not pixel by pixel.

    Three networks learn in each step, from one pass through all of them:

    - the discriminator tells real images from reconstructions and samples;
    - the decoder makes both pass for real, and the features of reconstructions come out right;
    - the encoder finds latents from which the features come back, close to the standard normal.

    Args:
        encoder: As in `VAE`.
        decoder: As in `VAE`.
        discriminator: Maps images to a pair: features of an inner layer and logits `(batch, 1)`, as
            `nets.with_features` makes it.
        averaging: As in `VAE`.
        seed: As in `VAE`.

    Raises:
        ConfigurationError: The networks do not fit each other.

    Reference:
        Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2015,
        algorithm 1 and equations 7 to 9. There the decoder minimises log(1 - D), here it maximises
        log D (`losses.NonSaturating`).
    """

    def __init__(
        self, encoder, decoder, discriminator, *, averaging=0.9999, seed=None, name="vaegan"
    ):
        super().__init__(encoder, decoder, averaging=averaging, seed=seed, name=name)
        if len(discriminator.outputs) != 2:
            raise ConfigurationError(
                f"The discriminator {discriminator.name} gives {len(discriminator.outputs)} "
                f"output; wanted features and logits. Use nets.with_features(discriminator)."
            )
        self.discriminator = discriminator

    def compile(
        self,
        encoder_optimizer,
        decoder_optimizer,
        discriminator_optimizer,
        penalties=(),
        *,
        variance=1.0,
        beta=1.0,
        gamma=1.0,
        run_eagerly=False,
        jit_compile=False,
    ):
        """Set how to train.

        Args:
            encoder_optimizer: A `keras.optimizers.Optimizer`.
            decoder_optimizer: Another one; optimizers hold state and cannot be shared.
            discriminator_optimizer: A third one.
            penalties: Penalties of `autodiff`, added to the discriminator's loss.
            variance: Variance of a feature around that of the reconstruction, in squared units of
                the features; 1 in the paper.
            beta: Weight of the KL divergence in the encoder's loss; 1 in the paper.
            gamma: Weight of the feature error in the decoder's loss, against passing for real.
            run_eagerly: Run line by line, for debugging.
            jit_compile: Compile with XLA.

        Raises:
            ConfigurationError: Two networks are given one optimizer.
        """
        optimizers = (encoder_optimizer, decoder_optimizer, discriminator_optimizer)
        if len({id(optimizer) for optimizer in optimizers}) < 3:
            raise ConfigurationError(
                "Two networks are given the same optimizer object, but its state belongs to one "
                "network. Make three."
            )
        super().compile(optimizer=None, run_eagerly=run_eagerly, jit_compile=jit_compile)
        self.adversarial_loss = losses.NonSaturating()
        self.penalties = tuple(penalties)
        self.variance, self.beta, self.gamma = variance, beta, gamma
        self.encoder_optimizer, self.decoder_optimizer, self.discriminator_optimizer = optimizers
        for network, optimizer in self._players():
            optimizer.build(network.trainable_variables)
        self._watch(
            "discriminator_loss",
            "generator_loss",
            "real_accuracy",
            "fake_accuracy",
            "feature_error",
            "pixel_error",
            "kl",
        )

    def _players(self):
        """Networks with their optimizers, in the order of `Losses`."""
        return (
            (self.encoder, self.encoder_optimizer),
            (self.decoder, self.decoder_optimizer),
            (self.discriminator, self.discriminator_optimizer),
        )

    def settings(self):
        return super().settings() | {
            "penalties": self.penalties,
            "variance": self.variance,
            "beta": self.beta,
            "gamma": self.gamma,
            "encoder optimizer": self.encoder_optimizer,
            "decoder optimizer": self.decoder_optimizer,
            "discriminator optimizer": self.discriminator_optimizer,
        }

    def parts(self):
        return super().parts() | {
            "discriminator": self.discriminator.variables,
            "encoder_optimizer": self.encoder_optimizer.variables,
            "decoder_optimizer": self.decoder_optimizer.variables,
            "discriminator_optimizer": self.discriminator_optimizer.variables,
        }

    def train_step(self, real):
        """One step on a batch of real images in [-1, 1]."""
        self.step.assign_add(1)
        statistics = self._statistics(self.encoder, self.decoder, self.discriminator)
        with tf.GradientTape(persistent=True) as tape:
            minimised = self.play(real)
        for loss, (network, optimizer) in zip(minimised, self._players(), strict=True):
            self._descend(tape, loss, network.trainable_variables, optimizer)
        self._put_back(statistics)
        self._average_networks()
        return self._results()

    def play(self, real) -> Losses:
        """Pass a batch through all networks: what each of them minimises.

        Args:
            real: Real images in [-1, 1].
        """
        count = tf.shape(real)[0]
        z, kl = self._encode_for_training(real)
        fake = self.decoder(tf.concat([z, self.draw_noise(count)], axis=0), training=True)
        reconstructions = fake[:count]  # the others are samples

        features, logits = self.discriminator(tf.concat([real, fake], axis=0), training=True)
        real_logits, fake_logits = logits[:count], logits[count:]
        feature_error = tf.reduce_mean(
            gaussian_error(features[:count], features[count : 2 * count], self.variance)
        )
        generator_loss = self.adversarial_loss.generator(real_logits, fake_logits)
        discriminator_loss = self.adversarial_loss.discriminator(real_logits, fake_logits)

        self._track(
            discriminator_loss=discriminator_loss,
            generator_loss=generator_loss,
            real_accuracy=tf.cast(real_logits > 0, tf.float32),
            fake_accuracy=tf.cast(fake_logits < 0, tf.float32),
            feature_error=feature_error,
            pixel_error=tf.reduce_mean(tf.square(real - reconstructions)),
            kl=kl,
        )
        return Losses(
            encoder=self.beta * kl + feature_error,
            decoder=self.gamma * feature_error + generator_loss,
            discriminator=discriminator_loss + self._penalty(self._logits, real, fake[::2]),
        )

    def _logits(self, images, training):
        return self.discriminator(images, training=training)[1]
