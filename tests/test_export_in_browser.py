"""The exported explorer as anybody meets it: a file, opened in a real Chromium, offline."""

import itertools
import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import fashionlab as fl
from fashionlab.backend import keras
from fashionlab.export import export_explorer

from .browser import KEYS, browse, go_wild, needed_chromium, wait_until

layers = keras.layers
Z = fl.latent.noise(100, 64, seed=0)
FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
RUN = """rows => JSON.stringify(rows.map(
    inputs => [...run(network, inputs.map(input => Float32Array.from(input))).image]))"""
# The image and the multiplications of another program than the page's own.
RUN_ALSO = """([explorer, weights, z]) => {
    const {image, counts} = run(buildNetwork(explorer, decode(weights)), [Float32Array.from(z)]);
    return [[...image], counts];
}"""
# The grey levels that a canvas shows.
GREYS = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [...data].filter((_, i) => i % 4 === 0);
}"""
# From here on, how often each kind of picture is drawn.
COUNT = """() => {
    window.drawn = {pictures: 0, neighbours: 0};
    const {drawPicture: picture, drawNeighbour: one} = window;
    drawPicture = () => { drawn.pictures++; picture(); };
    drawNeighbour = i => { drawn.neighbours++; one(i); };
}"""
NAMELESS = """() => [...document.querySelectorAll("button, input, select, [tabindex], [role=img]")]
    .filter(element => !element.closest("[hidden]"))
    .filter(({ariaLabel, labels, textContent}) =>
        !ariaLabel && !labels?.length && !textContent.trim())
    .map(element => element.outerHTML)"""


# Generators


def shaken(model):
    """The model with every weight unlike a new one's, those of batch normalisation too."""
    random = np.random.default_rng(0)
    for weight in model.weights:
        values = random.normal(0, max(np.prod(weight.shape[:-1]), 1) ** -0.5, weight.shape)
        weight.assign(np.abs(values) + 0.1 if "variance" in weight.path else values)
    return model


def conditional_generator():
    """Latents and class weights to images, through every kind of layer that the page knows."""
    z, classes = keras.Input((64,)), keras.Input((10,))
    x = layers.Dense(49 * 8, activation="relu")(layers.Concatenate()([z, classes]))
    x = layers.BatchNormalization()(layers.Reshape((7, 7, 8))(x))
    x = layers.UpSampling2D()(layers.LeakyReLU(0.2)(x))  # (B, 14, 14, 8)
    rough = layers.Conv2D(8, 3, padding="same")(x)
    x = layers.Concatenate()([layers.Add()([x, rough]), layers.Activation("tanh")(rough)])
    x = layers.ReLU()(layers.BatchNormalization(scale=False)(x))  # (B, 14, 14, 16)
    x = layers.Conv2DTranspose(4, 5, 2, "same", use_bias=False)(x)  # (B, 28, 28, 4)
    x = layers.ReLU(negative_slope=0.1)(layers.BatchNormalization(center=False)(x))
    return keras.Model([z, classes], layers.Conv2D(1, 4, padding="same", activation="tanh")(x))


def class_weights(number):
    return np.random.default_rng(1).dirichlet(np.ones(10), number).astype(np.float32)


def on_square(layer, size):
    """Latents of two numbers through a layer on a size x size image."""
    z = keras.Input((2,))
    x = layers.Reshape((size, size, 1))(layers.Dense(size * size)(z))
    return keras.Model(z, layer(x))


# The browser, and pages in it


@pytest.fixture(scope="module")
def browser():
    with browse(needed_chromium()) as browser:
        yield browser


class Explorer:
    """An exported page that is open; what its console and scripts report goes to `problems`."""

    def __init__(self, browser, file, **options):
        self.problems, self.requests = [], []
        self.page = page = browser.new_page(**options)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())
        self.picture = page.locator("#picture")
        self.pad = page.locator("#pad")
        self.number = page.get_by_label("garment number")
        self.undo = page.get_by_role("button", name="Undo")

    def _on_console(self, message):
        if message.type == "error":  # a warning is about canvases that these tests read so often
            self.problems.append(message.text)

    def greys(self) -> np.ndarray:
        """What the picture shows, once all that was asked for is drawn."""
        self.page.evaluate(FRAME)
        return np.array(self.picture.evaluate(GREYS))

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def type_number(self, garment):
        self.number.fill(garment)
        self.number.press("Enter")

    def state(self):
        return self.page.evaluate("state")

    def expected(self, generator) -> np.ndarray:
        """What Keras makes of the page's state, in grey levels that are not rounded."""
        z = np.float32(self.page.evaluate("[...latentOf(state.garment, latentDim)]"))
        vectors = np.float32(self.page.evaluate("directions.map(({vector}) => vector)"))
        inputs = [(z + np.float32(self.state()["strengths"]) @ vectors)[None]]
        if len(generator.inputs) == 2:
            inputs.append(np.float32([self.page.evaluate("[...classWeights()]")]))
        image = generator(inputs if len(inputs) == 2 else inputs[0], training=False)
        return (np.asarray(image).ravel() + 1) * 127.5

    def drag(self, steps=20):
        """Pull the dot from the middle to the upper right corner and beyond; do not let go."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + box["width"], y - box["height"], steps=steps)


@pytest.fixture(scope="module")
def generator():
    return fl.pretrained.generator("dcgan")


@pytest.fixture(scope="module")
def file(generator, tmp_path_factory):
    return export_explorer(generator, tmp_path_factory.mktemp("page") / "dcgan.html")


@pytest.fixture
def explorer(browser, file):
    explorer = Explorer(browser, file)
    yield explorer
    assert explorer.problems == []
    assert explorer.requests == [file.as_uri()]
    explorer.page.close()


@pytest.fixture(scope="module")
def conditional():
    return shaken(conditional_generator())


@pytest.fixture
def conditional_explorer(browser, conditional, tmp_path):
    directions = {"width": np.eye(64)[3], "sleeves": np.eye(64)[5] - np.eye(64)[6]}
    file = export_explorer(conditional, tmp_path / "page.html", directions=directions)
    explorer = Explorer(browser, file)
    yield explorer
    assert explorer.problems == []
    explorer.page.close()


# The same images as Keras


@pytest.mark.parametrize(
    "build", [fl.nets.dcgan_generator, lambda: fl.nets.classic_generator(), conditional_generator]
)
def test_the_page_computes_the_images_of_keras(build, browser, tmp_path):
    model = shaken(build())
    inputs = [fl.latent.noise(100, model.inputs[0].shape[1], seed=0)]
    if len(model.inputs) == 2:
        inputs.append(class_weights(100))
    wanted = np.asarray(model(inputs if len(inputs) == 2 else inputs[0], training=False))
    directions = np.eye(inputs[0].shape[1])[:2]
    explorer = Explorer(browser, export_explorer(model, tmp_path / "p.html", directions=directions))
    rows = [list(row) for row in zip(*(part.tolist() for part in inputs), strict=True)]
    found = np.array(json.loads(explorer.page.evaluate(RUN, rows))).reshape(wanted.shape)
    assert explorer.problems == []
    explorer.page.close()
    assert np.abs(found - wanted).max() < 1e-4  # a grey level is 80 times as much
    assert wanted.std() > 0.1
    assert np.abs(found - np.roll(wanted, 1, axis=0)).max() > 2 / 255


def test_every_kernel_stride_and_size_pads_as_keras_does(explorer, tmp_path):
    z = np.float32([0.3, -1.2])
    for kind in (layers.Conv2D, layers.Conv2DTranspose):
        for kernel, stride, size in np.ndindex(5, 3, 2):
            layer = kind(1, kernel + 1, stride + 1, "same")
            model = shaken(on_square(layer, size + 4))
            page = export_explorer(model, tmp_path / "p.html").read_text(encoding="utf-8")
            program = json.loads(re.search(r'id="explorer">(.*?)</script>', page)[1])
            weights = re.search(r'id="weights">(.*?)</script>', page)[1]
            image, _ = explorer.page.evaluate(RUN_ALSO, [program, weights, z.tolist()])
            wanted = np.asarray(model(z[None])).ravel()
            np.testing.assert_allclose(image, wanted, atol=1e-5, err_msg=f"{layer.get_config()}")


def test_multiplications_are_counted_as_they_happen(explorer, tmp_path):
    model = on_square(layers.Conv2D(1, 3, padding="same"), 4)
    model.layers[1].kernel.assign(np.ones((2, 16)))
    page = export_explorer(model, tmp_path / "p.html").read_text(encoding="utf-8")
    program = json.loads(re.search(r'id="explorer">(.*?)</script>', page)[1])
    weights = re.search(r'id="weights">(.*?)</script>', page)[1]

    def counts(*z):
        return explorer.page.evaluate(RUN_ALSO, [program, weights, z])[1]

    # Of 3 rows of the kernel, 2 lie inside at the edges of 4 rows: 2 + 3 + 3 + 2 = 10; squared.
    assert counts(1, 1) == [0, 32, 0, 100]
    assert counts(1, 0) == [0, 16, 0, 100]  # a zero multiplies nothing
    assert counts(1, -1) == [0, 32, 0, 0]  # and here all pixels are zero


def test_the_canvas_shows_the_image_and_the_line_its_multiplications(explorer, generator):
    for garment in ("1", "42", "42.7.3"):
        explorer.type_number(garment)
        difference = np.abs(explorer.greys() - explorer.expected(generator))
        assert difference.max() < 0.51  # rounded
        counts = explorer.page.evaluate("compute(state.garment).counts")
        expect(explorer.page.locator("#count")).to_have_text(f"{sum(counts):,}")
    assert 500_000 < sum(counts) < 3_700_000


# Random numbers


def test_garments_are_standard_normal_and_neighbours_are_near(explorer):
    find = "names => names.map(name => [...latentOf(name, 64)])"
    strangers = np.array(explorer.page.evaluate(find, [str(i) for i in range(500)]))
    near = np.array(explorer.page.evaluate(find, [f"{i}.1" for i in range(500)]))
    for z in (strangers, near):
        assert abs(z.mean()) < 0.03
        assert abs(z.std() - 1) < 0.02
        assert 0.02 < (np.abs(z) > 2).mean() < 0.07  # 0.046
        assert np.abs(np.corrcoef(z) - np.eye(500)).max() < 0.65  # no two are alike
    cosines = (strangers * near).sum(axis=1) / 64
    assert abs(cosines.mean() - np.cos(np.pi / 7)) < 0.05


# Hands


def test_a_slider_moves_along_its_direction_from_the_keyboard(explorer, generator):
    before = explorer.greys()
    slider = explorer.page.get_by_label("direction 2", exact=True)
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    assert explorer.state()["strengths"] == pytest.approx([0, 1, 0, 0, 0, 0])
    after = explorer.greys()
    assert np.abs(after - explorer.expected(generator)).max() < 0.51
    assert np.abs(after - before).max() > 2
    explorer.button("Reset directions").click()
    np.testing.assert_array_equal(explorer.greys(), before)


def test_a_drag_shows_the_last_place_and_is_one_step_for_undo(explorer, generator):
    before = explorer.greys()
    wait_until(lambda: explorer.page.evaluate("document.readyState") == "complete", "the page")
    explorer.page.wait_for_timeout(500)  # the first neighbours
    explorer.page.evaluate(COUNT)
    explorer.drag()
    assert np.abs(explorer.greys() - explorer.expected(generator)).max() < 0.51
    assert explorer.state()["strengths"] == pytest.approx([3, 3, 0, 0, 0, 0])
    expect(explorer.pad).to_have_attribute(
        "aria-valuetext", "direction 1: +3.00, direction 2: +3.00"
    )
    explorer.page.wait_for_timeout(400)  # neighbours would come, were the hand not on the dot
    assert explorer.page.evaluate("drawn.neighbours") == 0
    assert explorer.page.evaluate("drawn.pictures") >= 3
    explorer.page.mouse.up()
    wait_until(lambda: explorer.page.evaluate("drawn.neighbours") == 16, "the neighbours")
    explorer.undo.click()
    np.testing.assert_array_equal(explorer.greys(), before)
    expect(explorer.undo).to_be_disabled()


def test_a_frame_shows_only_the_last_of_many_changes(explorer, generator):
    explorer.page.evaluate(COUNT)
    explorer.page.evaluate("for (let i = 0; i <= 1000; i++) strengthen({0: i / 500})")
    assert np.abs(explorer.greys() - explorer.expected(generator)).max() < 0.51
    assert explorer.page.evaluate("drawn.pictures") == 1
    assert explorer.state()["strengths"][0] == 2


def test_a_garment_is_found_again_by_its_number(explorer):
    explorer.type_number("42")
    first = explorer.greys()
    neighbour = explorer.button("Neighbour 7 of 16")
    explorer.page.evaluate("() => new Promise(done => setTimeout(done, 600))")
    promised = np.array(neighbour.locator("canvas").evaluate(GREYS))
    neighbour.click()
    expect(explorer.number).to_have_value("42.7")
    np.testing.assert_array_equal(explorer.greys(), promised)
    explorer.button("New garment").click()
    expect(explorer.number).to_have_value(re.compile(r"^\d{1,6}$"))
    assert np.abs(explorer.greys() - promised).max() > 2
    explorer.type_number(" 42.7 ")
    np.testing.assert_array_equal(explorer.greys(), promised)
    explorer.type_number("42")
    np.testing.assert_array_equal(explorer.greys(), first)


@pytest.mark.parametrize("typed", ["", "-1", "4..2", "<b>", "1234567890"])
def test_what_is_no_number_of_a_garment_is_told(typed, explorer):
    before = explorer.greys()
    explorer.number.fill(typed)
    explorer.number.blur()
    expect(explorer.page.get_by_role("status")).to_have_text(
        f"“{typed}” is no garment number. Type one such as 42 or 42.7."
    )
    expect(explorer.number).to_have_attribute("aria-invalid", "true")
    np.testing.assert_array_equal(explorer.greys(), before)
    explorer.type_number("42")
    expect(explorer.number).to_have_attribute("aria-invalid", "false")
    expect(explorer.page.get_by_role("status")).to_contain_text("Note it down")


def test_undo_goes_back_step_by_step(explorer):
    seen = [explorer.greys()]
    steps = (
        lambda: explorer.button("New garment").click(),
        lambda: explorer.page.get_by_label("direction 3").press("End"),
        lambda: explorer.pad.press("ArrowUp"),
        lambda: explorer.button("Neighbour 16 of 16").click(),
        lambda: explorer.button("Reset directions").click(),
    )
    for step in steps:
        step()
        seen.append(explorer.greys())
    for i, picture in enumerate(reversed(seen[:-1])):
        if i % 2:
            explorer.undo.click()
        else:
            explorer.page.keyboard.press("Control+z")
        np.testing.assert_array_equal(explorer.greys(), picture)
    explorer.page.keyboard.press("Control+z")  # there is nothing left
    np.testing.assert_array_equal(explorer.greys(), seen[0])
    assert all(np.abs(a - b).max() > 1 for a, b in itertools.pairwise(seen))


def test_ctrl_z_in_a_number_that_is_being_typed_undoes_the_typing(explorer):
    explorer.button("New garment").click()
    before = explorer.state()
    explorer.number.press("End")
    explorer.number.press("5")
    explorer.number.press("Control+z")
    assert explorer.state() == before


def test_everything_is_reached_by_tab_and_works_from_the_keyboard(explorer):
    explorer.page.keyboard.press("Tab")
    reached = []
    while (element := explorer.page.evaluate("document.activeElement.outerHTML")) not in reached:
        if element.startswith("<body"):
            break
        reached.append(element)
        explorer.page.keyboard.press("Tab")
    all_of_it = "button:enabled, input, select, summary, [tabindex]"
    shown = explorer.page.locator(all_of_it).locator("visible=true")
    assert len(reached) == shown.count() == 4 + 6 + 1 + 3 + 16 - 1 + 1
    explorer.pad.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        explorer.page.keyboard.press(key)
    assert explorer.state()["strengths"] == pytest.approx([-0.2, 0.4, 0, 0, 0, 0])
    explorer.button("Neighbour 2 of 16").press("Enter")
    assert explorer.state()["garment"] == "1.2"


def test_all_controls_have_names(explorer, conditional_explorer):
    assert explorer.page.evaluate(NAMELESS) == []
    assert conditional_explorer.page.evaluate(NAMELESS) == []
    explorer.page.evaluate("find('another').textContent = ' '")
    assert len(explorer.page.evaluate(NAMELESS)) == 1


def test_axes_that_would_be_the_same_change_places(explorer):
    across, up = explorer.page.get_by_label("left and right"), explorer.page.get_by_label("down")
    across.select_option("direction 2")
    expect(up).to_have_value("0")
    up.select_option("direction 5")
    up.select_option("direction 2")
    expect(across).to_have_value("4")
    explorer.pad.press("ArrowRight")
    assert explorer.state()["strengths"] == pytest.approx([0, 0, 0, 0, 0.2, 0])


def test_a_saved_picture_is_the_garment_sixteen_times_as_large(explorer, tmp_path):
    explorer.type_number("42")
    with explorer.page.expect_download() as download:
        explorer.button("Save picture").click()
    assert download.value.suggested_filename == "garment-42.png"
    download.value.save_as(tmp_path / "garment.png")
    with Image.open(tmp_path / "garment.png") as picture:
        saved = np.asarray(picture.convert("RGB"))
    greys = explorer.greys().reshape(28, 28)
    large = greys.repeat(16, axis=0).repeat(16, axis=1)
    np.testing.assert_array_equal(saved, np.stack([large] * 3, axis=-1))


def test_the_table_tells_each_step(explorer):
    explorer.page.get_by_text("What the page computes").click()
    row = explorer.page.get_by_role("row").filter(has_text="dense")
    expect(row).to_contain_text("401,408")  # 64 x 6272
    row = explorer.page.get_by_role("row").filter(has_text="kernel 4 × 4, stride 2").first
    expect(row).to_contain_text("14 × 14 × 32")


# Kinds of garments


def test_a_conditional_generator_gets_its_classes_and_their_mixture(
    conditional_explorer, conditional
):
    explorer = conditional_explorer
    page = explorer.page
    assert np.abs(explorer.greys() - explorer.expected(conditional)).max() < 0.51
    page.get_by_label("kind", exact=True).select_option("bag")
    page.get_by_label("mixed with").select_option("dress")
    assert page.evaluate("[...classWeights()]") == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    bag = explorer.greys()
    mixture = page.get_by_label("mixture")
    mixture.focus()
    for _ in range(10):
        mixture.press("ArrowRight")
    weights = page.evaluate("[...classWeights()]")
    assert weights == pytest.approx([0, 0, 0, 0.2, 0, 0, 0, 0, 0.8, 0])
    mixed = explorer.greys()
    assert np.abs(mixed - explorer.expected(conditional)).max() < 0.51
    assert np.abs(mixed - bag).max() > 1
    for _ in range(10):
        page.keyboard.press("Control+z")
    np.testing.assert_array_equal(explorer.greys(), bag)
    expect(page.get_by_text("20 %")).to_have_count(0)


def test_only_a_conditional_generator_shows_kinds(explorer):
    expect(explorer.page.get_by_label("kind", exact=True)).to_be_hidden()


# Pages of other people


def test_a_title_and_names_with_markup_are_shown_as_they_are(browser, tmp_path):
    title, name = (
        "</script><script>alert(1)</script>$title",
        "</script><img src=x onerror=alert(2)>",
    )
    model = shaken(on_square(layers.Activation("tanh"), 4))
    file = export_explorer(
        model, tmp_path / "p.html", title=title, directions={name: [1.0, 0.0], "b": [0.0, 1.0]}
    )
    explorer = Explorer(browser, file)
    assert explorer.page.title() == title
    expect(explorer.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(explorer.page.locator("label[for=direction-0]")).to_have_text(name)
    assert explorer.problems == []
    assert explorer.requests == [file.as_uri()]
    explorer.page.close()


def test_one_direction_has_a_slider_and_no_pad(browser, tmp_path):
    model = shaken(on_square(layers.Activation("tanh"), 4))
    file = export_explorer(model, tmp_path / "p.html", directions=[[1.0, 1.0]])
    explorer = Explorer(browser, file)
    expect(explorer.pad).to_be_hidden()
    explorer.page.get_by_label("direction 1").press("Home")
    assert np.abs(explorer.greys() - explorer.expected(model)).max() < 0.51
    assert explorer.problems == []
    explorer.page.close()


def test_the_page_may_not_ask_the_network_for_anything(browser, file):
    explorer = Explorer(browser, file)
    ask = "fetch('http://127.0.0.1:9/').then(() => 'asked', () => 'refused')"
    assert explorer.page.evaluate(ask) == "refused"
    assert any("Content Security Policy" in problem for problem in explorer.problems)
    explorer.page.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1300])
def test_nothing_sticks_out_sideways(width, browser, file):
    explorer = Explorer(browser, file, viewport={"width": width, "height": 740})
    explorer.page.get_by_text("What the page computes").click()
    assert explorer.page.evaluate("document.documentElement.scrollWidth") <= width
    assert explorer.picture.bounding_box()["width"] >= min(width * 0.6, 280)
    explorer.page.close()


@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_after_wild_clicking_the_page_shows_its_state(conditional_explorer, conditional, seconds):
    explorer, page = conditional_explorer, conditional_explorer.page
    page.on("download", lambda download: download.cancel())
    page.set_viewport_size({"width": 1200, "height": 1500})
    elements = page.evaluate("document.querySelectorAll('*').length")
    usable = page.locator("button:enabled, input, select, summary, #pad")
    assert go_wild(page, usable, seconds, (*KEYS, "Control+z", "7", "x")) > 10
    page.keyboard.press("Escape")  # a menu may be open
    assert page.evaluate("past.length") > 5  # much was hit
    explorer.drag()
    page.mouse.up()
    axes = [int(page.locator(menu).input_value()) for menu in ("#across", "#up")]
    assert [explorer.state()["strengths"][axis] for axis in axes] == pytest.approx([3, 3])
    assert np.abs(explorer.greys() - explorer.expected(conditional)).max() < 0.51
    page.wait_for_timeout(1000)  # the neighbours, and whatever else is on its way
    assert np.abs(explorer.greys() - explorer.expected(conditional)).max() < 0.51
    promised = explorer.button("Neighbour 16 of 16").locator("canvas").evaluate(GREYS)
    explorer.button("Neighbour 16 of 16").click()
    np.testing.assert_array_equal(explorer.greys(), promised)
    assert page.evaluate("document.querySelectorAll('*').length") == elements
