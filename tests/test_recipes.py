from dataclasses import replace

import numpy as np
import pytest

from fashionlab import data, recipes
from fashionlab.errors import ConfigurationError
from fashionlab.train.callbacks import spread


@pytest.fixture(scope="module")
def classic():
    return recipes.build("dcgan_classic", seed=0)


# By name.


def has_settings(adam, recipe, betas):
    settings = adam.get_config()
    assert float(adam.learning_rate) == pytest.approx(recipe.learning_rate)
    assert (settings["beta_1"], settings["beta_2"]) == betas
    assert settings["epsilon"] == recipe.epsilon


@pytest.mark.parametrize("name", ["dcgan", "dcgan_quality", "conditional", "dcgan_classic"])
def test_a_gan_is_built_as_it_is_written(name):
    recipe, gan = recipes.get(name), recipes.build(name)
    assert gan.name == name
    assert gan.averaging == recipe.averaging
    assert gan.penalties == recipe.penalties
    judged = gan.discriminator.inputs[0]
    assert gan.generator.output_shape == tuple(judged.shape) == (None, 28, 28, 1)
    assert gan.conditional == (name == "conditional")
    for adam in (gan.generator_optimizer, gan.discriminator_optimizer):
        has_settings(adam, recipe, recipe.betas)


def test_the_vae_is_built_as_it_is_written():
    recipe, vae = recipes.get("vae"), recipes.build("vae")
    assert (vae.name, vae.averaging) == ("vae", recipe.averaging)
    assert (vae.variance, vae.beta) == (recipe.variance, recipe.beta)
    has_settings(vae.optimizer, recipe, recipe.betas)


def test_the_vaegan_is_built_as_it_is_written():
    recipe, vaegan = recipes.get("vaegan"), recipes.build("vaegan")
    assert (vaegan.name, vaegan.averaging) == ("vaegan", recipe.averaging)
    assert (vaegan.variance, vaegan.gamma, vaegan.beta) == (recipe.variance, recipe.gamma, 1.0)
    assert vaegan.penalties == recipe.penalties
    features, logits = vaegan.discriminator.output_shape
    assert (features, logits) == ((None, 7, 7, 32), (None, 1))
    has_settings(vaegan.encoder_optimizer, recipe, recipe.encoder_betas)
    for adam in (vaegan.decoder_optimizer, vaegan.discriminator_optimizer):
        has_settings(adam, recipe, recipe.betas)


@pytest.mark.parametrize(("half_after", "rates"), [(None, [6, 6, 6]), (500, [6, 3, 2])])
def test_the_learning_rate_falls_to_its_half_and_its_third(half_after, rates):
    adam = replace(recipes.get("dcgan"), learning_rate=6.0, half_after=half_after).adam()
    for step, rate in zip([0, 500, 1000], rates, strict=True):
        adam.iterations.assign(step)
        assert float(adam.learning_rate) == pytest.approx(rate)


@pytest.mark.parametrize("ask", [recipes.get, recipes.build])
def test_an_unknown_recipe_is_refused_with_the_known_ones(ask):
    known = "dcgan, dcgan_quality, conditional, dcgan_classic, vae, vaegan"
    with pytest.raises(ConfigurationError, match=rf"'stylegan' is unknown.*{known}"):
        ask("stylegan")


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_epochs_follow_the_budget(name, monkeypatch):
    recipe = recipes.get(name)
    laptop = {"dcgan": 8, "conditional": 8, "vae": 8, "dcgan_quality": 3, "vaegan": 3}
    for name_of_budget, expected in [
        ("smoke", 1),
        ("laptop", laptop.get(name, 1)),
        ("gpu", recipe.gpu_epochs),
    ]:
        monkeypatch.setenv("FASHIONLAB_BUDGET", name_of_budget)
        assert recipe.epochs() == expected


def test_a_recipe_has_to_say_how_long_a_laptop_trains_and_what_it_builds():
    settings = {"summary": "", "batch_size": 2, "learning_rate": 1e-3, "betas": (0.0, 0.9)}
    with pytest.raises(TypeError, match="laptop_epochs"):
        recipes.VAERecipe(**settings, variance=1.0, beta=1.0)
    with pytest.raises(TypeError, match=r"abstract.* build"):
        recipes.Recipe(**settings, laptop_epochs=1)


def test_the_same_seed_gives_the_same_weights_and_noise():
    def start(seed):
        gan = recipes.build("dcgan", seed=seed)
        return [*gan.generator.get_weights(), *gan.discriminator.get_weights(), gan.draw_noise(2)]

    first, again, other = start(1), start(1), start(2)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.allclose(first[0], other[0])
    assert not np.allclose(first[-1], other[-1])


# The classic recipe is what the widely read tutorials teach.


def test_classic_parameter_counts(classic):
    generator = (
        100 * 7 * 7 * 256  # dense, no bias
        + 4 * 7 * 7 * 256  # batch normalisation: scale, shift, running mean and variance
        + 5 * 5 * 256 * 128  # transposed convolutions, no bias
        + 4 * 128
        + 5 * 5 * 128 * 64
        + 4 * 64
        + 5 * 5 * 64 * 1
    )
    discriminator = (5 * 5 * 1 * 64 + 64) + (5 * 5 * 64 * 128 + 128) + (7 * 7 * 128 + 1)
    assert classic.generator.count_params() == generator == 2_330_944
    assert classic.discriminator.count_params() == discriminator == 212_865


def test_classic_layers(classic):
    def settings(network, kind, *names):
        layers = [layer for layer in network.layers if type(layer).__name__ == kind]
        return [tuple(layer.get_config()[name] for name in names) for layer in layers]

    assert settings(classic.generator, "Conv2DTranspose", "filters", "kernel_size", "strides") == [
        (128, (5, 5), (1, 1)),
        (64, (5, 5), (2, 2)),
        (1, (5, 5), (2, 2)),
    ]
    assert settings(classic.discriminator, "Conv2D", "filters", "kernel_size", "strides") == [
        (64, (5, 5), (2, 2)),
        (128, (5, 5), (2, 2)),
    ]
    assert settings(classic.discriminator, "Dropout", "rate") == [(0.3,), (0.3,)]
    assert settings(classic.generator, "LeakyReLU", "negative_slope") == [(0.3,)] * 3
    assert settings(classic.discriminator, "LeakyReLU", "negative_slope") == [(0.3,)] * 2


def test_classic_training(classic):
    assert recipes.get("dcgan_classic").batch_size == 256
    assert float(classic.generator_optimizer.learning_rate) == pytest.approx(1e-4)
    assert float(classic.discriminator_optimizer.learning_rate) == pytest.approx(1e-4)
    assert classic.penalties == ()
    assert classic.averaging is None
    assert classic.averaged_generator is classic.generator  # samples are its own
    assert type(classic.adversarial_loss).__name__ == "NonSaturating"


# Training.


def test_sixty_steps_of_the_dcgan_bring_samples_closer_to_real_images():
    real = data.load_fashion_mnist("train", path="sample", verbose=False).images[:500]

    def likeness(samples):
        """Correlation of the mean image with the real one, and the ratio of the spreads."""
        means = samples.mean(axis=0).ravel(), real.mean(axis=0).ravel()
        return np.corrcoef(means)[0, 1], spread(samples) / spread(real)

    gan = recipes.build("dcgan", seed=1)
    correlation, ratio = likeness(gan.sample(100, seed=0))
    assert abs(correlation) < 0.4  # the control: before training there is no likeness
    assert ratio < 0.1

    batches = data.Batches(real, recipes.get("dcgan").batch_size)
    gan.fit(batches.dataset(), steps_per_epoch=60, verbose=0)
    correlation, ratio = likeness(gan.sample(100, seed=0))
    assert correlation > 0.7
    assert 0.15 < ratio < 1.5
    assert int(gan.skipped.numpy()) == 0
