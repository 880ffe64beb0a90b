import numpy as np
import pytest

from fashionlab.data.garments import KINDS, draw_garment, dress, plain
from fashionlab.data.textiles import draw_textile
from fashionlab.errors import ConfigurationError, DataError

GATHERED = 0  # a seed of such a skirt


def stripes(number, across, size=64):
    """So many dark stripes, `across` 0 for horizontal and 1 for vertical ones."""
    wave = np.cos(2 * np.pi * number * (np.arange(size) + 0.5) / size).astype(np.float32)
    lines = np.broadcast_to(np.expand_dims(wave, 1 - across), (size, size))
    return np.repeat(lines[..., None], 3, axis=2)


def noise(seed=0, size=32):
    return np.random.default_rng(seed).uniform(-1, 1, (size, size, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def garments():
    return {kind: draw_garment(kind, 64, seed=3) for kind in KINDS}


def period(line):
    """Pixels of the strongest wave along a line, to a fraction of a pixel."""
    line = (line - line.mean()) * np.hanning(len(line))
    power = np.abs(np.fft.rfft(line, 4096))
    return 4096 / (20 + power[20:].argmax())


# Plain


@pytest.mark.parametrize("kind", KINDS)
def test_outside_all_is_white_and_inside_it_is_not(garments, kind):
    garment = garments[kind]
    for picture in (plain(garment, "navy"), dress(garment, noise())):
        assert picture.shape == (64, 64, 3)
        assert picture.dtype == np.float32
        assert -1 <= picture.min() < picture.max() <= 1
        assert (picture[garment.mask == 0] == 1).all()
        assert (picture[garment.mask == 1] < 0.99).any(axis=-1).mean() > 0.95


def test_a_plain_garment_has_its_colour_times_its_shading(garments):
    garment = garments["T-shirt/top"]
    picture = plain(garment, (0.5, 0.25, 0.0))
    calm = (garment.mask == 1) & (garment.seams == 0) & (garment.fixed[..., 3] == 0)
    assert calm.sum() > 500
    expected = garment.shading[calm][:, None] * np.float32([0.5, 0.25, 0.0])
    np.testing.assert_allclose((picture[calm] + 1) / 2, expected, atol=1e-5)


def test_a_colour_has_many_names(garments):
    named = plain(garments["bag"], "red")
    for colour in ((1, 0, 0), [1.0, 0.0, 0.0], np.array([1, 0, 0]), "#ff0000", "r"):
        np.testing.assert_array_equal(plain(garments["bag"], colour), named)


@pytest.mark.parametrize("colour", ["reddish", (1, 0), (0, 0, 300), None, 7, ("a", "b", "c")])
def test_what_is_no_colour_is_refused(garments, colour):
    with pytest.raises(ConfigurationError, match=r"is none.*teal"):
        plain(garments["bag"], colour)


# Dressed


@pytest.mark.parametrize("kind", KINDS)
def test_a_textile_of_one_colour_is_that_colour(garments, kind):
    colour = np.float32([0.2, 0.6, 0.4])
    textile = np.broadcast_to(2 * colour - 1, (16, 24, 3))
    picture = dress(garments[kind], textile, scale=0.7)
    np.testing.assert_allclose(picture, plain(garments[kind], colour), atol=1e-3)
    assert np.abs(picture - plain(garments[kind], colour[::-1])).max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_another_textile_changes_the_garment_and_nothing_else(garments, kind):
    garment = garments[kind]
    change = np.abs(dress(garment, noise(1)) - dress(garment, noise(2))).max(axis=-1)
    assert not change[garment.mask == 0].any()
    assert change[garment.mask == 1].mean() > 0.1
    kept = (garment.mask == 1) & (garment.fixed[..., 3] > 0.999)
    assert (change[kept] < 2e-3).all()


@pytest.mark.parametrize("across", [0, 1])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_flat_stripes_keep_their_period_on_a_body(across, scale):
    garment = draw_garment("T-shirt/top", 256, seed=1)
    picture = dress(garment, stripes(4, across), scale=scale, drape=0)
    lit = (picture[..., 0] + 1) / 2 / garment.shading
    body = garment.parts == garment.part_names.index("body")
    calm = body & (garment.seams == 0)
    lines = (lit[180:196, 90:166], calm[180:196, 90:166])
    if not across:
        lines = (lit[100:200, 120:136].T, calm[100:200, 120:136].T)
    measured = [period(line) for line, clear in zip(*lines, strict=True) if clear.all()]
    assert len(measured) >= 4
    np.testing.assert_allclose(measured, scale * 0.5 * 256 / 4, rtol=0.04)


def test_between_the_textiles_pixels_colours_are_interpolated_and_tiles_meet_without_a_seam():
    garment = draw_garment("T-shirt/top", 256, seed=1)
    tile = stripes(1, across=1, size=16)
    lit = dress(garment, tile, scale=0.5, drape=0)[..., 0]
    calm = (garment.mask == 1) & (garment.seams == 0) & (garment.fixed[..., 3] == 0)
    calm &= garment.parts == garment.part_names.index("body")
    cloth = (1 + np.cos(2 * np.pi * garment.cloth[calm, 0] / 0.25)) / 2
    expected = 2 * np.minimum(cloth * garment.shading[calm], 1) - 1
    np.testing.assert_allclose(lit[calm], expected, atol=0.03)


def test_draped_stripes_are_bent_the_more_the_more_they_drape():
    garment = draw_garment("skirt", 128, seed=2)
    flat, half, full = (dress(garment, stripes(4, 0), drape=drape) for drape in (0, 0.5, 1))
    inside = garment.mask == 1
    bent = [np.abs(picture - flat)[inside].mean() for picture in (half, full)]
    assert 0.01 < bent[0] < 0.8 * bent[1]


def test_a_tile_is_as_wide_as_said_and_as_tall_as_its_shape_says():
    """A tile twice as wide as tall, dark in its upper left quarter, on a picture of cloth."""
    garment = draw_garment("coat", 256, seed=0)
    tile = np.ones((16, 32, 3), np.float32)
    tile[:8, :16] = -1
    dark = dress(garment, tile, scale=0.5, drape=0)[..., 0] < -0.2
    calm = (garment.parts == garment.part_names.index("body")) & (garment.seams == 0)
    calm &= garment.fixed[..., 3] == 0
    x, y = np.moveaxis(garment.cloth[calm], -1, 0) / 0.25
    expected = (x % 1 < 0.5) & (y % 0.5 < 0.25)
    assert (dark[calm] == expected).mean() > 0.93
    assert (dark[calm] == ~expected).mean() < 0.1


def test_a_textile_too_fine_for_the_pixels_turns_to_its_mean_without_moire():
    garment = draw_garment("T-shirt/top", 64, seed=1)
    fine = np.where(np.indices((256, 256)).sum(axis=0) % 2, 1, -1)[..., None]
    fine = np.repeat(fine, 3, axis=2).astype(np.float32)
    grey = plain(garment, (0.5, 0.5, 0.5))
    np.testing.assert_allclose(dress(garment, fine), grey, atol=0.02)
    coarse = np.kron(fine[:8, :8], np.ones((8, 8, 1), np.float32))
    assert np.abs(dress(garment, coarse) - grey).mean() > 0.1


@pytest.mark.parametrize(("number", "limit"), [(8, 0.15), (14, 0.16)])
def test_where_a_skirt_is_gathered_fine_stripes_are_averaged_but_not_too_much(number, limit):
    """The picture comes near to one that is drawn four times as large and then shrunk."""
    garment, large = (draw_garment("skirt", size, seed=GATHERED) for size in (64, 256))
    assert garment.parameters["cut"] == "gathered"
    fine = stripes(number, across=1)
    error = np.abs(
        dress(garment, fine, drape=0)
        - dress(large, fine, drape=0).reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    )
    body = garment.parts == garment.part_names.index("body")
    upper = body & (np.arange(64)[:, None] < np.flatnonzero(body.any(axis=1))[8])
    assert error[upper].mean() < limit


def test_shrinking_averages_by_area():
    """A tile of 3 x 3 on 32 pixels at the smallest scale is less than one pixel: its mean."""
    garment = draw_garment("scarf", 32, seed=0)
    tile = np.zeros((3, 3, 3), np.float32)
    tile[1, 1] = (0.9, -0.9, 0.45)
    np.testing.assert_allclose(
        dress(garment, tile, scale=0.05), plain(garment, (0.55, 0.45, 0.525)), atol=1e-3
    )


# Wrong input


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (8, 8, 4), (2, 8, 8, 3), (0, 8, 3)])
def test_a_textile_of_another_shape_is_refused(garments, shape):
    with pytest.raises(DataError, match=r"wanted \(height, width, 3\)"):
        dress(garments["hat"], np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    "textile",
    [
        np.full((4, 4, 3), 255, np.uint8),
        np.full((4, 4, 3), 1.5),
        np.full((4, 4, 3), np.nan),
        np.full((4, 4, 3), 0),
    ],
)
def test_a_textile_of_another_range_is_refused(garments, textile):
    with pytest.raises(DataError, match="floats from -1 to 1"):
        dress(garments["hat"], textile)


@pytest.mark.parametrize("wrong", [{"scale": 0}, {"scale": 21}, {"drape": -0.1}, {"drape": 2.5},
                                   {"scale": float("nan")}])  # fmt: skip
def test_scale_and_drape_out_of_range_are_refused(garments, wrong):
    (name,) = wrong
    with pytest.raises(ConfigurationError, match=f"{name}=.*use a number from"):
        dress(garments["hat"], noise(), **wrong)


def test_a_drawn_textile_goes_in_as_it_is():
    garment, textile = draw_garment("coat", 32), draw_textile("leopard", 32)
    np.testing.assert_array_equal(dress(garment, textile), dress(garment, textile.pixels))


@pytest.mark.parametrize("put", [plain, dress])
def test_what_is_no_garment_is_refused(put):
    with pytest.raises(ConfigurationError, match="of type str; wanted one from draw_garment"):
        put("coat", "teal")
