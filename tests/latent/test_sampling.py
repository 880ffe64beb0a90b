import numpy as np
import pytest

from fashionlab import latent
from fashionlab.errors import ConfigurationError

# Noise.


def test_noise_is_standard_normal():
    z = latent.noise(500, 40, seed=0)
    assert z.shape == (500, 40)
    assert z.dtype == np.float32
    # 20,000 draws: standard errors 0.007 and 0.005.
    assert z.mean() == pytest.approx(0, abs=0.03)
    assert z.std() == pytest.approx(1, abs=0.02)


def test_noise_is_the_same_with_the_same_seed_and_another_with_another():
    np.testing.assert_array_equal(latent.noise(3, 5, seed=1), latent.noise(3, 5, seed=1))
    assert not np.array_equal(latent.noise(3, 5, seed=1), latent.noise(3, 5, seed=2))


def test_the_first_latents_do_not_depend_on_how_many_are_asked():
    np.testing.assert_array_equal(latent.noise(4, 5, seed=1), latent.noise(9, 5, seed=1)[:4])


# Images.


def test_images_do_not_depend_on_how_many_are_made_at_once(generator):
    z = latent.noise(7, 6, seed=0)
    images = latent.generate(generator, z)
    assert images.shape == (7, 4, 4, 1)
    np.testing.assert_allclose(latent.generate(generator, z, batch_size=3), images, atol=1e-6)


def test_generating_leaves_the_running_averages_of_the_network_alone(generator):
    before = generator.get_weights()
    latent.generate(generator, 5 + latent.noise(7, 6, seed=0))
    for old, new in zip(before, generator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_sample_makes_the_images_of_seeded_noise(generator):
    images = latent.sample(generator, 5, seed=3)
    expected = latent.generate(generator, latent.noise(5, 6, seed=3))
    np.testing.assert_array_equal(images, expected)


# Truncation.


def test_truncation_leaves_what_lies_within_and_redraws_what_lies_beyond():
    every, near = latent.noise(500, 40, 0), latent.noise(500, 40, 0, truncation=0.7)
    within = np.abs(every) <= 0.7
    np.testing.assert_array_equal(near[within], every[within])
    assert np.abs(near).max() <= 0.7
    assert near.dtype == np.float32
    assert 0.3 < within.mean() < 0.7  # both kinds were there


def test_truncated_noise_has_the_truncated_normal_distribution():
    z = latent.noise(500, 40, 0, truncation=1.0).astype(float)
    # By hand: the variance is 1 - 2 pdf(1) / (2 cdf(1) - 1) = 1 - 2 * 0.24197 / 0.68269 = 0.2911.
    assert z.mean() == pytest.approx(0, abs=0.015)
    assert z.var() == pytest.approx(0.2911, abs=0.006)
    # The share within half of it is (2 cdf(0.5) - 1) / (2 cdf(1) - 1) = 0.38292 / 0.68269.
    assert (np.abs(z) < 0.5).mean() == pytest.approx(0.5609, abs=0.015)


def test_the_first_truncated_latents_do_not_depend_on_how_many_are_asked():
    few, many = (latent.noise(number, 5, 1, truncation=0.3) for number in (4, 90))
    np.testing.assert_array_equal(few, many[:4])


@pytest.mark.parametrize("truncation", [0, -1.0, float("nan")])
def test_a_truncation_that_leaves_nothing_is_refused(truncation):
    with pytest.raises(ConfigurationError, match="above 0"):
        latent.noise(2, 3, 0, truncation=truncation)


# What a generator takes.


def test_the_length_of_latents_is_read_from_either_kind_of_generator(generator, conditional):
    assert latent.latent_dim(generator) == 6
    assert latent.latent_dim(conditional) == 6


@pytest.mark.parametrize("wrong", ["dcgan", None, lambda z: z])
def test_what_is_no_generator_is_refused(wrong):
    with pytest.raises(ConfigurationError, match=r"keras\.Model .*gan\.averaged_generator"):
        latent.sample(wrong, 1, seed=0)


@pytest.mark.parametrize("shape", [(6,), (2, 5), (0, 6), (1, 1, 6)])
def test_latents_of_another_shape_are_refused(generator, shape):
    with pytest.raises(ConfigurationError, match=r"takes \(number, 6\)"):
        latent.generate(generator, np.zeros(shape, np.float32))


# Classes.


@pytest.mark.parametrize("shape", [(3,), (1, 3)])
def test_one_row_of_class_weights_does_for_all(conditional, shape):
    z, row = latent.noise(5, 6, seed=0), np.array([0.2, 0.5, 0.3], np.float32)
    images = latent.generate(conditional, z, classes=row.reshape(shape))
    expected = conditional([z, np.tile(row, (5, 1))], training=False)
    np.testing.assert_allclose(images, expected, atol=1e-6)


def test_each_latent_keeps_its_class_in_every_batch(conditional):
    z, classes = latent.noise(5, 6, seed=0), np.eye(3)[[0, 1, 2, 2, 1]]
    images = latent.generate(conditional, z, batch_size=2, classes=classes)
    alone = [latent.generate(conditional, z[i : i + 1], classes=classes[i]) for i in range(5)]
    np.testing.assert_allclose(images, np.concatenate(alone), atol=1e-6)
    other = latent.generate(conditional, z, classes=classes[::-1])
    assert np.abs(other - images)[0].max() > 0.01


def test_sample_passes_classes_and_truncation_on(conditional):
    images = latent.sample(conditional, 4, seed=3, truncation=0.5, classes=np.eye(3)[1])
    z = latent.noise(4, 6, 3, truncation=0.5)
    np.testing.assert_array_equal(
        images, latent.generate(conditional, z, classes=np.eye(3)[[1] * 4])
    )


def test_without_classes_a_conditional_generator_is_asked_for_each_in_turn(conditional):
    images = latent.sample(conditional, 5, seed=3)
    wanted = latent.sample(conditional, 5, seed=3, classes=np.eye(3)[[0, 1, 2, 0, 1]])
    np.testing.assert_array_equal(images, wanted)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (2, r"shape \(\)"),
        ([0, 1, 2, 1], r"shape \(4,\)"),
        (np.eye(4), r"shape \(4, 4\)"),
        ([1.0, 1.0, 0.0], "add up to 2"),
    ],
)
def test_class_weights_of_another_kind_are_refused(conditional, classes, message):
    with pytest.raises(ConfigurationError, match=message + r"(.|\n)*np\.eye\(3\)"):
        latent.sample(conditional, 2, seed=0, classes=classes)


def test_classes_for_a_generator_without_are_refused(generator):
    with pytest.raises(ConfigurationError, match="latents alone"):
        latent.sample(generator, 2, seed=0, classes=np.eye(3)[0])


# Guidance.


def test_guidance_goes_along_a_line_from_the_mean_through_the_classes():
    classes = np.array([[1, 0, 0, 0], [0.5, 0, 0.5, 0]], np.float32)
    np.testing.assert_allclose(latent.guided(classes, 0), np.full((2, 4), 0.25))
    np.testing.assert_allclose(latent.guided(classes, 1), classes)
    beyond = [[1.375, -0.125, -0.125, -0.125], [0.625, -0.125, 0.625, -0.125]]
    np.testing.assert_allclose(latent.guided(classes, 1.5), beyond)
    np.testing.assert_allclose(latent.guided(classes[0], 1.5), beyond[0])


def test_guided_classes_can_be_generated(conditional):
    z, classes = latent.noise(4, 6, seed=0), np.eye(3)[[0, 1, 2, 0]]
    images = latent.generate(conditional, z, classes=latent.guided(classes, 2))
    expected = conditional([z, (2 * classes - 1 / 3).astype(np.float32)], training=False)
    np.testing.assert_allclose(images, expected, atol=1e-6)


def test_guidance_keeps_what_a_row_adds_up_to():
    classes = np.array([[0.9994, 0, 0], [0.5, 0.3, 0.2006]], np.float32)
    sums = latent.guided(classes, 8).sum(axis=-1)
    np.testing.assert_allclose(sums, [0.9994, 1.0006], atol=1e-5)


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
def test_a_strength_that_leads_nowhere_is_refused(strength):
    with pytest.raises(ConfigurationError, match=f"strength={strength}; wanted"):
        latent.guided(np.eye(3), strength)


@pytest.mark.parametrize("classes", [[1.0, 1.0, 0.0], 3, np.ones((1, 2, 2)) / 2])
def test_guidance_of_what_are_no_class_weights_is_refused(classes):
    with pytest.raises(ConfigurationError, match=r"Class weights of shape (.|\n)*np\.eye"):
        latent.guided(classes, 1.5)
