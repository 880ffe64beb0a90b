import importlib
import io
import json
import re
import threading
import time
from datetime import UTC, datetime

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import Button, FileUpload
from ipywidgets.widgets.widget_description import DescriptionWidget
from PIL import Image

from fashionlab import latent, nets, plots
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, DataError, StorageError
from fashionlab.latent.compiled import compiled
from fashionlab.widgets import garment_board, garment_search, garment_state
from fashionlab.widgets.garment_explorer import garment_explorer as open_explorer
from fashionlab.widgets.garment_search import GarmentSearch
from fashionlab.widgets.garment_state import GarmentState
from fashionlab.widgets.line import Line
from fashionlab.widgets.tiles import Tiles

LENGTH = 16  # of a latent
# The package may have a function of the same name.
VIEW = importlib.import_module("fashionlab.widgets.garment_explorer")


@pytest.fixture(scope="module")
def generator():
    keras.utils.set_random_seed(0)
    return nets.dcgan_generator(LENGTH, (4, 2))


@pytest.fixture(scope="module")
def conditional():
    keras.utils.set_random_seed(0)
    return nets.dcgan.conditional_generator(LENGTH, channels=(4, 2))


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch):
    monkeypatch.setattr(VIEW, "REST", 0)


@pytest.fixture
def state(generator, tmp_path):
    return GarmentState(generator, folder=tmp_path / "boards")


@pytest.fixture
def explorer(generator, tmp_path):
    view = open_explorer(generator, folder=tmp_path / "boards")
    yield view
    view.close()


@pytest.fixture
def conditional_explorer(conditional, tmp_path):
    view = open_explorer(conditional, folder=tmp_path / "boards")
    yield view
    view.close()


@pytest.fixture
def clock(monkeypatch):
    """A list whose only item is the time."""
    now = [0.0]
    monkeypatch.setattr(garment_state.time, "monotonic", lambda: now[0])
    return now


def seeded(number):
    return latent.noise(1, LENGTH, garment_state.FIRST + number)[0]


def z(state):
    return state.z([state.garment])[0]


def click(tiles, number):
    """What the browser sends when a tile is clicked."""
    tiles._handle_custom_msg({"tile": number}, [])


def drag(pad, x, y):
    """What the browser sends when the knob is dragged: both numbers in one message."""
    pad.set_state({"x": x, "y": y})


# The compiled generator


def test_the_compiled_generator_makes_the_images_of_generate(generator, conditional):
    latents = latent.noise(5, LENGTH, 0)
    render = compiled(generator)
    for number in (1, 5):
        expected = latent.generate(generator, latents[:number])
        np.testing.assert_allclose(render(latents[:number]), expected, atol=1e-5)
    classes = np.eye(10, dtype=np.float32)[[3, 1, 4, 1, 5]]
    expected = latent.generate(conditional, latents, classes=classes)
    made = compiled(conditional)(latents, classes)
    np.testing.assert_allclose(made, expected, atol=1e-5)
    assert np.ptp(made) > 1e-3  # atol would let grey images through


def test_the_compiled_generator_follows_its_weights():
    network = nets.dcgan_generator(LENGTH, (4, 2))
    render = compiled(network)
    before = render(latent.noise(1, LENGTH, 0))
    network.weights[0].assign(network.weights[0] * 2)
    assert np.abs(render(latent.noise(1, LENGTH, 0)) - before).max() > 1e-4


def test_classes_that_the_compiled_generator_does_not_take_are_refused(generator, conditional):
    latents = latent.noise(1, LENGTH, 0)
    with pytest.raises(ConfigurationError, match="takes latents alone"):
        compiled(generator)(latents, np.eye(10)[:1])
    with pytest.raises(ConfigurationError, match="classes of shape"):
        compiled(conditional)(latents, np.eye(9)[:1])


# The state: where one is


def test_a_new_state_holds_the_first_of_sixteen_seeds(state):
    for seed, garment in enumerate(state.garments):
        np.testing.assert_array_equal(garment.z, seeded(seed))
    assert len(state.garments) == 16
    assert state.garment is state.garments[0]


def test_a_strength_is_a_distance_along_its_direction(state, generator):
    state.turn({1: -1.5, 2: 2.0})
    rows = latent.directions(generator, 6)
    np.testing.assert_allclose(z(state), seeded(0) - 1.5 * rows[1] + 2 * rows[2], atol=1e-6)


def test_directions_of_ones_own_are_taken_by_name(generator):
    state = GarmentState(generator, {"warm": np.eye(LENGTH)[3], "long": 2 * np.eye(LENGTH)[5]})
    state.turn({1: 1.5})
    assert state.names == ["warm", "long"]
    np.testing.assert_allclose(z(state) - seeded(0), 3 * np.eye(LENGTH)[5], atol=1e-6)


def test_directions_too_few_for_the_pad_are_refused(generator):
    with pytest.raises(ConfigurationError, match=r"holds 1\. Give 2 or more"):
        GarmentState(generator, {"warm": np.zeros(LENGTH)})


def test_what_is_no_generator_is_refused():
    with pytest.raises(ConfigurationError, match="Wanted a generator"):
        open_explorer("dcgan")
    with pytest.raises(ConfigurationError, match="Wanted a generator"):
        open_explorer(nets.dcgan_discriminator((2, 2, 2)))


def test_the_picture_is_the_image_with_each_pixel_eleven_wide(state, generator):
    with Image.open(io.BytesIO(state.png())) as picture:
        pixels = np.asarray(picture)
    image = latent.generate(generator, seeded(0)[None])[0, :, :, 0]
    expected = np.round((image + 1) * 127.5).repeat(11, axis=0).repeat(11, axis=1)
    np.testing.assert_allclose(pixels, expected, atol=1)


def test_a_strip_shows_one_direction_from_minus_three_to_three(state):
    state.turn({0: 1.0, 2: 0.5})
    strengths = [garment.strengths for garment in state.strip(2)]
    assert [row[2] for row in strengths] == [-3, -2, -1, 0, 1, 2, 3]
    assert {row[0] for row in strengths} == {1.0}


def test_the_map_is_the_plane_of_its_two_directions(state):
    state.turn({4: 1.0})
    # The knob over the middle of the outer cells asks for 2.4 of 3.
    expected = latent.plane(z(state), state.directions[0], state.directions[1], 2.4, 5)
    np.testing.assert_allclose(state.z(state.map(0, 1)), expected, atol=1e-5)


def test_the_film_walks_along_the_arc_between_the_pins(state):
    state.go(state.garments[3])
    state.pin(0)
    state.go(state.garments[9])
    state.pin(1)
    film = state.z(state.film())
    amounts = np.linspace(0, 1, 8)[:, None]
    expected = latent.slerp(seeded(3)[None], seeded(9)[None], amounts)
    np.testing.assert_allclose(film, expected, atol=1e-5)
    state.walk(0.25)
    np.testing.assert_allclose(
        z(state), latent.slerp(seeded(3)[None], seeded(9)[None], 0.25)[0], atol=1e-5
    )


def test_a_walk_between_the_same_pins_stays_there(state):
    state.pins = [state.garment] * 2
    state.walk(0.5)
    np.testing.assert_allclose(z(state), seeded(0), atol=1e-5)


def test_others_are_the_next_sixteen_seeds(state):
    state.others()
    np.testing.assert_array_equal(state.garments[0].z, seeded(16))
    assert state.garment.name == "garment 0"  # what is in hand stays there


def test_neighbours_lie_as_near_as_the_radius_says_and_are_seeded(generator, state):
    state.turn({0: 1.0})
    centre = z(state)
    state.more_like_this(0.3)
    assert state.garments[0] is state.garment
    around = state.z(state.garments[1:])
    assert len(around) == 15
    # E |z' - z|^2 = (1 - sqrt(1 - r^2))^2 |z|^2 + r^2 latent_dim
    expected = (1 - np.sqrt(1 - 0.09)) ** 2 * (centre**2).sum() + 0.09 * LENGTH
    assert np.square(around - centre).sum(axis=1).mean() == pytest.approx(expected, rel=0.4)
    again = GarmentState(generator)
    again.turn({0: 1.0})
    again.more_like_this(0.3)
    np.testing.assert_array_equal(again.z(again.garments), state.z(state.garments))
    state.more_like_this(0.3)  # others, on demand
    assert np.abs(state.z(state.garments[1:]) - around).max() > 0.01


def test_the_same_neighbours_come_nearer_with_the_radius(state):
    state.more_like_this(0.4)
    far = state.z(state.garments[1:])
    state.spread(0.1)
    near = state.z(state.garments[1:])
    news = (far - np.sqrt(1 - 0.16) * z(state)) / 0.4
    np.testing.assert_allclose(near, np.sqrt(1 - 0.01) * z(state) + 0.1 * news, atol=1e-5)
    assert np.linalg.norm(near - z(state), axis=1).max() < 1
    state.turn({0: 1.0})  # they follow the garment in hand
    state.spread(0.1)
    assert state.garments[0] is state.garment


def test_a_class_is_a_weight_of_one_and_a_mixture_two_weights(conditional, clock):
    state = GarmentState(conditional)
    np.testing.assert_array_equal(state.garment.classes, np.eye(10)[0])
    state.mix(3, 5, 0.25)
    np.testing.assert_allclose(state.garment.classes, 0.75 * np.eye(10)[3] + 0.25 * np.eye(10)[5])
    assert state.two_classes() == (3, 5, 0.25)
    assert state.class_names[3] == "dress"


def test_between_pins_of_two_classes_the_class_changes_evenly(conditional):
    state = GarmentState(conditional)
    state.pin(0)
    state.mix(7, 7, 0.0)
    state.pin(1)
    weights = np.stack([garment.classes for garment in state.film()])
    np.testing.assert_allclose(weights[:, 7], np.linspace(0, 1, 8), atol=1e-6)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)


# The state: back and forth


def test_undo_and_redo_go_through_the_history(state):
    steps = [state.garment]
    for number in (4, 8):
        state.go(state.garments[number])
        steps.append(state.garment)
    state.undo()
    assert state.garment is steps[1]
    state.undo()
    state.undo()  # there is nothing before the first
    assert state.garment is steps[0]
    state.redo()
    assert state.garment is steps[1]
    state.go(state.garments[2])  # what was undone is gone now
    state.redo()
    assert state.garment is state.garments[2]
    assert len(state.history) == 3


def test_a_drag_is_one_step_until_it_rests(state, clock):
    for strength in (0.5, 1.0, 1.5):
        clock[0] += 0.9
        state.turn({0: strength})
    assert len(state.history) == 2
    clock[0] += 1.1
    state.turn({0: 2.0})
    assert len(state.history) == 3
    state.turn({1: 1.0})  # another slider
    assert len(state.history) == 4
    state.undo()
    state.turn({1: 0.5})  # not the drag that was undone
    assert len(state.history) == 4
    assert [garment.strengths[:2] for garment in state.history] == [
        *((0, 0), (1.5, 0)),
        *((2.0, 0), (2.0, 0.5)),
    ]


def test_turning_to_where_it_is_leaves_no_step(state):
    state.turn({0: 0.0})
    assert len(state.history) == 1


def test_the_history_keeps_the_last_twenty(state):
    for i in range(50):
        state.go(state.garments[i % 16])
    assert len(state.history) == 20
    assert state.history[-1] is state.garments[49 % 16]
    state.jump(0)
    assert state.garment is state.garments[30 % 16]


def test_a_star_comes_and_goes(state):
    state.star("  mine")
    assert [garment.name for garment in state.favourites] == ["  mine"]
    assert state.garment is state.favourites[0]
    state.go(state.garments[1])
    state.star()
    assert [garment.name for garment in state.favourites] == ["  mine", "garment 1"]
    state.star()
    assert len(state.favourites) == 1


# Boards


def test_a_board_brings_favourites_back_to_the_bit(conditional, tmp_path):
    state = GarmentState(conditional, folder=tmp_path)
    state.turn({0: 0.7})
    state.mix(2, 6, 0.35)
    state.star("costs $5 and \\ more $")
    state.go(state.garments[4])
    state.star()
    file = garment_board.save(state)
    assert file == tmp_path / "board-1.json"
    with Image.open(file.with_suffix(".png")) as picture:
        assert picture.width > picture.height > 50
    fresh = GarmentState(conditional)
    assert garment_board.load(fresh, file) == 2
    assert [g.name for g in fresh.favourites] == ["costs $5 and \\ more $", "garment 4"]
    np.testing.assert_array_equal(fresh.z(fresh.favourites), state.z(state.favourites))
    for old, new in zip(state.favourites, fresh.favourites, strict=True):
        np.testing.assert_array_equal(old.classes, new.classes)
    assert garment_board.load(fresh, file) == 0  # they are there already


def test_a_board_brings_guided_classes_back(conditional, tmp_path):
    state = GarmentState(conditional, folder=tmp_path)
    classes = latent.guided(np.eye(10)[3], 2.0)
    assert classes.min() < 0
    state.go(state.at(seeded(1), "surely a dress", classes))
    state.star()
    fresh = GarmentState(conditional)
    assert garment_board.load(fresh, garment_board.save(state)) == 1
    np.testing.assert_array_equal(fresh.favourites[0].classes, classes)


def test_boards_are_numbered_and_never_written_over(state):
    state.star()
    state.folder.mkdir()
    (state.folder / "board-3.png").write_bytes(b"somebody's")
    (state.folder / "board-x.json").write_text("no board")
    assert [garment_board.save(state).name for _ in range(2)] == ["board-4.json", "board-5.json"]
    assert (state.folder / "board-3.png").read_bytes() == b"somebody's"
    assert [file.name for file in garment_board.boards(state.folder)] == [
        "board-4.json",
        "board-5.json",
    ]


def test_an_empty_board_is_refused(state):
    with pytest.raises(DataError, match="no favourites yet"):
        garment_board.save(state)
    assert not state.folder.exists()


def test_a_folder_that_cannot_be_written_is_named(generator, tmp_path):
    (tmp_path / "file").write_text("")
    state = GarmentState(generator, folder=tmp_path / "file")
    state.star()
    with pytest.raises(StorageError, match=r"file.*cannot be written"):
        garment_board.save(state)


def test_a_board_of_another_generator_is_refused_by_name_or_weights(state, conditional):
    state.star()
    file = garment_board.save(state)
    with pytest.raises(DataError, match=r"dcgan_generator with .*; this one is conditional_gen"):
        garment_board.load(GarmentState(conditional), file)
    other = nets.dcgan_generator(LENGTH, (4, 2))
    with pytest.raises(DataError, match="made with another generator"):
        garment_board.load(GarmentState(other), file)


def spoil(content, **changes):
    garment = content["garments"][0] | changes
    return json.dumps(content | {"garments": [garment]})


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        (lambda board: "", "cannot be read"),
        (lambda board: json.dumps(board)[:-20], "cannot be read"),
        (lambda board: "[]", "is no board"),
        (lambda board: json.dumps(board | {"format": "board 9"}), "is no board"),
        (lambda board: json.dumps(board | {"generator": None}), "another generator: unnamed"),
        (lambda board: json.dumps(board | {"garments": 3}), "damaged"),
        (lambda board: json.dumps(board | {"garments": [{}]}), "damaged"),
        (lambda board: spoil(board, z=[0.0]), "damaged.*shape"),
        (lambda board: spoil(board, z=["a"] * LENGTH), "damaged"),
        (lambda board: spoil(board, z=[float("nan")] * LENGTH), "damaged.*finite"),
        (lambda board: spoil(board, classes=[1.0] + [0.0] * 9), "damaged.*classes"),
    ],
)
def test_a_bad_board_is_refused_and_adds_nothing(state, spoilt, found):
    state.star()
    file = garment_board.save(state)
    file.write_text(spoilt(json.loads(file.read_text())))
    with pytest.raises(DataError, match=found):
        garment_board.load(state, file)
    assert len(state.favourites) == 1


def test_class_weights_of_a_board_that_do_not_fit_are_refused(conditional, tmp_path):
    state = GarmentState(conditional, folder=tmp_path)
    state.star()
    file = garment_board.save(state)
    board = json.loads(file.read_text())
    for classes in (None, [1.0], [0.5] * 10, [1.0, float("nan")] + [0.0] * 8):
        file.write_text(spoil(board, classes=classes))
        with pytest.raises(DataError, match=r"damaged.*class"):
            garment_board.load(state, file)


def test_a_missing_board_is_named(state, tmp_path):
    with pytest.raises(DataError, match=r"missing\.json cannot be read"):
        garment_board.load(state, tmp_path / "missing.json")


# The search for an image


@pytest.fixture
def photo():
    """A dark shirt on white, as the content of a PNG file."""
    pixels = np.full((90, 80), 250, np.uint8)
    pixels[20:80, 25:55] = 40
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def _few(monkeypatch):
    """A search that takes no time."""
    monkeypatch.setattr(latent.projection, "CANDIDATES", 50)
    monkeypatch.setattr(garment_search, "STEPS", 20)


def upload(content, name="shirt.png"):
    """The value of a FileUpload; those of ipywidgets 7 and 8 differ."""
    file = {"name": name, "type": "image/png", "size": len(content)}
    if isinstance(FileUpload().value, dict):
        return {name: {"metadata": file, "content": content}}
    return (file | {"content": content, "last_modified": datetime.now(tz=UTC)},)


@pytest.mark.usefixtures("_few")
def test_a_search_tells_how_it_goes_and_finds_a_latent(generator, photo):
    search = GarmentSearch(generator)
    news, found = [], []
    search.on_news = lambda: news.append((search.done, search.message))
    search.on_found = lambda z, classes: found.append((z, classes))
    search.start(upload(photo))
    search.wait()
    ((z, classes),) = found
    assert z.shape == (LENGTH,)
    assert classes is None
    assert search.target.shape == (28, 28, 1)
    assert [done for done, _ in news] == [0.0, 0.0, 0.5, 1.0, 0.0]
    assert news[-1][1].startswith("Found at a mean squared pixel difference of ")
    assert not search.running


@pytest.mark.usefixtures("_few")
def test_stop_ends_a_search_with_the_best_so_far(generator, photo, monkeypatch):
    monkeypatch.setattr(garment_search, "STEPS", 100_000)
    search = GarmentSearch(generator)
    found = []
    search.on_found = lambda z, classes: found.append(z)
    search.on_news = lambda: search.done > 0 and search.stop()
    search.start(photo)
    search.start(photo)  # one at a time
    search.wait()
    assert len(found) == 1
    assert search.message.startswith("Stopped at")


@pytest.mark.usefixtures("_few")
def test_stop_while_the_random_garments_are_looked_at_finds_nothing(generator, photo, monkeypatch):
    monkeypatch.setattr(latent.projection, "BATCH", 5)
    search = GarmentSearch(generator)
    found, looked = [], []
    step = search._on_step
    monkeypatch.setattr(search, "_on_step", lambda *given: looked.append(given) or step(*given))
    search.on_found = lambda z, classes: found.append(z)
    search.on_news = lambda: search.message.startswith("Looking") and search.stop()
    search.start(photo)
    search.wait()
    assert found == []
    assert len(looked) == 1  # of ten batches
    assert search.message == "Stopped before a garment was found."


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"\x89PNG\r\n\x1a\n" + bytes(50)],
    ids=["empty", "garbage", "damaged"],
)
def test_garbage_ends_in_one_line(explorer, content):
    before = explorer.state.garment
    explorer.controls.upload.set_trait("value", upload(content))
    explorer.search.wait()
    message = explorer.controls.message.value
    assert message.startswith("shirt.png")
    assert "\n" not in message
    assert explorer.state.garment is before
    assert not explorer.controls.upload.disabled


def test_a_fault_of_the_generator_ends_in_one_line(generator, photo, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("in user code:\n  too  bad")

    monkeypatch.setattr(latent, "project", fail)
    search = GarmentSearch(generator)
    search.start(photo)
    search.wait()
    assert search.message == "Stopped by RuntimeError: too bad"


@pytest.mark.usefixtures("_few")
def test_what_an_upload_finds_is_taken_in_hand_and_the_page_lives_on(explorer, photo, monkeypatch):
    go_on = threading.Event()
    project = latent.project

    def slow(*arguments, **options):
        assert go_on.wait(30)
        return project(*arguments, **options)

    monkeypatch.setattr(latent, "project", slow)
    controls = explorer.controls
    controls.upload.set_trait("value", upload(photo))
    assert not controls.upload.value  # empty: it can take the same file again
    while explorer.search.target is None:
        time.sleep(0.01)
    controls.strengths[0].value = 1.0  # meanwhile
    assert explorer.state.garment.strengths[0] == 1.0
    assert not controls.stop.disabled
    go_on.set()
    explorer.search.wait()
    assert explorer.state.garment.name == "found"
    assert controls.stop.disabled
    assert controls.progress.layout.visibility == "hidden"
    target = (explorer.search.target[None] + 1) * 127.5
    with Image.open(io.BytesIO(controls.target.value)) as picture:
        np.testing.assert_allclose(np.asarray(picture)[::2, ::2], target[0, :, :, 0], atol=1)
    controls.undo.click()
    assert explorer.state.garment.strengths[0] == 1.0


# The view, without a browser


def shown(tiles):
    """The images that tiles show, in [-1, 1]."""
    pixels = np.frombuffer(tiles.pixels, np.uint8).reshape(tiles.shape)
    return pixels / 127.5 - 1


def assert_shows(tiles, state, garments):
    np.testing.assert_allclose(shown(tiles), state.images(garments), atol=0.01)
    assert len(tiles.labels) == len(garments)


def test_everything_shows_the_state(explorer):
    state, controls = explorer.state, explorer.controls
    assert_everything_shows(state, controls)
    click(controls.grid, 5)
    controls.star.click()
    controls.strengths[2].value = 1.5
    controls.like.click()
    explorer.wait()
    assert_everything_shows(state, controls)


def assert_everything_shows(state, controls):
    assert controls.image.value == state.png()
    assert_shows(controls.grid, state, state.garments)
    assert_shows(controls.film, state, state.film())
    assert_shows(controls.history, state, state.history)
    assert controls.history.chosen == state.place
    if state.favourites:
        assert_shows(controls.favourites, state, state.favourites)
    for i, strip in enumerate(controls.strips):
        assert_shows(strip, state, state.strip(i))
    expected = plots.png(state.images(state.map(0, 1)), columns=5, zoom=1, gap=0)
    assert controls.pad.map == expected


def test_a_click_takes_a_garment_in_hand_and_marks_it(explorer):
    click(explorer.controls.grid, 5)
    assert explorer.state.garment is explorer.state.garments[5]
    assert explorer.controls.grid.chosen == 5
    assert explorer.image.value == explorer.state.png()
    explorer.controls.strengths[0].value = 0.5
    assert explorer.controls.grid.chosen == -1


def test_a_click_on_a_tile_that_is_gone_does_nothing(explorer):
    click(explorer.controls.favourites, 0)
    click(explorer.controls.grid, 99)
    assert len(explorer.state.history) == 1


def test_the_radius_moves_the_neighbours_at_once(explorer):
    controls, state = explorer.controls, explorer.state
    controls.like.click()
    before = state.z(state.garments)
    controls.radius.value = 0.2
    assert_shows(controls.grid, state, state.garments)
    after = state.z(state.garments)
    assert (np.linalg.norm(after - before, axis=1)[1:] > 0.1).all()
    assert controls.grid.chosen == 0


def test_the_radius_leaves_garments_alone_that_are_no_neighbours(explorer):
    controls, state = explorer.controls, explorer.state
    first = state.garments
    controls.radius.value = 0.3
    assert state.garments is first
    controls.like.click()
    controls.others.click()
    others = state.garments
    controls.radius.value = 0.2
    assert state.garments is others


def test_pad_sliders_and_strips_move_each_other(explorer):
    controls, state = explorer.controls, explorer.state
    drag(controls.pad, 1.25, -2.0)
    assert state.garment.strengths[:2] == (1.25, -2.0)
    assert [slider.value for slider in controls.strengths[:3]] == [1.25, -2.0, 0.0]
    controls.strengths[1].value = 0.5
    assert (controls.pad.x, controls.pad.y) == (1.25, 0.5)
    click(controls.strips[0], 1)
    assert state.garment.strengths[:2] == (-2.0, 0.5)
    assert controls.pad.x == -2.0


def test_another_axis_moves_the_knob_and_never_names_a_direction_twice(explorer):
    controls = explorer.controls
    controls.strengths[3].value = 2.0
    controls.up.index = 3
    assert (controls.pad.x, controls.pad.y) == (0.0, 2.0)
    controls.across.index = 3
    assert (controls.across.index, controls.up.index) == (3, 0)
    assert controls.pad.names == ["direction 4", "direction 1"]
    assert (controls.pad.x, controls.pad.y) == (2.0, 0.0)
    drag(controls.pad, 1.0, 0.5)
    assert explorer.state.garment.strengths[:4] == (0.5, 0, 0, 1.0)


def test_undo_brings_the_controls_back(explorer, clock):
    controls = explorer.controls
    assert controls.undo.disabled
    drag(controls.pad, 1.0, 1.0)
    clock[0] += 5
    controls.strengths[4].value = 2.0
    controls.undo.click()
    controls.undo.click()
    assert [slider.value for slider in controls.strengths] == [0] * 6
    assert (controls.pad.x, controls.pad.y) == (0, 0)
    assert controls.undo.disabled
    assert not controls.redo.disabled
    explorer.wait()
    click(controls.history, 2)
    assert controls.strengths[4].value == 2.0


def test_class_controls_mix_and_come_back(conditional_explorer, clock):
    controls, state = conditional_explorer.controls, conditional_explorer.state
    controls.first.value = "dress"
    controls.second.value = "bag"
    controls.amount.value = 0.75
    np.testing.assert_allclose(state.garment.classes, 0.25 * np.eye(10)[3] + 0.75 * np.eye(10)[8])
    # The hand is not led astray where the second class outweighs the first.
    assert (controls.first.value, controls.second.value) == ("dress", "bag")
    controls.amount.value = 0.0
    clock[0] += 5
    click(controls.grid, 2)
    assert controls.first.value == "T-shirt/top"
    controls.undo.click()
    assert (controls.first.value, controls.amount.value) == ("dress", 0.0)
    conditional_explorer.wait()
    assert_everything_shows(state, controls)


def test_an_unconditional_generator_has_no_class_controls(explorer):
    assert not hasattr(explorer.controls, "first")


def test_pins_film_and_walk(explorer):
    controls, state = explorer.controls, explorer.state
    click(controls.grid, 6)
    controls.pin_a.click()
    click(controls.grid, 11)
    controls.pin_b.click()
    assert_shows(controls.film, state, state.film())
    controls.between.value = 0.5
    expected = latent.slerp(seeded(6)[None], seeded(11)[None], 0.5)[0]
    np.testing.assert_allclose(z(state), expected, atol=1e-5)
    click(controls.film, 7)
    np.testing.assert_allclose(z(state), seeded(11), atol=1e-5)


def test_favourites_are_saved_listed_and_loaded(explorer, generator, tmp_path):
    controls = explorer.controls
    assert controls.save.disabled
    assert controls.open.disabled
    controls.name.value = "a <b>bold</b> one"
    controls.star.click()
    assert controls.star.description == "Remove the star"
    assert controls.name.value == ""
    controls.save.click()
    assert re.search(r"Saved .*board-1\.json and board-1\.png", controls.message.value)
    assert controls.boards.options == ("board-1.json",)
    fresh = open_explorer(generator, folder=tmp_path / "boards")
    fresh.controls.open.click()
    assert [garment.name for garment in fresh.state.favourites] == ["a <b>bold</b> one"]
    click(fresh.controls.favourites, 0)
    assert fresh.image.value == explorer.image.value
    fresh.close()


def test_a_bad_board_is_a_line_for_a_button_and_an_error_for_a_call(explorer):
    controls = explorer.controls
    controls.star.click()
    controls.save.click()
    file = explorer.state.folder / "board-1.json"
    file.write_text("{}")
    controls.open.click()
    assert "is no board" in controls.message.value
    with pytest.raises(DataError, match="is no board"):
        explorer.load(file)
    controls.undo.click()
    assert controls.message.value == ""


def test_every_control_says_what_it_is(conditional_explorer):
    controls = conditional_explorer.controls
    for control in vars(controls).values():
        for one in control if isinstance(control, list) else [control]:
            if isinstance(one, Tiles):
                assert one.title
            elif isinstance(one, DescriptionWidget | Button | Line) and one is not controls.message:
                assert one.description


def test_a_drag_draws_once_an_event_and_looks_around_once_at_its_end(explorer, monkeypatch):
    monkeypatch.setattr(VIEW, "REST", 0.3)
    drawn, looked = [], []
    monkeypatch.setattr(explorer.state, "png", lambda: drawn.append(1) or b"")
    around = explorer.state.map
    monkeypatch.setattr(explorer.state, "map", lambda *axes: looked.append(1) or around(*axes))
    for i in range(20):
        drag(explorer.controls.pad, i / 10, i / 10)
    explorer.wait()
    assert len(drawn) == 19  # the first event moved nothing
    assert len(looked) == 1


def test_a_thousand_events_make_no_widget_and_close_leaves_none(
    generator, live_widgets, monkeypatch, tmp_path
):
    before, threads = live_widgets(), threading.active_count()
    view = open_explorer(generator, folder=tmp_path)
    controls = view.controls
    controls.star.click()
    view.wait()
    there = live_widgets()
    # The network has no widgets to leak and takes most of the time.
    monkeypatch.setattr(view.state, "images", lambda garments: np.zeros((len(garments), 8, 8, 1)))
    for i in range(1000):
        if i % 2:
            drag(controls.pad, i % 7 / 3 - 1, i % 11 / 5 - 1)
        else:
            controls.strengths[i % 6].value = i % 13 / 6 - 1
        if i % 50 == 0:
            click(controls.grid, i % 16)
            controls.like.click()
            controls.undo.click()
    view.wait()
    assert live_widgets() == there
    assert len(view._shown) == 4
    assert len(view.state.history) <= 20
    assert plt.get_fignums() == []
    view.close()
    assert live_widgets() == before
    assert threading.active_count() <= threads


def test_its_text_says_what_would_be_there(explorer):
    assert repr(explorer).startswith("Garment explorer: a garment, ways to change it")
