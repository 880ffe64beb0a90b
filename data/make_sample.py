"""Make `data/fashion_mnist_sample.npz` out of the whole data set.

Run from the top of the checkout: `python data/make_sample.py`
"""

import hashlib
from pathlib import Path

import numpy as np

from fashionlab.data import fashion_mnist

PER_CLASS = {"train": 1000, "test": 200}


def main() -> None:
    arrays = {}
    for split, number in PER_CLASS.items():
        found = fashion_mnist.load_fashion_mnist(split, path=fashion_mnist.DEBIAN)
        # The first `number` of every class, class after class in turn, so that any run of ten
        # neighbours holds each class once.
        picked = np.stack([np.flatnonzero(found.labels == c)[:number] for c in range(10)], axis=1)
        picked = picked.reshape(-1)
        pixels = np.round((found.images[picked, :, :, 0] + 1) * 127.5).astype(np.uint8)
        arrays |= {f"{split}_images": pixels, f"{split}_labels": found.labels[picked]}
    file = Path(__file__).with_name("fashion_mnist_sample.npz")
    np.savez_compressed(file, **arrays)
    content = file.read_bytes()
    print(f"{file.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
