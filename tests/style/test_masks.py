"""The garment is found on a plain ground, and where it cannot be, that is said."""

import numpy as np
import pytest
from matplotlib import cbook

from fashionlab.data import garments, load_image, textiles
from fashionlab.errors import DataError
from fashionlab.style.masks import garment_mask


def overlap(garment, colour="teal"):
    """Intersection over union of the mask that is found and the drawn one."""
    found = garment_mask(garments.plain(garment, colour)) > 0
    drawn = garment.mask > 0.5
    return (found & drawn).sum() / (found | drawn).sum()


@pytest.mark.parametrize("kind", garments.KINDS)
def test_drawn_garments_are_found(kind):
    # White soles of shoes cannot be told from a white ground.
    least = {"sneaker": 0.8, "sandal": 0.85}.get(kind, 0.94)
    assert min(overlap(garments.draw_garment(kind, 128, seed)) for seed in range(100, 103)) > least


def test_a_garment_in_a_print_with_white_in_it_is_found_whole():
    drawn = garments.draw_garment("dress", 128, seed=1)
    photo = garments.dress(drawn, textiles.draw_textile("polka_dots", 128, seed=1))
    found = garment_mask(photo) > 0
    assert (found & (drawn.mask == 1)).sum() > 0.99 * (drawn.mask == 1).sum()


def square(ground, garment=-0.5, size=60):
    """A photograph with a square garment of 20 x 20 pixels in its middle."""
    photo = np.broadcast_to(np.float32(ground), (size, size, 3)).copy()
    photo[20:40, 20:40] = garment
    return photo


def test_the_mask_is_soft_at_the_edge_and_0_beyond():
    mask = garment_mask(square(1))
    wanted = np.minimum.outer(*[np.minimum(np.arange(1, 21), np.arange(20, 0, -1))] * 2)
    np.testing.assert_allclose(mask[20:40, 20:40], np.minimum(wanted / 2, 1))
    assert mask.sum() == mask[20:40, 20:40].sum()
    assert mask.dtype == np.float32


@pytest.mark.parametrize("ground", [-0.9, "noisy", "shaded"])
def test_a_dark_ground_a_noisy_one_and_a_shaded_one_are_plain(ground):
    down, across = np.mgrid[-1:1:60j, -1:1:60j][..., None]
    grounds = {
        "noisy": np.random.default_rng(0).normal(0.6, 0.03, (60, 60, 3)),
        "shaded": 0.5 + 0.3 * down - 0.1 * across,
    }
    photo = square(np.broadcast_to(grounds.get(ground, ground), (60, 60, 3)), garment=0.1)
    assert (garment_mask(photo) > 0).sum() == 400


def test_a_garment_may_touch_the_border():
    down, _ = np.mgrid[-1:1:60j, -1:1:60j][..., None]
    photo = (0.6 + 0.2 * down + np.zeros(3)).astype(np.float32)
    photo[15:, 5:55] = -0.4  # 50 of the 236 pixels along the border
    assert (garment_mask(photo) > 0).sum() == 45 * 50


def test_specks_are_passed_over_a_second_shoe_is_not_and_holes_are_filled_if_small():
    photo = square(1)
    photo[25:28, 25:28] = 1  # 9 pixels of 400: a white print
    photo[5:7, 5:7] = -1  # 4 pixels: dust
    assert (garment_mask(photo) > 0).sum() == 404 - 4 - 9  # a hole of more than 2 % stays
    photo[25:28, 25:28] = -0.5
    photo[25:27, 25:28] = 1  # 6 pixels
    assert (garment_mask(photo) > 0).sum() == 400
    photo[45:55, 20:40] = -0.5  # half as large
    assert (garment_mask(photo) > 0).sum() == 600


def test_through_a_handle_the_ground_is_seen():
    bag = garments.draw_garment("bag", 256, seed=3)
    mask = garment_mask(garments.plain(bag, "teal"))
    assert mask[90, 128] == 0  # within the handle
    assert mask[170, 128] == 1


def test_a_ground_that_is_not_plain_is_refused():
    portrait = load_image(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False), size=128)
    halves = square(1)
    halves[:, :27] = (-1, 1, -1)
    for photo in (portrait, halves, np.random.default_rng(0).uniform(-1, 1, (60, 60, 3))):
        with pytest.raises(DataError, match=r"The ground is not plain: .*mask of your own"):
            garment_mask(photo)


def test_a_picture_without_a_garment_is_refused():
    for photo in (np.ones((60, 60, 3)), square(1, garment=0.95)):
        with pytest.raises(DataError, match=r"No garment stands out from the ground: 0\.0%"):
            garment_mask(photo)


@pytest.mark.parametrize(
    "image", [np.ones((60, 60)), np.ones((31, 60, 3)), np.full((60, 60, 3), 255)]
)
def test_a_garment_is_looked_for_in_an_image_alone(image):
    with pytest.raises(DataError, match="The image "):
        garment_mask(image)
