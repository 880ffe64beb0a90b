import numpy as np
import pytest

from fashionlab.backend import keras
from fashionlab.data.images import LUMA
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.style import gatys
from fashionlab.style.gatys import neural_style, texture

layers = keras.layers


@pytest.fixture(scope="module")
def features():
    """A small network such as `perceptual` returns: random filters on four scales."""
    images = layers.Input((None, None, 3))
    outputs, x = {}, images
    for scale in (1, 2, 4, 8):
        x = x if scale == 1 else layers.AveragePooling2D(2)(x)
        filters = keras.initializers.HeNormal(seed=scale)
        x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer=filters)(x)
        outputs[f"scale_{scale}"] = x
    return keras.Model(images, outputs)


@pytest.fixture(scope="module")
def content():
    """A bluish cloth on white, lit from the left: `(40, 36, 3)`."""
    image = np.ones((40, 36, 3), np.float32)
    light = np.linspace(0.6, 0.0, 20, dtype=np.float32)[:, None]
    image[8:32, 8:28] = light + np.float32([-0.2, 0.0, 0.3])
    return image


@pytest.fixture(scope="module")
def mask(content):
    inside = (content < 1).any(axis=2).astype(np.float32)
    inside[8] /= 2  # a soft edge
    return inside


@pytest.fixture(scope="module")
def checks():
    return board([0.8, -0.6, -0.6], [-0.8, -0.8, -0.2])


@pytest.fixture(scope="module")
def greens():
    return board([-0.8, 0.7, -0.7], [-0.9, 0.1, -0.9])


def board(one, other):
    """Squares of two colours in no order, so that every layer sees something."""
    which = np.random.default_rng(0).integers(2, size=(10, 10))
    return np.float32([one, other])[which.repeat(4, axis=0).repeat(4, axis=1)]


@pytest.fixture(scope="module")
def paint(features):
    """`neural_style`, with few steps and without a bar."""

    def paint(*args, **options):
        return neural_style(*args, **{"steps": 8, "progress": False, **options}, features=features)

    return paint


class Painted:
    """What a transfer inside the mask told, and gave."""

    def __init__(self, paint, content, checks, mask):
        self.calls = []
        self.image = paint(
            content, checks, mask=mask, steps=30, on_step=lambda *call: self.calls.append(call)
        )


@pytest.fixture(scope="module")
def painted(paint, content, checks, mask):
    return Painted(paint, content, checks, mask)


# What a transfer does.


def test_the_loss_falls(painted):
    losses = [call[2] for call in painted.calls]
    assert losses[-1] < 0.5 * losses[0]


def test_adam_lowers_the_loss_too(content, checks, mask, paint):
    losses = []
    paint(
        content,
        checks,
        mask=mask,
        optimizer="adam",
        steps=20,
        on_step=lambda step, steps, loss, image: losses.append(loss),
    )
    assert len(losses) == 20
    assert losses[-1] < 0.8 * losses[0]


def test_the_style_comes_nearer_in_colour_and_in_contrast(content, checks, mask, painted):
    inside = mask == 1
    wanted, found = checks.mean(axis=(0, 1)), painted.image[inside]
    assert np.abs(found.mean(axis=0) - wanted).max() < 0.2
    assert np.abs(content[inside].mean(axis=0) - wanted).max() > 0.4
    assert found[:, 0].std() > 0.3  # red is what the squares differ in: 0.8 in the style


def test_outside_of_the_mask_nothing_changes(content, mask, painted):
    np.testing.assert_array_equal(painted.image[mask == 0], content[mask == 0])
    assert np.abs(painted.image - content)[mask == 1].mean() > 0.2


def test_results_are_images(content, painted):
    assert painted.image.shape == content.shape
    assert painted.image.dtype == np.float32
    assert np.abs(painted.image).max() <= 1


def test_steps_are_reported(content, mask, painted):
    assert [call[:2] for call in painted.calls] == [(step, 30) for step in range(1, 31)]
    for *_, image in painted.calls:
        np.testing.assert_array_equal(image[mask == 0], content[mask == 0])
    np.testing.assert_array_equal(painted.calls[-1][3], painted.image)


def test_the_ground_is_not_seen_and_a_seed_paints_the_same_again(
    content, checks, mask, paint, painted
):
    dark = np.where(mask[..., None] == 0, -1, content)
    other = paint(dark, checks, mask=mask, steps=30)
    np.testing.assert_array_equal(painted.image[mask == 1], other[mask == 1])


def test_another_seed_paints_another_image(content, checks, mask, paint, painted):
    other = paint(content, checks, mask=mask, steps=30, seed=1)
    assert np.abs(other - painted.image).max() > 0.05


def test_no_strength_leaves_light_and_shade_and_moves_the_mean_colour(content, checks, mask, paint):
    inside = mask == 1
    kept = paint(content, checks, mask=mask, steps=30, strength=0)
    assert np.abs((kept - content)[inside].mean(axis=0)).max() > 0.3
    light, wanted = (image[inside] @ LUMA for image in (kept, content))
    assert np.corrcoef(light, wanted)[0, 1] > 0.6


# Several styles.


def test_a_style_of_weight_0_takes_no_part(content, checks, greens, paint):
    alone = paint(content, greens, steps=4)
    np.testing.assert_array_equal(paint(content, [checks, greens], weights=[0, 3], steps=4), alone)


def test_styles_mix(content, checks, greens, paint):
    inside = np.s_[8:32, 8:28]
    green = [
        paint(content, [checks, greens], weights=weights)[inside][..., 1].mean()
        for weights in ([2, 0], [1, 1], [0, 1])
    ]
    assert green[0] + 0.2 < green[1] < green[2] - 0.2


def test_each_style_stays_in_its_area(content, checks, greens, mask, paint):
    left = np.zeros_like(mask)
    left[:, :18] = 1
    painted = paint(content, [checks, greens], mask=mask, areas=[left, 1 - left], steps=20)
    red, green = painted[9:32, 8:17].mean(axis=(0, 1)), painted[9:32, 19:28].mean(axis=(0, 1))
    assert red[0] > red[1] + 0.3
    assert green[1] > green[0] + 0.3
    np.testing.assert_array_equal(painted[mask == 0], content[mask == 0])


def test_what_lies_in_no_area_keeps_its_content(content, checks, mask, paint):
    top = np.zeros_like(mask)
    top[:16] = 1
    painted = paint(content, checks, mask=mask, areas=[top], steps=20)
    change = np.abs(painted - content).mean(axis=2)
    assert change[22:32, 8:28].mean() < 0.2
    assert change[8:16, 8:28].mean() > 0.3


# Coarse to fine.


def test_a_small_image_comes_first():
    regions = gatys._regions(np.zeros((128, 200, 3)), None, None, np.ones((150, 128)))
    assert gatys._factors(np.zeros((150, 128, 3)), regions) == [4, 2, 1]
    assert gatys._factors(np.zeros((150, 127, 3)), regions) == [2, 1]
    assert gatys._factors(np.zeros((63, 64, 3)), regions) == [1]
    assert gatys._factors(np.zeros((600, 512, 3)), []) == [16, 8, 4, 2, 1]
    small = gatys._regions(np.zeros((51, 51, 3)), None, None, np.ones((600, 512)))
    assert gatys._factors(np.zeros((600, 512, 3)), small) == [1]


def test_an_image_without_a_change_grows_into_the_start():
    start = np.random.default_rng(0).uniform(-1, 1, (70, 66, 3)).astype(np.float32)
    small = gatys._resized(start, (35, 33))
    np.testing.assert_allclose(gatys._refined(small, start, 2, 1), start, atol=1e-6)
    brighter = gatys._refined(small + 0.1, start, 2, 1)
    np.testing.assert_allclose(brighter, np.minimum(start + 0.1, 1), atol=1e-5)


def test_every_size_gets_its_share_of_the_steps(checks, features, monkeypatch):
    sizes = []

    def note(loss, image, steps, report):
        sizes.append((image.shape, steps))

    monkeypatch.setitem(gatys.OPTIMIZERS, "lbfgs", note)
    texture(np.tile(checks, (4, 4, 1)), 130, features=features, steps=10, progress=False)
    assert sizes == [((32, 32, 3), 3), ((65, 65, 3), 3), ((130, 130, 3), 4)]


def test_fewer_steps_than_sizes_are_as_many_as_were_asked_for(checks, features):
    numbers = []
    texture(
        np.tile(checks, (4, 4, 1)),
        130,  # three sizes
        features=features,
        steps=1,
        progress=False,
        on_step=lambda step, steps, loss, image: numbers.append((step, steps)),
    )
    assert numbers == [(1, 1)]


def test_small_images_are_reported_at_full_size(checks, features):
    shapes = []
    texture(
        np.tile(checks, (2, 2, 1)),
        66,
        features=features,
        steps=2,
        progress=False,
        on_step=lambda step, steps, loss, image: shapes.append(image.shape),
    )
    assert shapes == [(66, 66, 3)] * 2


# Interruption.


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_an_interruption_gives_the_image_so_far(content, checks, paint, optimizer):
    images = []

    def stop(step, steps, loss, image):
        images.append(image)
        if step == 3:
            raise KeyboardInterrupt

    painted = paint(content, checks, optimizer=optimizer, on_step=stop)
    assert len(images) == 3
    np.testing.assert_array_equal(painted, images[-1])


def test_an_interruption_before_the_first_step_is_passed_on(content, checks, paint, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(gatys.OPTIMIZERS, "lbfgs", stop)
    with pytest.raises(KeyboardInterrupt):
        paint(content, checks)


def test_errors_of_a_caller_are_passed_on(content, checks, paint):
    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        paint(content, checks, on_step=fail)


# The loss.


def test_a_layer_counts_1_where_the_image_is_plain_and_0_where_the_style_is_reached(
    checks, features
):
    regions = gatys._regions(checks, None, None, np.ones((40, 40), np.float32))
    targets = gatys._wanted(features, regions[0], 1)
    everywhere = np.ones((40, 40, 1), np.float32)
    for image, expected in ((checks, 0), (0 * checks + checks.mean(axis=(0, 1)), 1)):
        seen = gatys._activations(features, image[None])
        for name, (target, away) in targets.items():
            one = gatys._unlike({name: seen[name]}, {name: (target, away)}, everywhere)
            assert float(one[0]) == pytest.approx(expected, abs=0.1), name


def test_a_plain_style_has_a_loss_and_no_division_by_zero(content, features, paint):
    plain = np.full((32, 32, 3), -0.4, np.float32)
    painted = paint(content, plain, steps=4)
    assert np.isfinite(painted).all()


def test_the_mean_change_of_the_content_is_free_and_any_other_is_not(content, features):
    image = content[None] * 0.5
    kept = gatys._kept(gatys._activations(features, image))
    masks = [np.ones((40, 36, 1), np.float32)]

    def light_lost(other):
        seen = gatys._kept(gatys._activations(features, other))
        return float(gatys._lost(seen[:1] + kept[1:], kept, masks[0], masks)[0])

    assert light_lost(image) == 0
    assert light_lost(image - 0.2) == pytest.approx(0, abs=1e-6)
    # Twice the contrast: the change is as large as the content's own spread.
    assert light_lost(2 * image) == pytest.approx(gatys.LIGHT, rel=0.01)


# Textures.


def test_a_texture_has_the_statistics_of_its_style(checks, features):
    losses = []
    made = texture(
        checks,
        36,
        features=features,
        steps=30,
        progress=False,
        on_step=lambda step, steps, loss, image: losses.append(loss),
    )
    assert made.shape == (36, 36, 3)
    np.testing.assert_allclose(made.mean(axis=(0, 1)), checks.mean(axis=(0, 1)), atol=0.1)
    np.testing.assert_allclose(made.std(axis=(0, 1)), checks.std(axis=(0, 1)), atol=0.15)
    assert losses[-1] < 0.3 * losses[0]


def test_edges_are_differences_of_neighbours(features):
    ramp = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1) * np.float32([1, 0, -2]) / 100
    edges = gatys._activations(features, ramp)["edges"].numpy()[0]
    np.testing.assert_allclose(
        edges[:2, :3],
        np.broadcast_to(
            [0.01, 0, -0.02, 0.04, 0, -0.08],
            (2, 3, 6),  # across, along
        ),
        atol=1e-6,
    )
    np.testing.assert_array_equal(edges[:, -1, :3], 0)  # nothing lies beyond
    np.testing.assert_array_equal(edges[-1, :, 3:], 0)


def test_a_mesh_that_the_network_does_not_see_costs_something():
    images = layers.Input((None, None, 3))
    blind = keras.Model(images, {"scale_2": layers.AveragePooling2D(2)(images)})
    cloth = board([0.5, 0.2, 0.0], [0.1, 0.2, 0.4])
    mesh = cloth + 0.1 * (-1) ** np.indices((40, 40)).sum(axis=0)[..., None]
    everywhere = np.ones((40, 40), np.float32)
    regions = gatys._regions(cloth, None, None, everywhere)
    task = gatys._Task(blind, None, everywhere, regions, 1.0)
    loss = gatys._loss(task, (40, 40), 1)
    (plain, _), (meshed, _) = loss(cloth), loss(np.float32(mesh))
    assert plain < 0.01
    assert meshed > 0.1


# What is refused.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "sgd"}, r"'sgd' is unknown.*'lbfgs' or 'adam'"),
        ({"steps": 0}, "steps=0"),
        ({"steps": 1.5}, r"steps=1\.5"),
        ({"strength": -1}, "strength=-1"),
        ({"strength": np.nan}, "strength=nan"),
        ({"weights": [1, 1]}, r"weights=\[1, 1\] for 1 style"),
        ({"weights": [0]}, "one of them above 0"),
        ({"weights": [-1]}, "0 or more"),
        ({"weights": [np.nan]}, "nan"),
        ({"areas": []}, "0 areas: wanted 1"),
    ],
)
def test_options_out_of_range_are_refused(content, checks, paint, options, message):
    with pytest.raises(ConfigurationError, match=message):
        paint(content, checks, **options)


@pytest.mark.parametrize("number", [0, 5])
def test_no_style_and_too_many_are_refused(content, checks, paint, number):
    with pytest.raises(ConfigurationError, match=f"{number} styles are given; wanted 1 to 4"):
        paint(content, [checks] * number)


def test_broken_images_are_refused_by_their_names(content, checks, paint):
    with pytest.raises(DataError, match=r"content has shape \(40, 36\)"):
        paint(content[..., 0], checks)
    with pytest.raises(DataError, match=r"content has shape \(31, 36, 3\).*32 pixels"):
        paint(content[:31], checks)
    with pytest.raises(DataError, match=r"style 2 has shape \(1, 40, 40, 3\)"):
        paint(content, [checks, checks[None]])
    with pytest.raises(DataError, match="from 0 to 255"):
        paint(content, np.linspace(0, 255, 40 * 40 * 3).reshape(40, 40, 3))
    with pytest.raises(DataError, match="nan"):
        paint(np.full_like(content, np.nan), checks)
    with pytest.raises(DataError, match=r"style has shape \(8, 8, 3\)"):
        texture(checks[:8, :8])


def test_masks_that_do_not_fit_are_refused(content, checks, mask, paint):
    with pytest.raises(DataError, match=r"mask has shape \(36, 40\).*\(40, 36\)"):
        paint(content, checks, mask=mask.T)
    with pytest.raises(DataError, match="mask runs from 0 to 0"):
        paint(content, checks, mask=0 * mask)
    with pytest.raises(DataError, match="area 2 has shape"):
        paint(content, [checks, checks], areas=[mask, mask[:10]])
    with pytest.raises(DataError, match="Area 1 lies outside the mask"):
        paint(content, checks, mask=mask, areas=[(mask == 0).astype(np.float32)])


def test_a_texture_below_what_a_network_sees_is_refused(checks):
    with pytest.raises(ConfigurationError, match=r"size=31.*32"):
        texture(checks, 31)
