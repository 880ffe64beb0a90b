"""Training of a decoder that turns restyled features back into images."""

import numpy as np

from fashionlab.backend import keras, tf
from fashionlab.data import UnpairedBatches
from fashionlab.errors import ConfigurationError
from fashionlab.style.adain import LAYERS, STEP, grain, restyled
from fashionlab.style.inputs import SMALLEST
from fashionlab.style.losses import gram, style_loss
from fashionlab.train.resumable import Resumable

ITSELF = 4  # one image of so many is given itself for its style
MOST_GRAIN = 0.4  # more than `style.adain` uses, so that it is free to use less or more


class AdaIN(Resumable):
    """A decoder that trains under `fit`, for style transfer in one pass by `style.adain`.

    The encoder stays as it is. In each step it sees contents, with some grain on them, and styles;
    the features of each content are given the means and deviations of its style's, and the decoder
    makes an image of them. Seen by the encoder again, that image shall have the coarse features
    that it was made of, and on every layer the Gram matrix of the style.

    Of a quarter of the contents the style is the content itself, without grain. Nothing has to
    change then, so the right image is known pixel by pixel: this is what teaches true colours and
    sharp edges, which features alone leave open.

    Args:
        encoder: `keras.Model` from images `(batch, h, w, 3)` to a dictionary of activations, as
            `style.perceptual` gives it.
        decoder: `keras.Model` from such a dictionary to images, as `nets.adain_decoder()` is.
        averaging: Decay of the moving average of the decoder per step, in [0, 1); None keeps none.
        seed: Seeds the grain.

    Raises:
        ConfigurationError: The networks do not fit each other.

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, section 6.2. There the style loss compares means and deviations, which
        leaves it open what colours go together; grain, and contents that are their own style, are
        additions.
    """

    def __init__(self, encoder, decoder, *, averaging=0.999, seed=None, name="adain"):
        super().__init__(averaging=averaging, seed=seed, name=name)
        found = encoder.output if isinstance(encoder.output, dict) else {}
        for layer, wanted in decoder.input.items():
            if layer not in found or found[layer].shape[-1] != wanted.shape[-1]:
                raise ConfigurationError(
                    f"The decoder takes {wanted.shape[-1]} channels of the layer {layer!r}, which "
                    f"the encoder {encoder.name!r} does not give. Use style.perceptual() and "
                    f"nets.adain_decoder()."
                )
        encoder.trainable = False
        self.encoder, self.decoder = encoder, decoder
        self.averaged_decoder = self._averaged_copy(decoder)

    def _inputs(self):
        return self.encoder.inputs

    def compile(
        self,
        optimizer,
        *,
        style_weight=20.0,
        pixel_weight=10.0,
        run_eagerly=False,
        jit_compile=False,
    ):
        """Set how to train.

        Args:
            optimizer: A `keras.optimizers.Optimizer`; the paper takes Adam.
            style_weight: Weight of the style loss, next to the content loss: the paper's lambda.
                The loss of each layer is a share of what a grey image would have.
            pixel_weight: Weight of the mean absolute error of the pixels of those contents that are
                their own style.
            run_eagerly: Run line by line, for debugging.
            jit_compile: Compile with XLA.
        """
        super().compile(optimizer=optimizer, run_eagerly=run_eagerly, jit_compile=jit_compile)
        optimizer.build(self.decoder.trainable_variables)
        self.style_weight, self.pixel_weight = style_weight, pixel_weight
        self._watch("loss", "content_loss", "style_loss", "pixel_error")

    def settings(self):
        return super().settings() | {
            "encoder": np.concatenate([weight.ravel() for weight in self.encoder.get_weights()]),
            "optimizer": self.optimizer,
            "style weight": self.style_weight,
            "pixel weight": self.pixel_weight,
        }

    def parts(self):
        return super().parts() | {
            "decoder": self.decoder.variables,
            "averaged_decoder": self.averaged_decoder.variables,
            "optimizer": self.optimizer.variables,
        }

    def fit(self, x, **kwargs):
        """Train on pairs of contents and styles; everything else as in `GAN.fit`.

        Args:
            x: `data.UnpairedBatches` of contents and styles, two or more of each in a batch, whose
                sides are multiples of 8 from 32.
            **kwargs: `epochs`, `callbacks` and what else `GAN.fit` takes.

        Returns:
            `keras.callbacks.History` of this call's epochs.

        Raises:
            ConfigurationError: There are no such batches.
        """
        if not isinstance(x, UnpairedBatches):
            raise ConfigurationError(
                f"{self.name}.fit wants contents and styles, and got a {type(x).__name__}. Use "
                f"data.UnpairedBatches(contents, styles, batch_size=8)."
            )
        return super().fit(x, **kwargs)

    def _check_shapes(self, batches):
        for name, images in (("contents", batches.images), ("styles", batches.others)):
            sides, channels = images.shape[1:3], images.shape[3]
            if channels != 3 or any(side % STEP or side < SMALLEST for side in sides):
                raise ConfigurationError(
                    f"The {name} are of shape {images.shape[1:]}; wanted three channels, and sides "
                    f"that are multiples of {STEP} from {SMALLEST}. Use read_images(folder, "
                    f"size=96)."
                )
        if batches.batch_size < 2:
            raise ConfigurationError(
                "A batch of one content would always be given itself for its style. Use 2 or more."
            )

    def train_step(self, batch):
        """One step on contents and styles in [-1, 1]."""
        contents, styles = batch
        self.step.assign_add(1)
        known = max(1, contents.shape[0] // ITSELF)
        styles = self.encoder(tf.concat([contents[:known], styles[known:]], axis=0), training=False)
        grams = {name: gram(features) for name, features in styles.items()}
        grained = self.encoder(contents + self._grain(contents.shape, known), training=False)
        target = restyled(grained, styles)
        with tf.GradientTape() as tape:
            images = self.decoder(target, training=True)
            seen = self.encoder(images, training=False)
            content_loss = tf.reduce_mean(tf.square(seen[LAYERS[0]] - target[LAYERS[0]]))
            apart = sum(_apart(gram(seen[name]), wanted) for name, wanted in grams.items())
            pixel_error = tf.reduce_mean(tf.abs(images[:known] - contents[:known]))
            loss = content_loss + self.style_weight * apart + self.pixel_weight * pixel_error
        self._descend(tape, loss, self.decoder.trainable_variables, self.optimizer)
        self._average(self.averaged_decoder, self.decoder)
        self._track(loss=loss, content_loss=content_loss, style_loss=apart, pixel_error=pixel_error)
        return self._results()

    def _grain(self, shape, known):
        """Grain of all strengths up to `MOST_GRAIN`; none on the first `known` images."""
        strength = keras.random.uniform((shape[0], 1, 1, 1), 0, MOST_GRAIN, seed=self.noise_source)
        strength *= tf.cast(tf.range(shape[0]) >= known, tf.float32)[:, None, None, None]
        return strength * grain(shape, self.noise_source)


def _apart(grams, wanted):
    """How far Gram matrices are from the wanted ones, as a share of how far these are from 0."""
    return tf.reduce_mean(style_loss(grams, wanted) / style_loss(wanted, 0.0))
