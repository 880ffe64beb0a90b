"""Train the two generators between plain and striped garments, into data/weights.

    python data/make_cyclegan.py

All garments are drawn. Takes about 35 minutes on one core, then measures both generators on
garments that they never saw, against what these garments look like in stripes. Stopped and started
again, it goes on from runs/cyclegan.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

import fashionlab as fl
from fashionlab import nets, pretrained
from fashionlab.backend import keras
from fashionlab.data import UnpairedBatches, garments
from fashionlab.data.domains import KINDS, plain_and_printed
from fashionlab.train import Checkpointer
from fashionlab.train.cyclegan import CycleGAN, LinearDecay, translated

SEED = 0
GARMENTS = 2_000  # of each domain
BATCH = 4
EPOCHS = 18
RATE = 1e-3
HELD_OUT = 100
HELD_OUT_SEED = 1_000


def train() -> CycleGAN:
    """A model trained on drawn garments."""
    fl.seed(SEED)
    domains = plain_and_printed(GARMENTS, seed=SEED)
    batches = UnpairedBatches(domains.x, domains.y, BATCH, seed=SEED)
    model = CycleGAN(
        nets.resnet_generator(),
        nets.resnet_generator(),
        nets.patch_critic(),
        nets.patch_critic(),
        seed=SEED,
    )
    model.compile(*(adam(EPOCHS * len(batches)) for _ in range(2)))
    model.fit(batches, epochs=EPOCHS, callbacks=[Checkpointer("runs/cyclegan")], verbose=2)
    return model


def adam(steps):
    return keras.optimizers.Adam(LinearDecay(RATE, steps), beta_1=0.5, beta_2=0.99)


def measure():
    """Print how close the shipped generators come to the truth."""
    x_to_y, y_to_x = (pretrained.translator(f"cyclegan_to_{domain}") for domain in "yx")
    domains = plain_and_printed(HELD_OUT, seed=HELD_OUT_SEED)
    x, truth, inside = domains.x, domains.truth, domains.masks[..., None]

    def error(images, wanted):
        return (np.abs(images - wanted) * inside).sum((1, 2, 3)) / (3 * inside.sum((1, 2, 3)))

    def colour(images):
        return ((images + 1) / 2 * inside).sum((1, 2)) / inside.sum((1, 2))

    fake = translated(x_to_y, x)
    shifts = [np.roll(truth, columns, axis=2) for columns in range(-4, 5)]
    print(f"error of the translation, in the mask: {error(fake, truth).mean():.3f}")
    print(f"  of the truth, up to 4 columns aside: {best(error, fake, shifts):.3f}")
    print(f"  of doing nothing: {error(x, truth).mean():.3f}")
    print(f"  outside of the mask: {np.abs(fake - truth)[domains.masks == 0].mean():.4f}")
    wanted = colour(x)
    noise = np.random.default_rng(0).normal(0, 1, fake.shape)
    print("error of the colour that comes back, of 0 to 1")
    print(f"  of one guess for all: {np.abs(wanted - np.median(wanted, axis=0)).mean():.3f}")
    for name, images in {
        "from the translation": fake,
        "from its 8 bits": np.round((fake + 1) * 127.5) / 127.5 - 1,
        "with noise of 0.05": fake + 0.05 * noise,
        "with noise of 0.2": fake + 0.2 * noise,
        "blurred by 0.7 pixels": gaussian_filter(fake, (0, 0.7, 0.7, 0)),
        "blurred by 1.5 pixels": gaussian_filter(fake, (0, 1.5, 1.5, 0)),
        "from the truth": truth,
    }.items():
        back = translated(y_to_x, np.clip(images, -1, 1))
        print(f"  {name}: {np.abs(colour(back) - wanted).mean():.3f}")
    red, green = (translated(x_to_y, dyed(name)) for name in ("firebrick", "seagreen"))
    print(f"translations of red and of green garments differ by {error(red, green).mean():.3f}")


def best(error, images, candidates):
    return np.min([error(images, candidate) for candidate in candidates], axis=0).mean()


def dyed(colour):
    """Held-out garments, all in one colour."""
    drawn = garments.draw_garments(HELD_OUT, 64, [HELD_OUT_SEED, 0], KINDS)
    return np.stack([garments.plain(garment, colour) for garment in drawn])


def main():
    model = train()
    for domain, network in (("y", model.averaged_x_to_y), ("x", model.averaged_y_to_x)):
        pretrained.save(
            network,
            pretrained.FOLDER / f"cyclegan_to_{domain}.json",
            trained_on=f"{GARMENTS:,} plain and {GARMENTS:,} other, striped garments, all drawn",
            command="python data/make_cyclegan.py",
            seed=SEED,
            epochs=EPOCHS,
        )
    measure()


if __name__ == "__main__":
    main()
