import base64
import io

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from fashionlab import latent, nets
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.widgets import latent_explorer
from fashionlab.widgets.latent_explorer import LatentState


@pytest.fixture(scope="module")
def generator():
    keras.utils.set_random_seed(0)
    return nets.dcgan_generator(8, (4, 2))


@pytest.fixture
def state(generator):
    return LatentState(generator, number=3)


@pytest.fixture
def explorer(generator):
    view = latent_explorer(generator, number=3)
    yield view
    view.close()


def noise(seed):
    return latent.noise(1, 8, seed)


# The state


def test_a_new_state_stands_on_its_garment(state):
    np.testing.assert_array_equal(state.z(), noise(seed=0))
    state.garment = 5
    np.testing.assert_array_equal(state.z(), noise(seed=5))


def test_a_strength_is_a_distance_along_its_direction(state, generator):
    state.strengths = [0.0, -1.5, 2.0]
    _, second, third = latent.directions(generator, 3)
    expected = noise(seed=0) - 1.5 * second + 2 * third
    np.testing.assert_allclose(state.z(), expected[:1], atol=1e-6)


def test_a_morph_goes_along_the_arc_to_the_second_garment(state):
    state.garment, state.morph_to, state.morph = 3, 9, 0.25
    np.testing.assert_array_equal(state.z(), latent.slerp(noise(3), noise(9), 0.25))
    state.morph = 1.0
    np.testing.assert_allclose(state.z(), noise(9), atol=1e-6)


def test_the_picture_is_the_generated_image_with_each_pixel_ten_wide(state, generator):
    state.garment = 4
    with Image.open(io.BytesIO(state.png())) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (280, 280)
    image = latent.generate(generator, noise(4))[0, :, :, 0]
    expected = np.round((image + 1) * 127.5).repeat(10, axis=0).repeat(10, axis=1)
    np.testing.assert_allclose(pixels, expected, atol=1)


@pytest.mark.parametrize("number", [0, -1, 9])
def test_a_number_of_directions_that_there_are_not_is_refused(generator, number):
    with pytest.raises(ConfigurationError, match=f"number={number} .* from 1 to 8"):
        latent_explorer(generator, number=number)


@pytest.mark.parametrize("wrong", ["dcgan", None])
def test_what_is_no_model_is_refused(wrong):
    with pytest.raises(ConfigurationError, match=r"Wanted a generator.*gan\.averaged_generator"):
        latent_explorer(wrong)


def test_a_discriminator_is_refused():
    with pytest.raises(ConfigurationError, match=r"input shape \(None, 28, 28, 1\)"):
        latent_explorer(nets.dcgan_discriminator((2, 2, 2)))


# The view, without a browser


def test_the_view_begins_with_the_picture_of_its_state(explorer, state):
    assert explorer.image.value == state.png()
    assert len(explorer.strengths) == 3


def test_sliders_move_the_state_and_the_picture(explorer, state):
    explorer.garment.value = state.garment = 7
    assert explorer.image.value == state.png()
    explorer.strengths[1].value = state.strengths[1] = 2.0
    assert explorer.image.value == state.png()
    explorer.morph_to.value = state.morph_to = 9
    explorer.morph.value = state.morph = 0.5
    assert explorer.image.value == state.png()
    assert explorer.state.strengths == [0, 2, 0]


def test_another_garment_goes_to_the_next_and_after_the_last_to_the_first(explorer):
    explorer.another.click()
    assert explorer.garment.value == explorer.state.garment == 1
    explorer.garment.value = explorer.garment.max
    explorer.another.click()
    assert explorer.garment.value == explorer.state.garment == 0


def test_reset_undoes_morph_and_directions_and_keeps_the_garment(explorer, state):
    explorer.garment.value = 6
    explorer.morph.value = 0.5
    explorer.strengths[0].value = -3
    explorer.reset.click()
    assert explorer.morph.value == 0
    assert [slider.value for slider in explorer.strengths] == [0, 0, 0]
    state.garment = 6
    assert explorer.image.value == state.png()


def test_every_change_and_every_reset_draws_once(explorer, monkeypatch):
    drawn = []
    monkeypatch.setattr(explorer.state, "png", lambda: drawn.append(1) or b"")
    explorer.strengths[0].value = 1
    assert len(drawn) == 1
    explorer.morph.value = 0.5
    assert len(drawn) == 2
    explorer.reset.click()
    assert len(drawn) == 3
    explorer.another.click()
    assert len(drawn) == 4


def test_every_control_has_a_label_and_follows_the_hand(explorer):
    labels = [control.description for control in (*explorer.sliders, explorer.another)]
    assert labels == [
        *("garment", "morph to", "morph amount"),
        *("direction 1", "direction 2", "direction 3"),
        "Another garment",
    ]
    assert all(slider.continuous_update for slider in explorer.sliders)


def test_a_thousand_events_make_no_widget_and_close_leaves_none(
    generator, live_widgets, monkeypatch
):
    before = live_widgets()
    view = latent_explorer(generator)
    shown = live_widgets()
    assert shown > before
    # The network has no widgets to leak and takes most of the time.
    monkeypatch.setattr(view.state, "png", lambda: repr(view.state.strengths).encode())
    for i in range(1000):
        view.strengths[i % 4].value = i % 7 - 3
    view.reset.click()
    assert view.image.value == b"[0.0, 0.0, 0.0, 0.0]"
    assert live_widgets() == shown
    view.close()
    assert live_widgets() == before


# For readers without a kernel


def test_its_text_says_what_would_be_there(explorer):
    assert repr(explorer) == (
        "Latent explorer: a garment, and sliders that change it (run this cell to use it)"
    )


@pytest.mark.skipif(
    not hasattr(ipywidgets.Widget, "_repr_mimebundle_"), reason="ipywidgets 7 shows text only"
)
def test_the_picture_is_saved_beside_the_view(explorer):
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == repr(explorer)
    assert base64.b64decode(bundle["image/png"]) == explorer.image.value
