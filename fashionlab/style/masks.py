"""Where a garment is in a photograph."""

import numpy as np
from scipy import ndimage

from fashionlab.errors import DataError
from fashionlab.style.inputs import SMALLEST, checked_image

TOLERANCE = 0.05  # of the distance from black to white: as near as that is ground
UNEVEN = 0.2  # a ground whose shades lie farther apart than that is not plain
ROUNDS = 10  # of fitting the ground
TOUCHING = 0.4  # share of the border that a garment may cover
PIECE = 0.05  # of the largest piece's area: a smaller one is no part of the garment
HOLE = 0.02  # of the garment's area: a smaller hole is a white print, a larger one shows the ground
SOFT = 2.0  # pixels from the garment's edge to where all of a pixel is the garment's


def garment_mask(image: np.ndarray) -> np.ndarray:
    """Find one garment, or a pair of shoes, on a plain ground.

    What differs from the ground, whose colour is known along the border, is the garment, with the
    small holes in it. Pale cloth on a white ground, and shadows, can deceive it: look at the mask,
    or draw one.

    Args:
        image: float32 `(height, width, 3)` in [-1, 1], 32 pixels or more each way.

    Returns:
        float32 `(height, width)` in [0, 1], exactly 0 outside the garment and soft at its edge.

    Raises:
        DataError: The ground is not plain, no garment stands out from it, or it is no image.

    Example:
        >>> photo = np.ones((40, 40, 3), np.float32)
        >>> photo[10:30, 15:25] = (0.2, -0.5, -0.5)
        >>> int((garment_mask(photo) > 0).sum())
        200
    """
    image = checked_image(image, "image", SMALLEST)
    distances = _distance(image, _ground(image))
    border = _border(distances)
    tolerance = max(TOLERANCE, 3 * np.median(border))
    covered = np.mean(border > tolerance)
    if tolerance > UNEVEN or covered > TOUCHING:
        raise DataError(
            f"The ground is not plain: {covered:.0%} of the picture's border differs from the rest "
            f"of it ({TOUCHING:.0%} at most can be the garment), whose own shades lie "
            f"{tolerance:.2f} apart ({UNEVEN} at most is plain). Photograph the garment on a plain "
            f"wall or sheet, or give a mask of your own."
        )
    garment = _without_specks(distances > tolerance)
    share = garment.mean()
    if not 0.01 <= share <= 0.95:
        raise DataError(
            f"No garment stands out from the ground: {share:.1%} of the picture differs from its "
            f"border. Photograph it on a clearly lighter or darker ground, or give a mask."
        )
    return np.clip(ndimage.distance_transform_edt(garment) / SOFT, 0, 1).astype(np.float32)


def _border(image):
    """The outermost pixels, `(number, ...)`."""
    return np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])


def _ground(image):
    """The colour that the ground has, or would have, at each pixel: light may fall off across it.

    A plane through the half of the border that fits it best, so that the garment may touch the
    border: Rousseeuw & Van Driessen, "Computing LTS Regression for Large Data Sets", 2006.
    """
    height, width = image.shape[:2]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    places = np.stack([np.ones_like(down), down, across], axis=2)
    border, where = _border(image), _border(places)
    misfit = _distance(border, np.median(border, axis=0))
    for _ in range(ROUNDS):
        best = np.argsort(misfit, kind="stable")[: len(border) // 2]
        plane, *_ = np.linalg.lstsq(where[best], border[best], rcond=None)
        misfit = _distance(border, where @ plane)
    return places @ plane


def _distance(colours, ground):
    """Distance in RGB, where black and white are 1 apart."""
    return np.linalg.norm(colours - ground, axis=-1) / np.linalg.norm([2, 2, 2])


def _without_specks(garment):
    """The large pieces, with their small holes filled."""
    pieces, areas = _pieces(garment)
    garment = garment & (areas >= PIECE * areas.max())[pieces]
    holes, areas = _pieces(ndimage.binary_fill_holes(garment) & ~garment)
    return garment | (holes > 0) & (areas < HOLE * garment.sum())[holes]


def _pieces(region):
    """Number of the piece that each pixel lies in, 0 for none, and the area of each piece."""
    pieces, _ = ndimage.label(region)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    return pieces, areas
