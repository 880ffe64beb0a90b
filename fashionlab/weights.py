"""Named arrays on disk, and back into the variables of a network: checked, and without pickle."""

import hashlib
import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from fashionlab.errors import WeightsError


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    """Arrays as the content of an `.npz` file."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def unpack(file: Path, sha256: str) -> dict[str, np.ndarray]:
    """Arrays of an `.npz` file whose content is known by its sha256.

    Raises:
        WeightsError: The file is missing, damaged or another one.
    """
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        raise WeightsError(f"{file} cannot be read: {error}.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WeightsError(
            f"{file} ({len(content):,} bytes) is not the file that its manifest names: "
            f"its sha256 differs. It was damaged or replaced; get it again."
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = dict(archive)
    except (ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise WeightsError(f"{file} is not an .npz file of plain arrays: {error}.") from error
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind not in "biuf":
            raise WeightsError(
                f"{file} is not an .npz file of plain arrays: {name} holds no numbers."
            )
    return arrays


def assign(variables: dict, arrays: dict[str, np.ndarray], where: str) -> None:
    """Set variables to arrays of the same names and shapes; all of them, or none.

    Args:
        variables: `keras.Variable`s by name.
        arrays: Their new values by the same names.
        where: Named in the error.

    Raises:
        WeightsError: A name is missing or too many, a shape differs, or a value is not finite.
    """
    missing, extra = variables.keys() - arrays.keys(), arrays.keys() - variables.keys()
    if missing or extra:
        raise WeightsError(
            f"{where} does not fit the network: missing {sorted(missing)[:3] or 'nothing'}, "
            f"unexpected {sorted(extra)[:3] or 'nothing'}. Build the network it was saved from."
        )
    for name, variable in variables.items():
        if tuple(variable.shape) != arrays[name].shape:
            raise WeightsError(
                f"{where} does not fit the network: {name} has shape {arrays[name].shape}, the "
                f"network wants {tuple(variable.shape)}. Build the network it was saved from."
            )
        if not np.all(np.isfinite(arrays[name])):
            raise WeightsError(f"{where}: {name} holds NaN or infinity. Use an earlier file.")
    for name, variable in variables.items():
        variable.assign(arrays[name])


def by_name(network) -> dict:
    """The weights of a network under names that do not depend on what else was built before."""
    return {f"{i:03d}/{weight.name}": weight for i, weight in enumerate(network.weights)}
