import numpy as np
import pytest

from fashionlab import data, latent, pretrained
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.latent import projection


@pytest.fixture
def few(monkeypatch):
    """Fewer random latents to choose from, for speed."""
    monkeypatch.setattr(projection, "CANDIDATES", 200)


def project(generator, images, **options):
    return latent.project(generator, images, seed=0, progress=False, **options)


def least(generator, images, number):
    """Pixel distance of each image from the nearest of so many random pictures."""
    made = latent.sample(generator, number, seed=0)
    return np.array([np.square(made - image).mean(axis=(1, 2, 3)).min() for image in images])


def test_every_garment_comes_nearer_than_the_best_of_ten_thousand():
    generator = pretrained.generator("dcgan")
    images = data.load_fashion_mnist("test", path="sample", verbose=False).images[:4]
    found = project(generator, images, starts=2, steps=40)
    best = least(generator, images, 10_000)
    np.testing.assert_allclose(found.history[0], best, rtol=1e-4)
    assert (found.distance < best).all()
    assert (found.distance / best).mean() < 0.7
    # Norms of 64 normals are 8 on average: the latents stay where the generator has learned.
    assert (np.abs(np.linalg.norm(found.z, axis=1) - 8) < 2.5).all()


def test_a_picture_of_the_generator_is_found_again(generator, few):
    images = latent.sample(generator, 3, seed=5)
    found = project(generator, images)
    assert (found.distance < 0.002).all()
    assert (found.history[0] > 0.01).all()


def test_the_parts_of_a_projection_agree(generator, few):
    images = latent.sample(generator, 3, seed=5)
    found = project(generator, images, steps=7)
    assert found.z.shape == (3, 6)
    assert found.z.dtype == found.images.dtype == np.float32
    np.testing.assert_allclose(found.images, latent.generate(generator, found.z), atol=1e-6)
    expected = np.square(found.images - images).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(found.distance, expected, rtol=1e-5)
    assert found.history.shape == (8, 3)
    np.testing.assert_allclose(found.history[0], least(generator, images, 200), rtol=1e-4)
    np.testing.assert_allclose(found.history[-1], found.distance, rtol=1e-4)
    assert (np.diff(found.history, axis=0) <= 0).all()


def test_an_image_is_projected_alike_alone_and_among_others_and_again(generator, few):
    images = latent.sample(generator, 3, seed=5)
    together = project(generator, images, steps=5)
    np.testing.assert_array_equal(project(generator, images, steps=5).z, together.z)
    alone = project(generator, images[1:2], steps=5)
    np.testing.assert_allclose(alone.z[0], together.z[1], atol=1e-4)


def test_the_norm_of_a_latent_is_held_where_noise_has_it(generator, few, monkeypatch):
    images = np.sign(latent.sample(generator, 4, seed=5))  # out of a tanh's reach: z runs off
    held = np.linalg.norm(project(generator, images).z, axis=1)
    monkeypatch.setattr(projection, "PRIOR", 0.0)
    free = np.linalg.norm(project(generator, images).z, axis=1)
    assert (held < 5.5).all()  # noise of length 6 has a norm of 2.4
    assert (free > 1.3 * held).all()


def test_classes_stay_as_given_and_choose_the_starts(conditional, few):
    classes = np.eye(3, dtype=np.float32)[[2, 0, 2]]
    images = latent.generate(conditional, latent.noise(3, 6, seed=5), classes=classes)
    found = project(conditional, images, steps=100, classes=classes)
    assert (found.distance < 0.005).all()
    made = latent.generate(conditional, found.z, classes=classes)
    np.testing.assert_allclose(found.images, made, atol=1e-6)
    candidates = latent.sample(conditional, 200, seed=0, classes=classes[1])
    best = np.square(candidates - images[1]).mean(axis=(1, 2, 3)).min()
    assert found.history[0, 1] == pytest.approx(best, rel=1e-4)


def test_a_good_encoder_gives_the_start(generator, few):
    z = latent.noise(2, 6, seed=5)
    encoder = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()])
    encoder.add(keras.layers.Dense(6))
    images = latent.generate(generator, z)
    flat = np.column_stack([images.reshape(2, -1), np.ones(2)])
    solution = np.linalg.lstsq(flat, z, rcond=None)[0]  # right on these two images
    encoder.set_weights([solution[:-1], solution[-1]])
    found = project(generator, images, encoder=encoder, starts=1, steps=1)
    np.testing.assert_allclose(found.z, z, atol=1e-4)
    assert (found.history[0] < 1e-8).all()


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_an_interruption_gives_the_best_so_far(generator, few, monkeypatch, seen):
    whole = projection._step

    def interrupted(*given):
        step, calls = whole(*given), iter(range(seen))

        def call():
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return step()

        return call

    images = latent.sample(generator, 2, seed=5)
    expected = project(generator, images, steps=5)
    monkeypatch.setattr(projection, "_step", interrupted)
    if not seen:
        with pytest.raises(KeyboardInterrupt):
            project(generator, images, steps=5)
        return
    found = project(generator, images, steps=5)
    np.testing.assert_allclose(found.history, expected.history[:seen])


def test_each_batch_of_candidates_is_told_and_can_be_the_last(generator, few, monkeypatch):
    monkeypatch.setattr(projection, "BATCH", 60)
    images = latent.sample(generator, 2, seed=5)
    told = []
    project(generator, images, steps=2, on_step=lambda *given: told.append(given))
    assert [step for step, _ in told] == [0, 0, 0, 0, 0, 1, 2]  # 200 in batches, then the steps
    least_of = [least(generator, images, number).mean() for number in (60, 120, 180, 200, 200)]
    np.testing.assert_allclose([distance for _, distance in told[:5]], least_of, rtol=1e-4)

    def stop(step, distance):
        told.append((step, distance))
        if len(told) == 2:
            raise KeyboardInterrupt

    told.clear()
    with pytest.raises(KeyboardInterrupt):
        project(generator, images, on_step=stop)
    assert len(told) == 2


def test_with_several_classes_each_call_tells_a_mean_over_all_images(conditional, few, monkeypatch):
    monkeypatch.setattr(projection, "BATCH", 60)
    classes = np.eye(3, dtype=np.float32)[[2, 0, 2]]
    images = latent.generate(conditional, latent.noise(3, 6, seed=5), classes=classes)
    told = []
    options = {"classes": classes, "steps": 1, "on_step": lambda *given: told.append(given)}
    project(conditional, images, **options)
    assert [step for step, _ in told] == [0, 0, 0, 0, 0, 1]
    for number, (_, distance) in zip((60, 120, 180, 200), told, strict=False):
        made = [latent.sample(conditional, number, seed=0, classes=row) for row in classes]
        pairs = zip(made, images, strict=True)
        best = [np.square(some - image).mean(axis=(1, 2, 3)).min() for some, image in pairs]
        assert distance == pytest.approx(np.mean(best), rel=1e-4)


def test_a_descent_that_on_step_ends_gives_the_best_so_far(generator, few):
    def stop(step, distance):
        if step == 3:
            raise KeyboardInterrupt

    images = latent.sample(generator, 2, seed=5)
    assert len(project(generator, images, on_step=stop).history) == 4


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((4, 4, 1)), r"image\[None\]"),
        (np.zeros((2, 28, 28, 1)), "wanted .number, 4, 4, 1"),
        (np.zeros((0, 4, 4, 1)), "image"),
        (np.full((1, 4, 4, 1), 255), r"wanted \[-1, 1\]"),
        (np.full((1, 4, 4, 1), np.nan), r"wanted \[-1, 1\]"),
    ],
)
def test_images_that_the_generator_cannot_make_are_refused(generator, images, message):
    with pytest.raises(DataError, match=message):
        project(generator, images)


@pytest.mark.parametrize("wrong", [{"starts": 0}, {"starts": 20_000}, {"steps": 0}])
def test_numbers_out_of_range_are_refused(generator, wrong):
    with pytest.raises(ConfigurationError, match="wanted 1 to 10,000 starts"):
        project(generator, np.zeros((1, 4, 4, 1)), **wrong)


def test_an_encoder_of_other_latents_is_refused(generator, few):
    encoder = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()])
    with pytest.raises(ConfigurationError, match=r"encoder made .1, 16.*wanted latents .1, 6."):
        project(generator, np.zeros((1, 4, 4, 1)), encoder=encoder)


def test_a_conditional_generator_has_to_be_told_the_classes(conditional, few):
    images = latent.generate(conditional, latent.noise(3, 6, seed=5))
    with pytest.raises(ConfigurationError, match="class of each image: classes=3 rows"):
        project(conditional, images)


def test_a_start_that_is_nan_never_wins(generator, few):
    images = latent.sample(generator, 2, seed=9)
    outputs = keras.layers.Lambda(lambda x: 0 * x[:, 0, :1, 0] + np.nan)
    image = keras.Input(images.shape[1:])
    broken = keras.Model(image, keras.layers.Concatenate()([outputs(image)] * 6))
    found = project(generator, images, starts=2, steps=3, encoder=broken)
    assert np.isfinite(found.z).all()
    assert (found.distance <= least(generator, images, 200) + 1e-6).all()
