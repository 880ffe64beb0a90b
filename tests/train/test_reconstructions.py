"""The dashboard of the autoencoders: real images, what comes back, samples, and the curves."""

import numpy as np
import pytest
from PIL import Image

from fashionlab import plots
from fashionlab.backend import keras
from fashionlab.data import Batches
from fashionlab.errors import DataError
from fashionlab.train import ReconstructionDashboard
from fashionlab.train.vaegan import VAE, VAEGAN

layers = keras.layers


@pytest.fixture
def real(images):
    return np.concatenate([images, -images, images])


@pytest.fixture(params=["vae", "vaegan"])
def model(request):
    keras.utils.set_random_seed(0)
    image, z = keras.Input((4, 4, 1)), keras.Input((3,))
    flat = layers.Flatten()(image)
    encoder = keras.Model(image, [layers.Dense(3)(flat), layers.Dense(3)(flat)])
    decoder = keras.Model(z, layers.Reshape((4, 4, 1))(layers.Dense(16, "tanh")(z)))
    if request.param == "vae":
        model = VAE(encoder, decoder)
        model.compile(keras.optimizers.Adam(0.01), run_eagerly=True)
    else:
        features = layers.Dense(5)(flat)
        model = VAEGAN(encoder, decoder, keras.Model(image, [features, layers.Dense(1)(features)]))
        model.compile(*(keras.optimizers.Adam(0.01) for _ in range(3)), run_eagerly=True)
    return model


def test_pictures_hold_real_images_above_their_reconstructions_and_then_samples(
    model, images, real, monkeypatch, tmp_path
):
    shown = []
    png = plots.png
    monkeypatch.setattr(plots, "png", lambda pictures: (shown.append(pictures), png(pictures))[1])
    dashboard = ReconstructionDashboard(real, tmp_path, seed=3, frames_per_epoch=2)
    model.fit(Batches(images, 4), epochs=1, callbacks=[dashboard], verbose=0)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        f"epoch-{epoch:08.3f}.png" for epoch in (0, 0.5, 1)
    ]
    rows = shown[-1].reshape(8, 8, 4, 4, 1)
    np.testing.assert_array_equal(rows[[0, 2]], real[:16].reshape(2, 8, 4, 4, 1))
    back = model.reconstruct(real[:16]).reshape(2, 8, 4, 4, 1)
    np.testing.assert_allclose(rows[[1, 3]], back, atol=1e-6)
    np.testing.assert_allclose(rows[4:].reshape(32, 4, 4, 1), model.sample(32, seed=3), atol=1e-6)
    with Image.open(tmp_path / "epoch-0001.000.png") as picture:
        assert picture.size == (3 * (8 * 6 - 2),) * 2


def test_curves_are_those_of_the_model_and_become_a_figure(model, images, real):
    dashboard = ReconstructionDashboard(real)
    model.fit(Batches(images, 4), epochs=2, callbacks=[dashboard], verbose=0)
    assert set(dashboard.curves) == {"epoch", *model.trackers}
    assert {len(values) for values in dashboard.curves.values()} == {2}
    figure = dashboard._figure(dashboard._images(), "two epochs")
    titles = [axes.get_title() for axes in figure.axes]
    judged = ["discriminator is right"] if isinstance(model, VAEGAN) else []
    assert titles == ["", "squared pixel error", "KL divergence in nats", *judged]
    error = figure.axes[1].lines[0].get_ydata()
    np.testing.assert_array_equal(error, dashboard.curves["pixel_error"])


def test_watching_does_not_change_training(model, images, real, assert_same):
    before = model.state()
    model.fit(Batches(images, 4), epochs=2, callbacks=[ReconstructionDashboard(real)], verbose=0)
    watched = model.state()
    model.load_state(before)
    model.fit(Batches(images, 4), epochs=2, verbose=0)
    assert_same(model.state(), watched)


def test_too_few_images_are_refused(images):
    with pytest.raises(DataError, match="8 real images: the dashboard shows 16"):
        ReconstructionDashboard(images)
