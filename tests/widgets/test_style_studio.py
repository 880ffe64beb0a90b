"""The style studio without a browser. A stand-in paints at once where the network does not matter.

The stand-in fades the content into the mean colours of the styles.
"""

import importlib
import io
import threading
from datetime import UTC, datetime

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import Button
from ipywidgets.widgets.widget_description import DescriptionWidget
from PIL import Image

from fashionlab import nets, style
from fashionlab.backend import keras
from fashionlab.data import garments, textiles
from fashionlab.errors import ConfigurationError, DataError, StorageError
from fashionlab.widgets import studio_state
from fashionlab.widgets.studio_state import PLACES, StudioState, shares
from fashionlab.widgets.style_studio import style_studio as open_studio
from fashionlab.widgets.tiles import Tiles

# The package has functions of these names.
FRONT = importlib.import_module("fashionlab.style.stylize")
ADAIN = importlib.import_module("fashionlab.style.adain")
SIZE = 32
COLOURS = np.float32([[1, -1, -1], [-1, 1, -1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1], [0.5, 0, 0]])
STYLES = [np.broadcast_to(colour, (SIZE, SIZE, 3)).copy() for colour in COLOURS]
CONTENT = np.random.default_rng(0).uniform(-0.5, 0.5, (SIZE, 40, 3)).astype(np.float32)


def fade(content, styles, *, weights, alpha, mask, seed=0):
    mean = sum(
        share * image.mean(axis=(0, 1)) for share, image in zip(weights, styles, strict=True)
    )
    return ((1 - alpha) * content + alpha * mean / sum(weights)).astype(np.float32)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """Pictures are saved where the kernel runs."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _networks(monkeypatch):
    """Weights need not be there."""
    hashes = {"fashion_features": "a" * 64, "adain_decoder": "b" * 64}
    monkeypatch.setattr(FRONT.provenance, "networks", lambda *names: hashes)


@pytest.fixture
def calls(monkeypatch, _networks):
    """What the stand-in was given, call after call."""
    calls = []

    def noted(content, styles, **settings):
        calls.append((content, styles, settings))
        return fade(content, styles, **settings)

    monkeypatch.setattr(FRONT, "adain", noted)
    return calls


@pytest.fixture
def state(calls):
    return StudioState(CONTENT, STYLES, size=40)


@pytest.fixture
def studio(calls):
    view = open_studio(CONTENT, STYLES, size=40)
    yield view
    view.close()


def file(pixels, kind="PNG"):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, kind)
    return content.getvalue()


def photo(width=70, height=80):
    """A dark shirt on white."""
    pixels = np.full((height, width, 3), 250, np.uint8)
    pixels[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4] = (40, 60, 90)
    return pixels


def noise(width=70, height=80):
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def upload(control, content, name="shirt.png"):
    """What the browser sends when a file is chosen; ipywidgets 7 and 8 differ."""
    told = {"name": name, "type": "image/png", "size": len(content)}
    if isinstance(control.value, dict):
        value = {name: {"metadata": told, "content": content}}
    else:
        value = (told | {"content": content, "last_modified": datetime.now(tz=UTC)},)
    control.set_trait("value", value)


def click(tiles, number):
    """What the browser sends when a tile is clicked."""
    tiles._handle_custom_msg({"tile": number}, [])


def drag(pad, x, y):
    """What the browser sends when the knob is dragged: both numbers in one message."""
    pad.set_state({"x": x, "y": y})


def pixels_of(png):
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture)


# How the corners are mixed


def test_shares_are_bilinear():
    x, y = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41))
    np.testing.assert_allclose(shares(x, y).sum(axis=0), 1, atol=1e-12)
    assert shares(x, y).min() == 0
    np.testing.assert_array_equal(shares(0, 0), [0.25] * 4)
    # 0.75 of the way to the right, 0.4 of the way up
    np.testing.assert_allclose(shares(0.5, -0.2), [0.1, 0.3, 0.15, 0.45])


def test_in_a_corner_its_style_is_alone():
    np.testing.assert_array_equal(np.stack([shares(*place) for place in PLACES]), np.eye(4))


@pytest.mark.parametrize("corner", range(4))
def test_the_picture_of_a_corner_is_that_of_its_style_alone(state, calls, corner):
    state.go(corner)
    (alone,) = calls[-1][1]
    np.testing.assert_array_equal(alone, STYLES[corner])
    np.testing.assert_allclose(state.made.image, np.broadcast_to(COLOURS[corner], (SIZE, 40, 3)))
    assert state.target == corner


def test_between_the_corners_the_styles_are_mixed(state):
    state.change(x=0.5, y=-0.2)
    wanted = np.float32([0.1, 0.3, 0.15, 0.45]) @ COLOURS[:4]
    np.testing.assert_allclose(state.made.image[0, 0], wanted, atol=1e-6)
    assert state.mixture() == "style 1 10%, style 2 30%, style 3 15%, style 4 45%"
    state.change(y=1.0)
    assert state.mixture() == "style 1 25%, style 2 75%"
    assert len(state.made.record["styles"]) == 2  # what does not count is no source


@pytest.mark.usefixtures("_networks")
def test_the_network_gets_the_weights_and_the_seed_of_adain(monkeypatch):
    keras.utils.set_random_seed(0)
    decoder = nets.adain_decoder()
    monkeypatch.setattr(ADAIN, "_decoder", lambda: decoder)
    state = StudioState(CONTENT, STYLES, size=40)
    state.change(x=0.5, y=-0.2, alpha=0.5)
    weights = [0.1, 0.3, 0.15, 0.45]
    wanted = style.adain(CONTENT, STYLES[:4], weights=weights, alpha=0.5)
    np.testing.assert_allclose(state.made.image, wanted, atol=1e-5)
    state.go(1)
    alone = style.adain(CONTENT, STYLES[1], alpha=0.5)
    np.testing.assert_allclose(state.made.image, alone, atol=1e-6)
    assert np.abs(alone - wanted).max() > 1e-3


# What it opens with


def test_by_default_a_dress_changes_and_the_ground_does_not(calls):
    state = StudioState(size=48)
    outside = state.scene.mask == 0
    assert 0.2 < outside.mean() < 0.9
    np.testing.assert_array_equal(state.made.image[outside], 1)
    assert np.abs(state.made.image - state.scene.content.image)[~outside].mean() > 0.1
    assert len(state.swatches) == 12
    assert [corner.name for corner in state.scene.corners] == [
        *("impasto", "tartan"),
        *("batik", "woodcut"),
    ]
    assert state.made.record["content"]["garment"] == "dress"
    assert state.made.record["styles"][0]["textile"] == "impasto"
    state.change(masked=False)
    assert np.abs(state.made.image[outside] - 1).max() > 0.1
    assert state.made.record["mask"] is None


def test_files_textiles_and_masks_go_through_the_door_of_stylize(tmp_path, calls):
    Image.fromarray(photo(120, 160)).save(tmp_path / "my_shirt.png")
    ikat = textiles.draw_textile("ikat", 64, 3)
    state = StudioState("my_shirt.png", ["polka_dots", ikat, "my_shirt.png"], "garment", 64)
    assert state.scene.content.image.shape == (64, 48, 3)
    assert state.scene.content.name == "my shirt.png"
    assert [one.name for one in state.swatches] == ["polka dots", "ikat", "my shirt.png"]
    assert state.scene.corners == (*state.swatches, state.swatches[0])
    record = state.made.record
    assert (record["content"]["file"], record["content"]["width"]) == ("my_shirt.png", 120)
    assert record["mask"] == "garment"
    state.go(1)
    assert state.made.record["styles"][0]["seed"] == 3


def test_one_style_need_not_be_a_list(calls):
    state = StudioState(CONTENT, "tartan", size=40)
    assert [corner.name for corner in state.scene.corners] == ["tartan"] * 4
    state.change(x=0.0)
    np.testing.assert_allclose(state.made.image, fade_of(state, state.swatches[0]), atol=1e-6)


def fade_of(state, source):
    return fade(state.scene.content.image, [source.image], weights=[1], alpha=1, mask=None)


@pytest.mark.parametrize(
    ("arguments", "error", "found"),
    [
        ({"styles": []}, ConfigurationError, r"^0 styles are given; wanted 1 to 12"),
        ({"styles": ["tartan"] * 13}, ConfigurationError, r"^13 styles are given"),
        ({"styles": ["tartn"]}, ConfigurationError, r"'tartn' is neither an image file nor"),
        ({"content": "none.png"}, DataError, r"There is no file .*none\.png"),
        ({"content": CONTENT[:20]}, DataError, r"The content is 40 x 20 pixels"),
        ({"content": CONTENT * 255}, DataError, r"floats from"),
        ({"mask": np.ones((9, 90))}, DataError, r"The mask is 90 x 9 pixels"),
        ({"content": CONTENT, "mask": "garment"}, DataError, r"The ground is not plain"),
        ({"size": 20}, ConfigurationError, r"size=20: use a whole number of pixels from 32"),
        ({"content": CONTENT, "size": 4000}, ConfigurationError, r"size=4000"),
        # Refused before a style of that size is drawn, which would take 30 GB and more.
        (
            {"content": CONTENT, "styles": ["stripes"], "size": 50_000},
            ConfigurationError,
            r"=50000",
        ),
    ],
)
def test_what_it_cannot_open_with_is_told(calls, arguments, error, found):
    with pytest.raises(error, match=found):
        open_studio(**{"styles": STYLES, "size": 40} | arguments)


# What can be done


def test_a_swatch_goes_into_the_corner_that_counts_most(state):
    state.change(x=0.3, y=-0.9)
    before = state.scene.corners
    assert state.chosen == 3
    state.take(5)
    assert state.scene.corners == (*before[:3], state.swatches[5])
    assert (state.target, state.chosen) == (3, 5)
    state.go(0)
    assert state.chosen == 0
    state.take(5)  # the same one may be in two corners
    assert state.scene.corners == (state.swatches[5], *before[1:3], state.swatches[5])


def test_alpha_fades_from_the_content_into_the_style(state):
    for alpha in (0.0, 0.25, 1.0):
        state.change(alpha=alpha)
        wanted = CONTENT + alpha * (COLOURS[0] - CONTENT)
        np.testing.assert_allclose(state.made.image, wanted, atol=1e-6)
        assert state.made.record["parameters"]["strength"] == alpha


def test_colours_are_kept_on_demand(state):
    state.change(alpha=0.5)
    plain = state.made.image
    state.change(keep_colours=True)
    np.testing.assert_array_equal(state.made.image, style.keep_colours(plain, CONTENT))
    assert np.abs(state.made.image - plain).max() > 0.1
    assert state.made.record["parameters"]["colour"] == "content"


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan])
def test_what_fails_leaves_all_as_it_was(state, alpha):
    scene, made = state.scene, state.made
    with pytest.raises(ConfigurationError, match="use a number from 0 to 1"):
        state.change(alpha=alpha, x=0.5)
    assert state.scene is scene
    assert state.made is made


def test_the_map_shows_each_style_alone_in_its_corner(state):
    corners = pixels_of(state.map())[[0, 0, -1, -1], [0, -1, 0, -1]]
    np.testing.assert_allclose(corners / 127.5 - 1, COLOURS[:4], atol=0.01)
    middle = pixels_of(state.map())[119:121, 119:121].mean(axis=(0, 1))
    np.testing.assert_allclose(middle / 127.5 - 1, COLOURS[:4].mean(axis=0), atol=0.02)


def test_a_saved_picture_is_the_shown_one_and_tells_where_it_comes_from(calls, tmp_path):
    Image.fromarray(photo()).save(tmp_path / "shirt.png")
    state = StudioState("shirt.png", ["tartan", "ikat"], "garment", 48)
    state.change(x=-0.5, alpha=0.5)
    saved = state.save("mine, CC BY 4.0")
    assert saved.as_posix() == "runs/style-1.png"
    np.testing.assert_array_equal(pixels_of(saved.read_bytes()), pixels_of(state.png()))
    record = style.read_provenance(saved)
    assert record["content"]["file"] == "shirt.png"
    assert [one["textile"] for one in record["styles"]] == ["tartan", "ikat"]
    assert record["parameters"]["weights"] == [0.75, 0.25]
    assert record["licence"] == "mine, CC BY 4.0"
    assert record["mask"] == "garment"
    assert record["networks"]["adain_decoder"] == "b" * 64
    assert style.read_provenance(state.save())["licence"] == "not stated"


def test_no_file_is_written_over(state, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "style-2.png").write_bytes(b"somebody's")
    assert [state.save().name for _ in range(3)] == ["style-1.png", "style-3.png", "style-4.png"]
    assert (folder / "style-2.png").read_bytes() == b"somebody's"


def test_what_cannot_be_saved_is_told(state, tmp_path):
    with pytest.raises(ConfigurationError, match="licence"):
        state.save("a" * 1001)
    assert not (tmp_path / "runs").exists()
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StorageError, match=r"cannot be written"):
        state.save()


# Uploads


def test_an_uploaded_style_joins_the_swatches_and_is_seen_at_once(studio):
    state = studio.state
    state.change(x=0.9, y=0.9)
    red = np.broadcast_to(np.uint8([255, 0, 0]), (60, 70, 3))
    upload(studio.own_style, file(red), "red cloth.png")
    assert studio.message.value == "red cloth.png is in the top right corner."
    assert state.scene.corners[1] is state.swatches[6]
    assert studio.gallery.shape[0] == 7
    assert studio.gallery.labels[6] == "red cloth.png"
    assert (studio.corners.chosen, studio.gallery.chosen) == (1, 6)
    assert state.made.record["styles"][1]["upload"] == "red cloth.png"
    assert not studio.own_style.value  # empty: it can take the same file again
    upload(studio.own_style, file(red), "red cloth.png")
    assert len(state.swatches) == 8


def test_of_an_uploaded_content_only_the_garment_changes(studio):
    state = studio.state
    assert studio.masked.disabled
    state.change(alpha=0.5)
    upload(studio.own_content, file(photo()))
    assert studio.message.value == "shirt.png: its garment was found and is what changes."
    content = state.scene.content.image
    assert content.shape == (40, 35, 3)
    outside = state.scene.mask == 0
    np.testing.assert_array_equal(state.made.image[outside], content[outside])
    assert np.abs(state.made.image - content)[~outside].max(axis=1).min() > 0.01
    assert state.made.record["content"]["upload"] == "shirt.png"
    assert state.scene.alpha == 0.5  # the rest stays
    assert studio.masked.value
    assert not studio.masked.disabled
    studio.masked.value = False
    assert np.abs(state.made.image - content)[outside].max(axis=1).min() > 0.1


def test_an_uploaded_content_without_a_plain_ground_changes_as_a_whole(studio):
    upload(studio.own_content, file(photo()))
    upload(studio.own_content, file(noise()), "meadow.png")
    assert studio.message.value.startswith("meadow.png: all of it changes, as no garment")
    assert studio.state.scene.mask is None
    assert studio.masked.disabled
    assert not studio.masked.value
    assert studio.state.made.record["mask"] is None


def test_a_large_photograph_is_scaled_down(studio):
    upload(studio.own_content, file(photo(4000, 3500), "JPEG"), "phone.jpg")
    assert studio.state.made.image.shape == (35, 40, 3)
    upload(studio.own_style, file(photo(3500, 4000), "JPEG"), "phone.jpg")
    assert studio.state.swatches[-1].image.shape == (40, 35, 3)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "shirt.png is empty"),
        (b"garbage", "shirt.png is no PNG, JPEG or WebP"),
        (file(noise())[:500], "shirt.png is damaged"),
        (file(np.zeros((5001, 5000), np.uint8)), "shirt.png has 5,000 x 5,001 pixels"),
        (file(noise(20, 90)), "The {} is"),
    ],
    ids=["empty", "garbage", "damaged", "huge", "narrow"],
)
@pytest.mark.parametrize("what", ["content", "style"])
def test_a_bad_upload_is_one_line_and_nothing_is_lost(studio, what, content, found):
    state, picture = studio.state, studio.image.value
    before = state.scene, state.made, list(state.swatches)
    upload(getattr(studio, f"own_{what}"), content)
    assert studio.message.value.startswith(found.format(what))
    assert "\n" not in studio.message.value
    assert (state.scene, state.made, state.swatches) == before
    assert studio.image.value == picture
    studio.alpha.value = 0.5  # it lives on
    assert studio.message.value == ""
    assert studio.image.value != picture


def test_a_full_studio_takes_no_more_swatches(studio, monkeypatch):
    monkeypatch.setattr(studio_state, "KEPT", 7)
    for name in ("one.png", "two.png"):
        upload(studio.own_style, file(noise()), name)
    assert studio.message.value.startswith("two.png was not added: the studio holds 7 swatches.")
    assert len(studio.state.swatches) == 7


# The view, without a browser


def tiles_of(tiles):
    return np.frombuffer(tiles.pixels, np.uint8).reshape(tiles.shape) / 127.5 - 1


def assert_shows_its_state(studio):
    state, scene = studio.state, studio.state.scene
    assert studio.image.value == state.png()
    assert (studio.pad.x, studio.pad.y) == (scene.x, scene.y)
    assert studio.pad.map == state.map()
    assert studio.alpha.value == scene.alpha
    assert (studio.keep_colours.value, studio.masked.value) == (scene.keep_colours, scene.masked)
    assert studio.mixture.value == state.mixture()
    assert (studio.corners.chosen, studio.gallery.chosen) == (state.target, state.chosen)
    for tiles, sources in ((studio.gallery, state.swatches), (studio.corners, scene.corners)):
        np.testing.assert_allclose(tiles_of(tiles), [one.square() for one in sources], atol=0.01)
    shown = pixels_of(studio.content.value) / 127.5 - 1
    np.testing.assert_allclose(shown, scene.content.square(), atol=0.01)


def test_every_control_changes_the_state_and_the_view_shows_it(studio):
    seen = [studio.image.value]

    def shows_news():
        assert_shows_its_state(studio)
        assert studio.image.value not in seen
        seen.append(studio.image.value)

    assert_shows_its_state(studio)
    studio.alpha.value = 0.5
    shows_news()
    drag(studio.pad, 0.25, -0.5)
    shows_news()
    assert (studio.state.scene.x, studio.state.scene.y) == (0.25, -0.5)
    click(studio.gallery, 4)
    shows_news()
    assert studio.corners.labels[3] == "bottom right: style 5"
    click(studio.corners, 1)
    shows_news()
    assert (studio.pad.x, studio.pad.y) == (1.0, 1.0)
    studio.keep_colours.value = True
    shows_news()
    upload(studio.own_content, file(photo()))
    shows_news()


def test_a_drag_paints_once_an_event_and_an_echo_not_at_all(studio, calls):
    painted = len(calls)
    drag(studio.pad, 0.5, 0.5)
    assert len(calls) == painted + 1
    drag(studio.pad, 0.5, 0.5)
    assert len(calls) == painted + 1
    click(studio.corners, 2)  # the knob that the view moves itself asks for nothing
    assert len(calls) == painted + 2


def test_events_in_two_threads_both_count(studio, monkeypatch):
    # As with the subshells of ipykernel 7, one for the pad and one for an upload.
    slow, go_on = threading.Event(), threading.Event()

    def wait(content, styles, **settings):
        slow.set()
        assert go_on.wait(30)
        return fade(content, styles, **settings)

    monkeypatch.setattr(FRONT, "adain", wait)
    first = threading.Thread(target=drag, args=(studio.pad, 0.5, -0.5))
    second = threading.Thread(target=upload, args=(studio.own_content, file(photo())))
    first.start()
    assert slow.wait(30)
    second.start()
    second.join(0.5)  # enough to come to an end if nothing held it
    go_on.set()
    for thread in (first, second):
        thread.join(30)
    scene = studio.state.scene
    assert (scene.content.name, scene.x, scene.y) == ("shirt.png", 0.5, -0.5)
    assert_shows_its_state(studio)


def test_what_a_move_does_not_change_is_not_sent_again(studio):
    sent = []
    studio.gallery.observe(sent.append, "pixels")
    studio.pad.observe(sent.append, "map")
    studio.alpha.value = 0.3
    drag(studio.pad, 0.5, 0.5)
    assert sent == []
    click(studio.gallery, 5)
    assert [change.name for change in sent] == ["map"]


def test_save_tells_the_name(studio, tmp_path):
    studio.licence.value = "  CC0 "
    studio.save.click()
    assert studio.message.value == "Saved runs/style-1.png."
    assert style.read_provenance(tmp_path / "runs/style-1.png")["licence"] == "CC0"
    studio.save.click()
    assert studio.message.value == "Saved runs/style-2.png."
    studio.licence.value = "a" * 1001
    studio.save.click()
    assert studio.message.value.startswith("licence='aaa")


def test_every_control_says_what_it_is(studio):
    controls = [
        one for one in vars(studio).values() if isinstance(one, DescriptionWidget | Button | Tiles)
    ]
    assert len(controls) >= 8
    for one in controls:
        if one not in (studio.message, studio.mixture):
            assert one.title if isinstance(one, Tiles) else one.description


def test_a_thousand_events_make_no_widget_and_close_leaves_none(calls, live_widgets):
    before, threads = live_widgets(), threading.active_count()
    view = open_studio(CONTENT, STYLES, size=40)
    there = live_widgets()
    contents = file(photo()), b"garbage"
    for i in range(1000):
        if i % 2:
            drag(view.pad, i % 41 / 20 - 1, i % 37 / 18 - 1)
        else:
            view.alpha.value = i % 21 / 20
        if i % 20 == 0:
            click(view.gallery, i // 20 % 6)
            click(view.corners, i // 20 % 4)
            view.keep_colours.value = not view.keep_colours.value
        if i % 100 == 0:
            upload(view.own_content, contents[i // 100 % 2])
            upload(view.own_style, contents[i // 100 % 2])
    assert_shows_its_state(view)
    assert live_widgets() == there
    assert len(view._shown) == 3
    assert plt.get_fignums() == []
    assert threading.active_count() == threads
    view.close()
    assert live_widgets() == before
    assert threading.active_count() == threads


def test_its_text_says_what_would_be_there(studio):
    assert repr(studio).startswith("Style studio: a garment in the style of swatches")


def test_the_first_dress_is_one_that_the_kit_draws(calls):
    state = StudioState(styles=STYLES, size=40)
    garment = garments.draw_garment("dress", 40, studio_state.DRESS)
    np.testing.assert_array_equal(state.scene.mask, garment.mask)
