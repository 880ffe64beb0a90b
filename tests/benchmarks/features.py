"""How well do features describe a style? Swatches that no network has seen, found again.

    python tests/benchmarks/features.py [--each 10]

Two crops are taken of each of some swatches of every kind. By its Gram matrices, the second crop
of a swatch is looked for among those of all. Printed are the share of swatches whose own second
crop is nearest, and the share whose nearest *other* one is of their kind; beside the networks
stands the mean colour alone.
"""

import argparse

import numpy as np

from fashionlab import style
from fashionlab.data import textiles

SIZE, CROP = 128, 64
SEED = 1_000  # the network was trained with others


def two_crops(swatches):
    """Two crops of each, `(number, CROP, CROP, 3)`, from places that do not overlap."""
    rng = np.random.default_rng(SEED)
    first, second = [], []
    for swatch in swatches:
        moved = np.roll(swatch.pixels, tuple(rng.integers(0, SIZE, 2)), (0, 1))  # seamless
        first.append(moved[:CROP, :CROP])
        second.append(moved[CROP:, CROP:])
    return np.stack(first), np.stack(second)


def mean_colour(images):
    return [images.mean(axis=(1, 2))]


def grams(name):
    see = style.perceptual(name)

    def describe(images):
        parts = [see(images[i : i + 32]) for i in range(0, len(images), 32)]
        return [
            np.concatenate(
                [style.gram(part[layer]).numpy().reshape(len(part[layer]), -1) for part in parts]
            )
            for layer in parts[0]
        ]

    return describe


def distances(first, second):
    """Between all of the one and all of the other, the layers weighing alike."""
    total = 0
    for x, y in zip(first, second, strict=True):
        squares = (x**2).sum(1)[:, None] + (y**2).sum(1) - 2 * x @ y.T
        total = total + squares / np.median(squares)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=10, help="swatches of each kind")
    each = parser.parse_args().each
    swatches = textiles.draw_textiles(each * len(textiles.KINDS), SIZE, SEED)
    kinds = np.array([swatch.kind for swatch in swatches])
    first, second = two_crops(swatches)
    chance = (each - 1) / (len(swatches) - 1)
    print(f"{len(swatches)} swatches; by chance {1 / len(swatches):.1%} and {chance:.1%}")
    print("features     same swatch  kind of the nearest other")
    for name, describe in (
        ("mean colour", mean_colour), ("random", grams("random")), ("fashion", grams("fashion"))
    ):  # fmt: skip
        apart = distances(describe(first), describe(second))
        same = np.mean(apart.argmin(axis=1) == np.arange(len(swatches)))
        np.fill_diagonal(apart, np.inf)
        kind = np.mean(kinds[apart.argmin(axis=1)] == kinds)
        print(f"{name:12s} {same:11.1%} {kind:26.1%}", flush=True)


if __name__ == "__main__":
    main()
