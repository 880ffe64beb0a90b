"""A board of garments on disk: a picture to look at, and a small file that brings them back."""

import hashlib
import itertools
import json
import re
from pathlib import Path

import numpy as np

from fashionlab import plots, weights
from fashionlab.errors import DataError, FashionlabError
from fashionlab.files import write_atomically

FORMAT = "fashionlab board 1"
COLUMNS = 8


def identity(generator) -> dict:
    """What tells a generator from others: its architecture's name, and a hash of its weights."""
    digest = hashlib.sha256()
    for name, weight in weights.by_name(generator).items():
        array = np.ascontiguousarray(weight)
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return {"architecture": generator.name, "weights": digest.hexdigest()}


def boards(folder: Path) -> list[Path]:
    """The boards in a folder, the oldest first."""
    found = [(number(file), file) for file in folder.glob("board-*.json")]
    return [file for order, file in sorted(found) if order]


def number(file: Path) -> int:
    """The number of a board, 1 or more; 0 if it is none."""
    match = re.fullmatch(r"board-([1-9]\d*)", file.stem)
    return int(match[1]) if match else 0


def save(state) -> Path:
    """Write the favourites into the next free `board-1.json`, `board-2.json`, ..., and a `.png`.

    Args:
        state: A `GarmentState`.

    Returns:
        The path of the `.json` file.

    Raises:
        DataError: There are no favourites.
        StorageError: The folder cannot be written.
    """
    if not state.favourites:
        raise DataError("There are no favourites yet. Give a garment a star first.")
    taken = {number(file) for file in state.folder.glob("board-*")}
    free = next(i for i in itertools.count(1) if i > max(taken, default=0))
    file = state.folder / f"board-{free}.json"
    content = {
        "format": FORMAT,
        "generator": identity(state.generator),
        "garments": [
            {
                "name": garment.name,
                "z": z.tolist(),
                "classes": None if garment.classes is None else garment.classes.tolist(),
            }
            for garment, z in zip(state.favourites, state.z(state.favourites), strict=True)
        ],
    }
    write_atomically(file.with_suffix(".png"), _sheet(state))
    write_atomically(file, (json.dumps(content) + "\n").encode())
    return file


def load(state, file: str | Path) -> int:
    """Add the garments of a board to the favourites.

    Args:
        state: A `GarmentState` of the generator that the board was made with.
        file: The `.json` file.

    Returns:
        How many were added; those that are there already stay alone.

    Raises:
        DataError: There is no such file, it is no board, or it belongs to another generator.
    """
    file = Path(file)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read as a board: {error}.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DataError(f"{file} is no board. Wanted a .json file that the explorer saved.")
    made, here = content.get("generator"), identity(state.generator)
    # Keras numbers the names of unnamed models anew in each session; the weights say who it is.
    if not isinstance(made, dict) or made.get("weights") != here["weights"]:
        raise DataError(
            f"{file} was made with another generator: {_short(made)}; this one is {_short(here)}. "
            f"Open the explorer with the generator that made the board."
        )
    try:
        garments = [_garment(state, entry) for entry in content["garments"]]
    except (KeyError, TypeError, ValueError, FashionlabError) as error:
        raise DataError(f"{file} is damaged ({error!r}). Take another copy of it.") from error
    known = {_key(state, garment) for garment in state.favourites}
    news = [garment for garment in garments if _key(state, garment) not in known]
    state.favourites += news
    return len(news)


def _garment(state, entry):
    z = np.asarray(entry["z"], np.float32)
    classes = entry["classes"]
    if z.shape != (state.latent_dim,) or not np.isfinite(z).all():
        raise ValueError(f"a latent of shape {z.shape}, or not finite")
    if (classes is None) == bool(state.class_names):
        raise ValueError("classes where there are none, or none where there are")
    if classes is not None:
        classes = np.asarray(classes, np.float32)
        # Guided classes have weights below 0.
        fits = classes.shape == (len(state.class_names),) and np.isfinite(classes).all()
        if not fits or abs(classes.sum() - 1) > 1e-3:
            raise ValueError("class weights that do not fit")
    return state.at(z, str(entry["name"]), classes)


def _key(state, garment):
    classes = b"" if garment.classes is None else garment.classes.tobytes()
    return state.z([garment]).tobytes(), classes, garment.name


def _sheet(state) -> bytes:
    # matplotlib would take a dollar sign for the beginning of a formula.
    titles = [garment.name.replace("$", r"\$") for garment in state.favourites]
    figure = plots.image_grid(state.images(state.favourites), COLUMNS, titles, scale=1.1)
    return figure._repr_png_()


def _short(identity) -> str:
    if not isinstance(identity, dict):
        return "unnamed"
    architecture, digest = (str(identity.get(key)) for key in ("architecture", "weights"))
    return f"{architecture} with weights {digest[:8]}"
