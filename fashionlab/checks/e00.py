"""Exercises of notebook 00."""

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise


def _examine_shape(answer):
    if not isinstance(answer, tuple):
        return f"A shape is a tuple such as (3, 28, 28, 1); yours is a {type(answer).__name__}."
    if answer == (16, 28, 28):
        return "Nearly: images keep an axis for their channels, even when there is only one."
    if answer == (16, 1, 28, 28):
        return "Channels come last here, as in TensorFlow: (number, height, width, channels)."
    if answer == (28, 28, 1):
        return "That is one image. A batch has one more axis, the number of images, in front."
    if answer == (16, 784):
        return "Pixels are not laid out in a row here: height and width keep an axis each."
    if answer == (10_000, 28, 28, 1):
        return "That is all of them; [:16] takes the first 16."
    if answer != (16, 28, 28, 1):
        return f"{answer} is not it: count images, rows, columns and channels, in this order."
    return None


e00_1 = Exercise(
    name="e00_1",
    examine=_examine_shape,
    praise="Right: (number, height, width, channels), the layout of every batch in this course.",
    hint_text="Ask Python: what does garments.images[:3].shape say? Which of its numbers change?",
    answer=(16, 28, 28, 1),
)


def to_pixels(images):
    """Float images in [-1, 1] as uint8 pixels in 0..255."""
    return np.round((images + 1) * 127.5).astype("uint8")


def _examine_pixels(answer):
    images = np.array([-1.0, -0.5, 0.0, 0.5, 1.0], "float32").reshape(1, 5, 1, 1)
    kept = images.copy()
    found = answer(images)
    if not np.array_equal(images, kept):
        return "Your function changes the images that it is given; make new ones instead."
    if found is None:
        return RETURNS_NOTHING
    found = np.asarray(found)
    if found.shape != images.shape:
        return f"The shape changed from {images.shape} to {found.shape}; pixels stay in place."
    values = found.reshape(-1).astype(int).tolist()
    if found.dtype != np.uint8:
        return f"The pixels are {found.dtype}; a picture file wants uint8."
    if values[0] > values[2]:
        return (
            f"-1 became {values[0]} instead of 0: uint8 has no negative numbers. Move the range up "
            f"to begin at 0 (add 1) before you stretch it."
        )
    if values[0] == 0 and values[-1] in (1, 2):
        return f"1 became {values[-1]} instead of 255: stretch the range, then round."
    if values[0] == 0 and values[-1] == 0:
        return "1 became 0: 256 does not fit in uint8 and wraps around. Stretch by 127.5, not 128."
    if values != [0, 64, 128, 191, 255] and values != [0, 63, 127, 191, 255]:
        return f"-1, -0.5, 0, 0.5, 1 became {values}; wanted 0, 64, 128, 191, 255."
    if np.asarray(answer(images[:, 1:4])).reshape(-1).astype(int).tolist() != values[1:4]:
        return (
            "You stretch by the smallest and the largest pixel of the batch; the range is always "
            "-1 to 1, also where a batch has neither."
        )
    return None


e00_2 = Exercise(
    name="e00_2",
    examine=_examine_pixels,
    praise="Right: you have written the door through which every picture leaves this course.",
    hint_text="Add 1 (now 0..2), multiply so that 2 becomes 255, and last .astype('uint8').",
    answer=to_pixels,
)
