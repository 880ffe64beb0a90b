import re
from itertools import pairwise

import numpy as np
import pytest

from fashionlab.data import CLASS_NAMES
from fashionlab.data.garments import KINDS, Garment, draw_garment, draw_garments
from fashionlab.errors import ConfigurationError

FIELDS = ("mask", "parts", "shading", "seams", "cloth", "folds", "fixed")


@pytest.fixture(scope="module")
def drawn():
    """Three of each kind."""
    return {kind: [draw_garment(kind, 128, seed) for seed in range(3)] for kind in KINDS}


def halved(values, times):
    size = len(values) // times
    return values.reshape(size, times, size, times, *values.shape[2:]).mean(axis=(1, 3))


def middle(garment, part):
    """Mean x and y of a part, in pixels."""
    rows, columns = np.nonzero(garment.parts == garment.part_names.index(part))
    return columns.mean(), rows.mean()


def test_the_kinds_are_the_classes_of_fashion_mnist_and_four_more():
    assert KINDS[:10] == CLASS_NAMES
    assert KINDS[10:] == ("skirt", "jacket", "scarf", "hat")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [32, 100, 128])
def test_fields_have_their_shapes_and_ranges(kind, size):
    garment = draw_garment(kind, size, seed=5)
    for name, depth in zip(FIELDS, ((), (), (), (), (2,), (2,), (4,)), strict=True):
        field = getattr(garment, name)
        assert field.shape == (size, size, *depth)
        assert field.dtype == (np.uint8 if name == "parts" else np.float32)
        assert np.isfinite(field).all()
    for name, low, high in (("mask", 0, 1), ("shading", 0.4, 1.15), ("seams", 0, 1)):
        field = getattr(garment, name)
        assert low - 1e-6 <= field.min() <= field.max() <= high + 1e-6
    assert -1e-6 <= garment.fixed.min() <= garment.fixed.max() <= 1 + 1e-6
    assert garment.kind == kind
    assert garment.part_names[0] == "ground"


@pytest.mark.parametrize("kind", KINDS)
def test_a_garment_fills_much_of_the_picture_and_leaves_its_border_free(drawn, kind):
    for garment in drawn[kind]:
        mask = garment.mask
        border = np.concatenate([mask[[0, 1, -2, -1]].ravel(), mask[:, [0, 1, -2, -1]].ravel()])
        assert not border.any()
        assert 0.09 < mask.mean() < 0.7
        rows, columns = (np.flatnonzero(mask.max(axis=axis) > 0.5) for axis in (1, 0))
        assert 0.84 < max(np.ptp(rows), np.ptp(columns)) / 128 < 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_are_where_the_mask_is(drawn, kind):
    for garment in drawn[kind]:
        np.testing.assert_array_equal(garment.parts > 0, garment.mask > 0.5)
        names = garment.part_names
        assert len(set(names)) == len(names) == len({*names, "ground"})
        assert garment.parts.max() < len(names)
        strap = {"sandal": "strap"}.get(kind, "body" if "body" in names else None)
        main = strap or {"trouser": "left leg", "scarf": "left end"}[kind]
        assert (garment.parts == names.index(main)).sum() > 0.02 * 128**2


@pytest.mark.parametrize(
    ("kind", "part"),
    [("T-shirt/top", "sleeve"), ("pullover", "sleeve"), ("coat", "sleeve"), ("jacket", "sleeve"),
     ("trouser", "leg")],
)  # fmt: skip
def test_left_is_left_and_right_is_right(drawn, kind, part):
    for garment in drawn[kind]:
        left, right = (middle(garment, f"{side} {part}")[0] for side in ("left", "right"))
        assert left < 63 < 65 < right
        assert left + right == pytest.approx(127, abs=4)


@pytest.mark.parametrize("kind", ["sneaker", "ankle boot", "sandal"])
def test_shoes_stand_on_their_soles_with_the_toe_to_the_left(drawn, kind):
    for garment in drawn[kind]:
        sole = middle(garment, "sole")[1]
        rows, columns = np.nonzero(garment.mask > 0.5)
        assert sole > rows.mean()
        toe, heel = (rows[columns < 50].min(), rows[columns > 78].min())
        if kind != "sandal":
            assert toe > heel  # the shaft is at the heel
        fixed = garment.fixed[..., 3][garment.parts == garment.part_names.index("sole")]
        assert fixed.mean() > 0.9  # a sole is not made of the textile


# What the seed decides


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_decides_everything(kind):
    first, again = (draw_garment(kind, 48, seed=9) for _ in range(2))
    assert first.parameters == again.parameters
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_give_different_garments(drawn, kind):
    for one, other in pairwise(drawn[kind]):
        assert one.parameters != other.parameters
        assert np.abs(one.mask - other.mask).mean() > 0.003
        assert np.abs(one.shading - other.shading).mean() > 0.003


def test_the_parameters_are_plain_values_and_vary():
    shirts = [draw_garment("shirt", 32, seed).parameters for seed in range(20)]
    for parameters in shirts:
        assert all(isinstance(v, float | int | str | tuple) for v in parameters.values())
    assert {p["sleeve"] for p in shirts} == {"short", "long"}
    assert np.std([p["length"] for p in shirts]) > 0.01
    assert np.std([p["neck_drop"] for p in shirts]) > 0.002


def extent(inside):
    """Height and width of what is True, in pixels."""
    rows, columns = np.nonzero(inside)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def test_what_the_parameters_say_is_what_is_drawn():
    shapes, told = [], []
    for seed in range(12):
        skirt = draw_garment("skirt", 32, seed)
        height, width = extent(skirt.mask > 0.5)
        shapes.append(height / width)
        p = skirt.parameters
        told.append((p["length"] + p["waistband"]) / (2 * max(p["hip"], p["skirt_hem"])))
    assert np.corrcoef(shapes, told)[0, 1] > 0.95
    for seed in range(8):
        shirt = draw_garment("shirt", 32, seed)
        sleeve = extent(shirt.parts == shirt.part_names.index("left sleeve"))[0]
        share = sleeve / extent(shirt.mask > 0.5)[0]
        assert share > 0.6 if shirt.parameters["sleeve"] == "long" else share < 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_garment_is_the_same_at_every_size(kind):
    small, large = (draw_garment(kind, size, seed=4) for size in (64, 512))
    assert small.parameters == large.parameters
    assert small.part_names == large.part_names
    # Where edges of two parts meet in a pixel, how they share it is known but roughly.
    assert np.abs(halved(large.mask, 8) - small.mask).mean() < 2e-3
    np.testing.assert_allclose(halved(large.fixed[..., 3], 8).mean(), small.fixed[..., 3].mean(),
                               atol=5e-3)  # fmt: skip
    assert np.abs(halved(large.seams, 8) - small.seams).mean() < 2e-3
    inside = small.mask == 1
    assert np.abs(halved(large.shading, 8) - small.shading)[inside].mean() < 0.015
    other = draw_garment(kind, 64, seed=5)
    assert np.abs(other.shading - small.shading)[inside & (other.mask == 1)].mean() > 0.015


def test_many_are_drawn_in_turn_and_the_first_do_not_depend_on_the_number():
    few, many = draw_garments(3, 32, seed=2), draw_garments(16, 32, seed=2)
    assert [garment.kind for garment in many] == [*KINDS, *KINDS[:2]]
    for one, same in zip(few, many[:3], strict=True):
        np.testing.assert_array_equal(one.shading, same.shading)
    assert many[0].parameters != many[14].parameters
    assert many[0].parameters != draw_garments(1, 32, seed=3)[0].parameters
    assert draw_garments(0) == []
    assert [g.kind for g in draw_garments(3, 32, kinds=("bag", "hat"))] == ["bag", "hat", "bag"]


# Cloth and folds


def test_the_cloth_of_a_body_lies_as_the_picture_does_and_a_sleeves_is_turned(drawn):
    garment = drawn["T-shirt/top"][0]
    for part, way in (("body", 0), ("right sleeve", 1), ("left sleeve", -1)):
        here = garment.parts == garment.part_names.index(part)
        inner = here & np.roll(here, 1, axis=0) & np.roll(here, 1, axis=1)
        right = (garment.cloth - np.roll(garment.cloth, 1, axis=1))[inner] * 128
        down = (garment.cloth - np.roll(garment.cloth, 1, axis=0))[inner] * 128
        angle = way * garment.parameters["sleeve_angle"]
        cos, sin = np.cos(angle), np.sin(angle)
        # The two sleeves differ by up to 0.05 radians.
        np.testing.assert_allclose(right, np.broadcast_to((cos, sin), right.shape), atol=0.03)
        np.testing.assert_allclose(down, np.broadcast_to((-sin, cos), down.shape), atol=0.03)


def test_a_gathered_skirt_is_gathered_at_its_waist():
    seeds = (seed for seed in range(99) if draw_garment("skirt", 32, seed).parameters["cut"]
             == "gathered")  # fmt: skip
    garment = draw_garment("skirt", 128, next(seeds))
    rows = np.flatnonzero((garment.parts == garment.part_names.index("body")).any(axis=1))
    steps = [np.diff(garment.cloth[row, 60:68, 0]).mean() * 128 for row in rows[[4, -12]]]
    assert steps[0] > 1.3 * steps[1]
    assert steps[1] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_folds_shift_the_cloth_a_little_and_hardly_ever_turn_it_back(drawn, kind):
    for garment in drawn[kind]:
        inside = garment.mask > 0.5
        assert 0.0005 < np.abs(garment.folds[inside]).mean() < 0.02
        assert np.abs(garment.folds[inside]).max() < 0.08
        here = garment.cloth[..., 0] + garment.folds[..., 0]
        step = np.diff(here, axis=1) * 128
        flat = np.diff(garment.cloth[..., 0], axis=1) * 128
        within = (garment.parts[:, 1:] == garment.parts[:, :-1]) & inside[:, 1:] & (flat > 0.5)
        smooth = within & (np.abs(flat) < 4)
        assert (step[smooth] < 0).mean() < 0.02


def test_light_comes_from_above():
    """On what rises like a hill, the upper slope is the brighter one."""
    for seed in range(3):
        garment = draw_garment("hat", 128, seed)
        rows, _ = np.nonzero(garment.mask > 0.9)
        shading = garment.shading[garment.mask > 0.9]
        upper = shading[rows < np.quantile(rows, 0.3)].mean()
        assert upper > shading[rows > np.quantile(rows, 0.85)].mean()


# Wrong input


@pytest.mark.parametrize("kind", ["Shirt", "gown", 3, None])
def test_an_unknown_kind_is_answered_with_the_known_ones(kind):
    with pytest.raises(ConfigurationError, match=r"is unknown.*T-shirt/top.*hat"):
        draw_garment(kind)


@pytest.mark.parametrize("size", [31, 1025, 64.0, "64", None])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(ConfigurationError, match="from 32 to 1024"):
        draw_garment("bag", size)


@pytest.mark.parametrize("seed", [-1, 1.0, "1", True, None, [1, -2], [1, 0.5], [[1], 2]])
def test_a_seed_out_of_range_is_refused(seed):
    message = re.escape(f"seed={seed!r}: use a whole number of 0 or more, or a list of them")
    with pytest.raises(ConfigurationError, match=message):
        draw_garment("bag", 32, seed)
    with pytest.raises(ConfigurationError, match=message):
        draw_garments(1, 32, seed)


def test_a_seed_may_be_a_list():
    one, same, other = (draw_garment("hat", 32, seed) for seed in (5, [5], [5, 1]))
    assert one.parameters == same.parameters != other.parameters
    assert draw_garments(2, 32, np.int64(5), ["hat"])[1].parameters == other.parameters


def test_many_of_no_kind_or_fewer_than_none_are_refused():
    with pytest.raises(ConfigurationError, match="kinds is empty"):
        draw_garments(2, kinds=[])
    with pytest.raises(ConfigurationError, match="number=-1"):
        draw_garments(-1)
    with pytest.raises(ConfigurationError, match="'cape' is unknown"):
        draw_garments(1, kinds=["cape"])


def test_the_largest_size_draws():
    garment = draw_garment("sandal", 1024, seed=1)
    assert isinstance(garment, Garment)
    assert garment.mask.shape == (1024, 1024)


def test_one_kind_as_a_word_is_refused():
    with pytest.raises(ConfigurationError, match=r"in a list, such as \['coat'\]"):
        draw_garments(2, 32, kinds="coat")
