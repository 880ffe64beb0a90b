"""The bug hunt, part 3: what is looked at."""

import numpy as np

from fashionlab.backend import keras
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise
from fashionlab.train.point_gan import PointGAN, point_network

layers, ops = keras.layers, keras.ops


class ProgressGrid(keras.callbacks.Callback):
    """Keeps 16 fakes after each epoch, to show how they have changed."""

    def on_train_begin(self, logs=None):
        """Draw the latents of all grids."""
        self.z = keras.random.normal((16, self.model.latent_dim))
        self.grids = []

    def on_epoch_end(self, epoch, logs=None):
        """Keep the fakes of this epoch."""
        self.grids.append(ops.convert_to_numpy(self.model.generator(self.z)))


def _examine_progress(answer):
    try:
        callback = answer() if isinstance(answer, type) else answer
    except AttributeError as error:
        if "NoneType" not in str(error):
            raise
        return "In __init__ there is no self.model yet; on_train_begin is the first place."
    if not isinstance(callback, keras.callbacks.Callback):
        return "Give the class, a keras.callbacks.Callback."
    generator, other = (point_network(2, 2, 1, 8, seed, "g") for seed in (0, 1))
    gan = PointGAN(generator, point_network(2, 1, 1, 8, 2, "d"))
    callback.set_model(gan)
    callback.on_train_begin()
    for epoch in range(3):
        if epoch == 2:
            generator.set_weights(other.get_weights())
        callback.on_epoch_begin(epoch)
        try:
            callback.on_epoch_end(epoch)
        except ValueError as error:
            if "incompatible" not in str(error):
                raise
            return "This GAN's latents have another length than yours; self.model.latent_dim knows."
    if len(callback.grids) != 3:
        return f"After three epochs there are {len(callback.grids)} grids."
    first, untrained, trained = map(np.asarray, callback.grids)
    if first.shape != (16, 2):
        return f"A grid holds 16 fakes; yours has the shape {first.shape}."
    if len(np.unique(first, axis=0)) < 16:
        return f"Of the 16 fakes of a grid only {len(np.unique(first, axis=0))} differ."
    changed = (first != untrained).any(axis=1).sum()
    if changed:
        return (
            f"Nothing was trained between the first two grids, and yet {changed} of 16 fakes have "
            f"changed. What you see from epoch to epoch is new noise as much as learning, so no "
            f"garment can be followed, and an epoch may look better by luck."
        )
    if np.array_equal(first, trained):
        return "Now the grid stays the same even when the generator has changed."
    return None


e06_10 = Exercise(
    name="e06_10",
    examine=_examine_progress,
    praise="Right: the same 16 latents each time, so that every change is the generator's. It "
    "looked right because fresh noise is just what training itself needs.",
    hint_text="Draw the latents once, before the first epoch (a Callback has on_train_begin), or "
    "draw the same ones each time with seed=0.",
    answer=ProgressGrid,
)


def pictures(generator, z):
    """Finished pictures for a look book, one for each latent."""
    return generator(z, training=False)


def _examine_pictures(answer):
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(36, kernel_initializer=keras.initializers.GlorotUniform(seed=0)),
            layers.BatchNormalization(),
            layers.Activation("tanh"),
            layers.Reshape((6, 6, 1)),
        ]
    )
    rng = np.random.default_rng(0)
    z = rng.normal(size=(16, 4)).astype("float32")
    neighbours = np.concatenate([z[:1], rng.normal(size=(15, 4)).astype("float32")])
    trainable = [v.trainable for v in generator.variables]
    found = answer(generator, z)
    if found is None:
        return RETURNS_NOTHING
    found, beside_others = np.asarray(found), np.asarray(answer(generator, neighbours))
    if found.shape != (16, 6, 6, 1):
        return f"16 latents give 16 pictures of (6, 6, 1); you return {found.shape}."
    difference = np.abs(found[0] - beside_others[0]).max()
    if difference > 1e-4:
        return (
            f"The same latent gives another picture when the others in its batch are others: "
            f"pixels differ by up to {difference:.2f}. This generator has batch normalisation, "
            f"and it still takes the mean and the spread of each batch, as in training."
        )
    if np.abs(found - found[:1]).max() < 1e-4:
        return (
            "Now all 16 pictures are the same: a batch of one, normalised by itself, is always 0."
        )
    if [v.trainable for v in generator.variables] != trainable:
        return "The pictures are right, but afterwards the generator can no longer be trained."
    return None


e06_11 = Exercise(
    name="e06_11",
    examine=_examine_pictures,
    praise="Right: a picture depends on its latent alone. It looked right because the line comes "
    "from the training step, where training=True is what is wanted.",
    hint_text="A layer of batch normalisation does one thing in training and another afterwards. "
    "Which of the two does this call ask for?",
    answer=pictures,
)


def stylize(content, style, encoder, decoder, strength=0.5):
    """A blend of two images: strength 0 gives back the content, more brings in the style."""
    content_code = encoder(content)
    style_code = encoder(style)
    return decoder((1 - strength) * content_code + strength * style_code)


def _examine_stylize(answer):
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0].astype("float32")

    encoded = []

    def encoder(images):
        encoded.append(len(images))
        return ops.reshape(images, (-1, 16)) @ turn

    def decoder(codes):
        return ops.reshape(codes @ turn.T, (-1, 4, 4, 1))

    # Copies of one image: what a program draws at random averages out over them.
    content, other_content, style, other_style = (
        np.repeat(rng.uniform(-1, 1, (1, 4, 4, 1)).astype("float32"), 1024, axis=0)
        for _ in range(4)
    )

    def blend(content, style, **strength):
        return np.asarray(answer(content, style, encoder, decoder, **strength))

    found = answer(content, style, encoder, decoder)
    if found is None:
        return RETURNS_NOTHING
    found = np.asarray(found)
    if found.shape != content.shape:
        return f"Images of {content.shape[1:]} come out as {found.shape[1:]}."
    uses_content, uses_style = (
        np.abs(found.mean(axis=0) - changed.mean(axis=0)).max() > 0.25
        for changed in (blend(other_content, style), blend(content, other_style))
    )
    spread = found.std(axis=0).max()
    if not uses_content and not uses_style:
        return (
            f"Swap the content image or the style image for another, and on average nothing "
            f"changes; but 1,024 copies of the same two give 1,024 different pictures (pixels "
            f"spread by {spread:.2f}). What you see is decoded noise."
        )
    if not uses_style:
        return "The content is there now; another style image changes nothing."
    if not uses_content:
        return "The style is there now; another content image changes nothing."
    if sum(encoded) < 2 * 3 * len(content):  # two images in each of three calls
        return (
            "Both images are used, but not both codes: pixels are mixed, as in a double exposure. "
            "With codes as plain as in this check that gives the same picture; with real ones it "
            "would not."
        )
    if spread > 1e-4:
        return (
            f"Both images are used, but the same two give another picture each time: pixels spread "
            f"by {spread:.2f}."
        )
    off = np.abs(blend(content, style, strength=0.0) - content).max()
    if off > 1e-3:
        return f"With strength 0 the content should come back; pixels are off by up to {off:.2f}."
    return None


e06_12 = Exercise(
    name="e06_12",
    examine=_examine_stylize,
    praise="Right: both images are in the picture, and nothing else is. It looked right because "
    "both are encoded, and a good decoder makes garments out of noise, too.",
    hint_text="Follow content_code and style_code from where they are made: who reads them? A "
    "blend is (1 - strength) of the one and strength of the other.",
    answer=stylize,
)
