import numpy as np
import pytest

from fashionlab.backend import tf
from fashionlab.data import garments, textiles
from fashionlab.errors import DataError
from fashionlab.metrics import transfer
from fashionlab.metrics.ssim import ssim_map
from fashionlab.metrics.transfer import (
    edge_f1,
    gram_distance,
    leak,
    patch_style_distance,
    seams_kept,
    structure_kept,
    transfer_figures,
    truth_error,
)

OF_TWO = (structure_kept, edge_f1, seams_kept, patch_style_distance, gram_distance, truth_error)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def painted(garment, swatch):
    """The swatch, cut out along the garment, on white."""
    size = len(garment.mask)
    style = np.tile(swatch.pixels, (2, 2, 1))[:size, :size]
    return np.float32(1 + garment.mask[..., None] * (style - 1))


@pytest.fixture(scope="module", params=[("trouser", "polka_dots"), ("dress", "azulejo")])
def case(request):
    """Content, what can be made of it, and the mask."""
    cut, print_ = request.param
    garment = garments.draw_garment(cut, 128, seed=1000)
    swatch = textiles.draw_textile(print_, 64, seed=1000)
    noise = np.random.default_rng(0).uniform(-1, 1, (128, 128, 3))
    content = garments.plain(garment, (0.5, 0.45, 0.55))
    mask = garment.mask[..., None]
    made = {
        "content": content,
        "truth": garments.dress(garment, swatch),
        "paste": painted(garment, swatch),
        "noise": np.float32(content + mask * (noise - content)),
    }
    return made, garment.mask


def textured(size=64, period=8):
    """Waves across and along, of three colours."""
    wave = np.sin(2 * np.pi * np.arange(size) / period)
    grid = 0.4 * (wave[:, None] + wave)
    return np.stack([grid, -grid, 0.5 * grid], axis=-1).astype(np.float32)


def half_open(size=64):
    """A mask: the left half of an image."""
    return np.repeat((np.arange(size) < size // 2)[None], size, axis=0).astype(np.float32)


# Structure


def test_nothing_done_keeps_all_structure(case):
    made, mask = case
    for figure in (structure_kept, edge_f1, seams_kept):
        assert figure(made["content"], made["content"], mask) == pytest.approx(1, abs=1e-9)


def test_the_truth_keeps_shading_and_seams_where_a_flat_paste_does_not(case):
    made, mask = case
    structure, seams = (
        {name: figure(image, made["content"], mask) for name, image in made.items()}
        for figure in (structure_kept, seams_kept)
    )
    assert 0.85 < structure["truth"] < 1
    assert structure["truth"] > structure["paste"] + 0.1
    assert structure["truth"] > structure["noise"] + 0.1
    assert seams["truth"] > 0.15
    assert abs(seams["paste"]) < 0.1
    assert abs(seams["noise"]) < 0.1


def test_a_darker_or_paler_light_is_the_same_structure_and_an_inverted_one_is_not(case):
    content, mask = case[0]["content"], case[1]
    assert structure_kept(0.5 * content - 0.3, content, mask) == pytest.approx(1, abs=1e-6)
    assert structure_kept(-content, content, mask) < 0.85


def test_a_fine_print_does_not_count_as_lost_structure(case):
    content, mask = case[0]["content"], case[1]
    checks = np.indices(mask.shape).sum(axis=0)[..., None] % 2 - 0.5
    printed = np.clip(content + mask[..., None] * checks, -1, 1)
    assert structure_kept(printed, content, mask) > 0.95
    light, dark = ((image.mean(axis=2) + 1) / 2 for image in (content, printed))
    assert np.average(ssim_map(dark, light, mask), weights=mask) < 0.5


def bars(*columns):
    """Grey and brighter in turn, from each of these columns on: an edge at each."""
    bright = (np.arange(48)[:, None] >= np.array(columns)).sum(axis=1) % 2
    return np.repeat(np.repeat(0.6 * bright[None], 48, axis=0)[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("columns", "f1"),
    [
        ((12, 36), 1),
        ((13, 36), 1),  # a pixel away
        ((12,), 2 / 3),  # finds a half, and nothing wrong
        ((12, 24), 1 / 2),
        ((12, 20, 28, 36), 2 / 3),  # finds all, and as many wrong ones
        ((15, 24), 0),
        ((), 0),
    ],
)
def test_f1_of_bars(columns, f1):
    assert edge_f1(bars(*columns), bars(12, 36), None) == pytest.approx(f1, abs=1e-9)
    if columns:
        assert edge_f1(bars(12, 36), bars(*columns), None) == pytest.approx(f1, abs=1e-9)


def test_what_finds_seams_by_chance_keeps_none(rng):
    content = bars(12, 36)
    assert seams_kept(content, content, None) == 1
    assert seams_kept(bars(12), content, None) == pytest.approx(0.5, abs=1e-9)
    assert seams_kept(bars(18, 30), content, None) < -0.05
    assert seams_kept(np.swapaxes(bars(6, 12, 18, 24, 30, 36, 42), 0, 1), content, None) == 0
    noise = [rng.uniform(-1, 1, content.shape) for _ in range(8)]
    assert abs(np.mean([seams_kept(one, content, None) for one in noise])) < 0.1
    both = np.mean([seams_kept(np.clip(content + one / 4, -1, 1), content, None) for one in noise])
    assert both > 0.4


def test_the_outline_is_no_seam():
    mask = np.zeros((48, 48))
    mask[8:40, 8:40] = 1
    content = np.repeat(1 - mask[..., None], 3, axis=2)
    assert edge_f1(content, content, mask) == 1
    assert np.isnan(seams_kept(content, content, mask))


# Style


def test_the_truth_is_at_zero_and_a_paste_nearer_than_nothing(case):
    made, mask = case
    for figure in (patch_style_distance, gram_distance, truth_error):
        assert figure(made["truth"], made["truth"], mask) == 0
    for figure in (patch_style_distance, gram_distance):
        far = {name: figure(image, made["truth"], mask) for name, image in made.items()}
        assert 0 < far["paste"] < 0.6 * min(far["content"], far["noise"])


def spread_of_a_shift():
    """How far apart patches are that differ by 1 everywhere, in the directions of seed 0."""
    lines = np.random.default_rng(0).standard_normal((3 * 7 * 7, 64))
    lines /= np.linalg.norm(lines, axis=0)
    return np.abs(lines.sum(axis=0)).mean()


def test_a_brighter_image_differs_on_the_coarsest_level_alone():
    image = textured() / 2
    expected = 0.25 * spread_of_a_shift() / 3
    assert patch_style_distance(image + 0.25, image, None) == pytest.approx(expected, rel=1e-5)
    assert patch_style_distance(image, image + 0.25, None) == pytest.approx(expected, rel=1e-5)
    assert 0.2 < expected / 0.25 < 0.35


def test_a_narrow_mask_is_looked_at_on_fewer_levels():
    image = textured() / 2
    shift = 0.25 * spread_of_a_shift()
    for width, levels in ((10, 1), (16, 2), (40, 3)):
        mask = np.zeros((64, 64))
        mask[:, :width] = 1
        distance = patch_style_distance(image + 0.25, image, mask)
        assert distance == pytest.approx(shift / levels, rel=1e-5)


def test_a_moved_print_is_the_same_style_but_no_other_print_is():
    image = textured(128, period=16)
    moved, finer = np.roll(image, (5, 3), (0, 1)), textured(128, period=8)
    striped = np.repeat(image[:1], 128, axis=0)
    distances = [patch_style_distance(other, image, None) for other in (moved, finer, striped)]
    assert distances[0] < 0.4 * min(distances[1:])
    assert truth_error(moved, image, None) > 0.1


def test_fine_detail_counts():
    image = textured()
    grain = np.random.default_rng(0).choice([-0.2, 0.2], image.shape)
    assert patch_style_distance(image + grain, image, None) > 0.02


@pytest.mark.parametrize("figure", [patch_style_distance, gram_distance, truth_error])
def test_style_outside_the_mask_is_not_looked_at(figure, rng):
    truth, mask = textured(), half_open()
    result = truth + 0.1 * mask[..., None]
    other = np.where(mask[..., None] > 0, result, rng.uniform(-1, 1, truth.shape))
    assert figure(other, truth, mask) == pytest.approx(figure(result, truth, mask), rel=1e-6)
    assert figure(other, truth, None) > figure(result, truth, None)


@pytest.mark.parametrize(("factor", "distance"), [(1, 0), (0.5, 0.6), (0, 1)])
def test_gram_matrices_grow_as_squares(factor, distance):
    truth = textured()
    pair = factor * truth, truth
    for result, other in (pair, pair[::-1]):
        seen = gram_distance(result, other, half_open(), features=lambda x: {"pixels": x})
        assert seen == pytest.approx(distance, abs=1e-5)


def test_gram_matrices_are_averaged_over_layers_and_take_the_mask_at_their_scale(rng):
    def features(images):
        return {"fine": images, "coarse": tf.nn.avg_pool2d(images, 8, 8, "VALID")}

    truth, mask = rng.uniform(-1, 1, (64, 64, 3)), half_open()
    halved = truth * (1 - 0.5 * mask[..., None])
    assert gram_distance(halved, truth, mask, features) == pytest.approx(0.6, abs=1e-5)


# Pixels


def test_error_and_leak_by_hand():
    content, mask = np.zeros((4, 4, 3)), np.zeros((4, 4))
    mask[:2], mask[2, 0] = 1, 0.5  # 8 pixels inside, half a one, 7 outside
    result = content.copy()
    result[0, :, 0] = 0.6  # 4 of the 8.5 pixels, a third of the channels
    result[2, 0] = 0.8
    result[3, 0] = -1.0
    assert leak(result, content, mask) == pytest.approx(1 / 7 / 2)
    assert truth_error(result, content, mask) == pytest.approx((4 * 0.2 + 0.5 * 0.8) / 8.5 / 2)
    assert leak(content, content, mask) == 0
    assert leak(content + 1, content, mask) == 0.5


# All at once


def test_all_figures_are_those_of_the_single_functions(case):
    made, mask = case
    content, paste, truth = (made[name] for name in ("content", "paste", "truth"))
    assert transfer_figures(paste, content, truth, mask) == {
        "structure": structure_kept(paste, content, mask),
        "seams": seams_kept(paste, content, mask),
        "edges": edge_f1(paste, content, mask),
        "patches": patch_style_distance(paste, truth, mask),
        "gram": gram_distance(paste, truth, mask),
        "error": truth_error(paste, truth, mask),
        "leak": 0,
    }


# What is refused


@pytest.mark.parametrize("figure", [*OF_TWO, leak])
@pytest.mark.parametrize(
    ("result", "message"),
    [
        (textured(32), "differ|wanted one"),
        (textured()[..., :1], r"wanted \(height, width, 3\)"),
        (textured()[None], r"wanted \(height, width, 3\)"),
        (np.zeros((64, 64, 3), np.uint8), "uint8"),
        (textured() + 3, "run from"),
        (np.full((64, 64, 3), np.nan), "nan"),
    ],
)
def test_images_that_cannot_be_compared_are_refused(figure, result, message):
    with pytest.raises(DataError, match=message):
        figure(result, textured(), half_open())


@pytest.mark.parametrize("figure", [*OF_TWO, leak])
@pytest.mark.parametrize("mask", [np.ones((32, 32)), np.zeros((64, 64)), 255 * half_open()])
def test_masks_that_say_nothing_are_refused(figure, mask):
    with pytest.raises(DataError, match="mask"):
        figure(textured(), textured(), mask)


def test_where_there_is_nothing_to_look_at_it_is_said():
    flat, mask = np.zeros((64, 64, 3)), half_open()
    with pytest.raises(DataError, match="no edges in the mask"):
        edge_f1(textured(), flat, mask)
    with pytest.raises(DataError, match="nothing can leak"):
        leak(flat, flat, np.ones((64, 64)))
    with pytest.raises(DataError, match="room for 0 patches"):
        patch_style_distance(flat, flat, 0.5 * mask)
    narrow = np.zeros((64, 64))
    narrow[:, :6] = 1
    with pytest.raises(DataError, match=f"wanted {transfer.FEWEST}"):
        patch_style_distance(flat, flat, narrow)


def test_gram_matrices_need_images_that_the_network_takes():
    small = textured(16)
    with pytest.raises(DataError, match="32 pixels"):
        gram_distance(small, small, None)


def test_of_a_large_image_some_patches_are_looked_at(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (2, 64, 64, 3)).astype(np.float32)
    whole = transfer.patch_style_distance(x, y**3, None)
    monkeypatch.setattr(transfer, "MOST", 500)
    few = transfer.patch_style_distance(x, y**3, None)
    assert few == transfer.patch_style_distance(x, y**3, None)
    assert few != whole
    assert few == pytest.approx(whole, rel=0.3)
    assert transfer.patch_style_distance(x, x, None) == 0  # the same patches of both
    places = np.ones((30, 40), bool)
    assert transfer._thinned(places, 0).sum() == 500


def test_a_mask_of_the_last_odd_line_alone_gives_a_figure():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (2, 33, 32, 3)).astype(np.float32)
    mask = np.zeros((33, 32))
    mask[32] = 1
    assert 0 < transfer.gram_distance(x, y, mask) < 1
