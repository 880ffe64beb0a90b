"""Train the decoder of AdaIN, into data/weights.

    python data/make_decoder.py

All its images are drawn: contents are garments, plain and dressed, and textiles; styles are
textiles. Takes about half an hour on one core.
"""

import numpy as np

import fashionlab as fl
from fashionlab import nets, pretrained, style
from fashionlab.backend import keras, tf
from fashionlab.data import ImageFolder, UnpairedBatches, garments, textiles

SEED = 0
SWATCHES = 27 * 80  # of 128 x 128 pixels
GARMENTS = 14 * 150  # of 64 x 64 pixels, or 64 x 64 out of 128 x 128
CROP = 64
BATCH = 8
EPOCHS = 9


def drawn():
    """Contents and styles, uint8 `(number, CROP, CROP, 3)`."""
    rng = np.random.default_rng(SEED)
    swatches = [swatch.pixels for swatch in textiles.draw_textiles(SWATCHES, size=128, seed=SEED)]
    styles = [crop(swatch, rng) for swatch in swatches for _ in range(2)]
    contents = [crop(swatch, rng) for swatch in swatches[::4]]
    for number in range(GARMENTS):
        near = number // len(garments.KINDS) % 2
        kind = garments.KINDS[number % len(garments.KINDS)]
        garment = garments.draw_garment(kind, CROP * (1 + near), [SEED, number])
        contents.append(window(worn(garment, swatches, rng), rng))
    return ImageFolder(pixels(contents), ()), ImageFolder(pixels(styles), ())


def crop(swatch, rng):
    """From anywhere, as its edges go on: pixel by pixel, or all of it made smaller."""
    moved = np.roll(swatch, tuple(rng.integers(0, len(swatch), 2)), (0, 1))
    if rng.random() < 0.5:
        return moved[:CROP, :CROP]
    return np.asarray(tf.image.resize(moved, (CROP, CROP), antialias=True))


def worn(garment, swatches, rng):
    """A garment, plain or dressed, on a white ground or one of any colour."""
    if rng.random() < 0.5:
        image = garments.plain(garment, rng.uniform(0, 1, 3))
    else:
        image = garments.dress(garment, swatches[rng.integers(len(swatches))], rng.uniform(0.3, 1))
    ground = rng.uniform(-1, 1, 3) if rng.random() < 0.5 else np.ones(3)
    return image - (1 - garment.mask[..., None]) * (1 - ground)


def window(image, rng):
    """CROP x CROP pixels out of the middle of an image, or all of it."""
    spare = len(image) - CROP
    top, left = rng.integers(spare // 4, spare * 3 // 4 + 1, 2)
    return image[top : top + CROP, left : left + CROP]


def pixels(images):
    return np.uint8(np.round((np.clip(np.stack(images), -1, 1) + 1) * 127.5))


def main():
    fl.seed(SEED)
    contents, styles = drawn()
    print(f"drew {len(contents):,} contents and {len(styles):,} styles", flush=True)
    batches = UnpairedBatches(contents, styles, BATCH, SEED, augment=True)
    steps = EPOCHS * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, steps - 100, warmup_target=1e-3, warmup_steps=100
    )
    model = fl.train.AdaIN(style.perceptual(), nets.adain_decoder(), seed=SEED)
    model.compile(keras.optimizers.Adam(rate, beta_2=0.99))
    model.fit(batches, epochs=EPOCHS, verbose=2)
    pretrained.save(
        model.averaged_decoder,
        pretrained.FOLDER / "adain_decoder.json",
        trained_on=f"{len(contents):,} drawn contents and {len(styles):,} drawn textiles",
        command="python data/make_decoder.py",
        seed=SEED,
        steps=steps,
    )


if __name__ == "__main__":
    main()
