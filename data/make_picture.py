"""Make the README's picture: 64 samples of two recipes after the same minutes of training.

Run from the top of the checkout: `python data/make_picture.py [--seconds 300]`
"""

import argparse
import hashlib
from pathlib import Path

import fashionlab as fl
from fashionlab.files import write_atomically

CAPTIONS = {"dcgan_classic": "the tutorials' recipe", "dcgan": "fashionlab's recipe"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    seconds = parser.parse_args().seconds
    data = fl.data.load_fashion_mnist("train")
    groups = {}
    for name, caption in CAPTIONS.items():
        gan = fl.recipes.build(name, seed=0)
        batches = data.batches(fl.recipes.get(name).batch_size)
        gan.fit(batches, epochs=1000, callbacks=[fl.train.StopAfter(seconds)], verbose=2)
        groups[f"{caption}, {seconds / 60:.0f} minutes"] = gan.sample(64, seed=0)
    picture = fl.plots.side_by_side(groups, scale=0.55)._repr_png_()
    file = Path(__file__).parent / "pictures" / "same_five_minutes.png"
    write_atomically(file, picture)
    print(f"{file.name}: sha256 {hashlib.sha256(picture).hexdigest()}")


if __name__ == "__main__":
    main()
