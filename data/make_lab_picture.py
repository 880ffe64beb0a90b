"""Make the README's picture of the GAN lab.

Run from the top of the checkout: `python data/make_lab_picture.py`
"""

import hashlib
from pathlib import Path

import fashionlab as fl
from fashionlab.files import write_atomically

TURNS = 600


def main() -> None:
    lab = fl.widgets.gan_lab(toy="ring", seed=3)
    picture = lab.run(TURNS).image.value
    file = Path(__file__).parent / "pictures" / "gan_lab.png"
    write_atomically(file, picture)
    print(f"{file.name}: sha256 {hashlib.sha256(picture).hexdigest()}")


if __name__ == "__main__":
    main()
