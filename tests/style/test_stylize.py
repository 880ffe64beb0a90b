"""The front door of style transfer: what goes in, what is passed on, and what comes out.

Where the methods themselves do not matter, stand-ins take their place: they note what they are
given, and make a picture at once.
"""

import importlib
import io
import json

import numpy as np
import pytest
from PIL import ExifTags, Image

from fashionlab.data import load_image, textiles
from fashionlab.errors import ConfigurationError, DataError, StorageError
from fashionlab.style.colour import keep_colours
from fashionlab.style.masks import garment_mask
from fashionlab.style.provenance import read_provenance
from fashionlab.style.stylize import stylize

# `fashionlab.style.stylize` is the function of that name as soon as the package exports it.
front = importlib.import_module("fashionlab.style.stylize")

RNG = np.random.default_rng(0)
CONTENT = RNG.uniform(-1, 1, (40, 60, 3)).astype(np.float32)
STYLE = RNG.uniform(-1, 1, (36, 32, 3)).astype(np.float32)
HASHES = {"fashion_features": "a" * 64, "adain_decoder": "b" * 64}


@pytest.fixture
def calls(monkeypatch):
    """What the stand-ins for both methods were given, call after call."""
    calls = []

    def adain(content, styles, **settings):
        calls.append((content, styles, settings))
        return np.full_like(content, 0.25) + 0.5 * styles[0].mean()

    def neural_style(content, styles, *, on_step, steps=3, **settings):
        calls.append((content, styles, {"steps": steps, **settings}))
        made = -content
        try:
            for step in range(1, steps + 1):
                on_step(step, steps, 1 / step, made)
        except KeyboardInterrupt:
            pass
        return made

    monkeypatch.setattr(front, "adain", adain)
    monkeypatch.setattr(front, "neural_style", neural_style)
    monkeypatch.setattr(
        front.provenance, "networks", lambda *names: {name: HASHES[name] for name in names}
    )
    return calls


def smooth(width, height):
    """A picture whose corners can be told apart, and which JPEG keeps within a few levels."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 200, height))
    return np.stack([across, down, 255 - across], axis=2).round().astype(np.uint8)


def phone_photo(path, width, height):
    """A photograph that was taken upright: it lies on its side, and EXIF says so."""
    upright = smooth(width, height)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Phone"
    Image.fromarray(np.rot90(upright)).save(path, quality=95, exif=exif)
    return upright


# What an image may come as.


def test_a_path_and_an_array_give_the_same_picture_and_their_records_tell_which(tmp_path, calls):
    picture = Image.fromarray(smooth(60, 40))
    picture.save(tmp_path / "dress.png")
    file = tmp_path / "dress.png"
    for source, name in [(file, "dress.png"), (str(file), "dress.png"), (picture, None)]:
        made = stylize(source, STYLE)
        np.testing.assert_array_equal(made.content, load_image(np.asarray(picture)))
        noted = made.record["content"]
        assert noted.get("file") == name
        assert (noted["width"], noted["height"]) == (60, 40)


def test_a_photograph_of_a_phone_is_upright_and_nothing_of_its_exif_is_kept(tmp_path, calls):
    upright = phone_photo(tmp_path / "phone.jpg", 90, 120)
    made = stylize(tmp_path / "phone.jpg", STYLE, size=64)
    assert made.content.shape == (64, 48, 3)
    off = np.abs(made.content - load_image(upright, size=64)).mean() * 127.5
    assert off < 3
    assert (made.record["content"]["width"], made.record["content"]["height"]) == (120, 90)
    made.save(tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as saved:
        assert saved.size == (48, 64)
        assert set(saved.getexif()) == {ExifTags.Base.ImageDescription}


def test_twelve_megapixels_are_scaled_down(tmp_path, calls):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    lying = Image.fromarray(np.rot90(smooth(75, 100))).resize((4000, 3000))
    lying.save(tmp_path / "phone.jpg", exif=exif)
    made = stylize(tmp_path / "phone.jpg", STYLE)
    assert made.content.shape == made.image.shape == (256, 192, 3)
    corners = made.content[[0, 0, -1, -1], [0, -1, 0, -1]]  # left is blue, right red, below green
    wanted = np.float32([[-1, -1, 1], [1, -1, -1], [-1, 0.57, 1], [1, 0.57, -1]])
    np.testing.assert_allclose(corners, wanted, atol=0.05)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16"])
def test_every_kind_of_pixels_goes_in(tmp_path, calls, mode):
    name = tmp_path / ("dress.jpg" if mode == "CMYK" else "dress.png")
    picture = Image.fromarray(smooth(60, 40))
    picture = picture.convert("L").convert(mode) if mode == "I;16" else picture.convert(mode)
    picture.save(name)
    made = stylize(name, name)
    np.testing.assert_array_equal(made.content, load_image(name))
    assert made.image.shape == (40, 60, 3)


def test_what_is_transparent_comes_out_on_white(tmp_path, calls):
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert stylize(tmp_path / "clear.png", STYLE).content.min() == 1


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n and no more"])
def test_a_broken_file_is_an_error_wherever_it_is_given(tmp_path, calls, content):
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    for wrong in ({"content": path}, {"style": path}, {"mask": path}):
        with pytest.raises(DataError, match=r"broken\.png"):
            stylize(**{"content": CONTENT, "style": STYLE, **wrong})
    assert calls == []


def test_a_file_that_is_not_there_is_named(tmp_path, calls):
    with pytest.raises(DataError, match=r"There is no file .*nowhere\.jpg"):
        stylize(tmp_path / "nowhere.jpg", STYLE)


def test_a_picture_is_never_distorted_nor_enlarged(calls):
    for shape, size, wanted in [((100, 75), 64, (64, 48)), ((50, 33), 256, (50, 33))]:
        assert stylize(np.zeros((*shape, 3)), STYLE, size=size).image.shape == (*wanted, 3)


def test_a_picture_that_gets_too_thin_is_refused(calls):
    with pytest.raises(
        DataError, match=r"The content is 256 x 13 pixels, .* at most 256; wanted 32"
    ):
        stylize(np.zeros((50, 1000, 3)), STYLE)
    with pytest.raises(DataError, match="The style is 31 x 36 pixels"):
        stylize(CONTENT, STYLE[:, :31])


# Styles.


def test_a_textile_is_drawn_by_its_name_from_the_seed(calls):
    made = stylize(CONTENT, "tartan", size=160, seed=5)
    drawn = textiles.draw_textile("tartan", 40, 5)
    np.testing.assert_array_equal(calls[0][1][0], np.tile(drawn.pixels, (4, 4, 1)))
    noted = made.record["styles"][0]
    assert (noted["textile"], noted["seed"], noted["width"]) == ("tartan", 5, 40)
    assert "Scottish" in noted["origin"]
    assert made.record["parameters"]["style_scale"] is None


@pytest.mark.parametrize(
    ("size", "scale", "width"), [(64, None, 32), (64, 0.75, 48), (64, 1, 64), (2048, 1, 1024)]
)
def test_a_textile_repeats_until_it_is_as_large_as_the_picture(calls, size, scale, width):
    drawn = textiles.draw_textile("stripes", width)
    made = stylize(CONTENT, "stripes", size=size, style_scale=scale)
    style = calls[0][1][0]
    assert style.shape == (size, size, 3)
    wanted = np.tile(drawn.pixels, (2, 2, 1))[:size, :size]
    np.testing.assert_array_equal(style, wanted)
    assert made.record["parameters"]["style_scale"] == scale


def test_a_textile_that_gets_too_small_is_refused(calls):
    with pytest.raises(
        ConfigurationError, match=r"style_scale=0\.1 leaves 26 pixels of stripes at "
    ):
        stylize(CONTENT, "stripes", style_scale=0.1)


def test_an_image_is_scaled_as_the_style_and_never_enlarged(calls):
    for scale, wanted in [(None, (64, 48)), (1, (64, 48)), (0.75, (48, 36))]:
        stylize(CONTENT, np.zeros((100, 75, 3)), size=64, style_scale=scale)
        assert calls[-1][1][0].shape == (*wanted, 3)
    stylize(CONTENT, STYLE, size=256, style_scale=0.5)
    np.testing.assert_array_equal(calls[-1][1][0], STYLE)
    with pytest.raises(DataError, match=r"style_scale=0\.4 is 20 x 26 pixels, .* 26; wanted 32"):
        stylize(CONTENT, np.zeros((100, 75, 3)), size=64, style_scale=0.4)


@pytest.mark.parametrize("scale", [0, -0.5, 1.1, float("nan"), "half"])
def test_a_scale_out_of_range_is_refused(calls, scale):
    with pytest.raises(ConfigurationError, match=r"style_scale=.*above 0, up to 1"):
        stylize(CONTENT, STYLE, style_scale=scale)


def test_files_arrays_names_and_drawn_textiles_go_together(tmp_path, calls):
    Image.fromarray(smooth(60, 40)).save(tmp_path / "a.png")
    drawn = textiles.draw_textile("denim", 32, 3)
    styles = [tmp_path / "a.png", STYLE, "batik", drawn]
    made = stylize(CONTENT, styles, weights=[2, 1, 1, 0])
    for given in (calls[0][1], made.styles):
        assert [style.shape[:2] for style in given] == [(40, 60), (36, 32), (256, 256), (32, 32)]
    assert calls[0][2]["weights"] == [2, 1, 1, 0]
    assert made.record["parameters"]["weights"] == [2, 1, 1, 0]
    kinds = [next(iter(noted)) for noted in made.record["styles"]]
    assert kinds == ["file", "array", "textile", "textile"]
    assert made.record["styles"][3]["seed"] == 3


def test_a_file_named_like_a_textile_can_be_given_as_a_path(tmp_path, calls, monkeypatch):
    Image.fromarray(smooth(60, 40)).save(tmp_path / "denim", "PNG")
    monkeypatch.chdir(tmp_path)
    assert "textile" in stylize(CONTENT, "denim").record["styles"][0]
    assert stylize(CONTENT, tmp_path / "denim").record["styles"][0]["file"] == "denim"
    assert stylize(CONTENT, "./denim").record["styles"][0]["file"] == "denim"


def test_a_misspelt_textile_is_told_from_a_missing_file(calls):
    with pytest.raises(
        ConfigurationError, match=r"'tartn' is neither .* nor .*tartan\? .*stripes, .*tartan,"
    ):
        stylize(CONTENT, "tartn")
    with pytest.raises(ConfigurationError, match=r"textile\. Did you mean polka_dots\? Textiles"):
        stylize(CONTENT, "polkadots")
    with pytest.raises(ConfigurationError, match=r"drawn textile\. Textiles are stripes"):
        stylize(CONTENT, "xyz")
    with pytest.raises(DataError, match="There is no file"):
        stylize(CONTENT, "tartn.jpg")


@pytest.mark.parametrize("styles", [[], [STYLE] * 5])
def test_one_to_four_styles_are_wanted(calls, styles):
    with pytest.raises(ConfigurationError, match=f"{len(styles)} styles are given; wanted 1 to 4"):
        stylize(CONTENT, styles)


# Methods and their settings.


def test_adain_gets_strength_as_alpha(calls):
    made = stylize(CONTENT, STYLE, strength=0.3, seed=9)
    content, styles, settings = calls[0]
    np.testing.assert_array_equal(content, CONTENT)
    np.testing.assert_array_equal(styles[0], STYLE)
    assert settings == {"weights": None, "alpha": 0.3, "mask": None, "seed": 9}
    assert made.record["method"] == "adain"
    assert made.record["networks"] == HASHES
    assert made.record["parameters"] == {
        "strength": 0.3,
        "size": 256,
        "style_scale": None,
        "colour": "style",
        "weights": None,
    }


def test_gatys_gets_seed_and_steps_and_its_steps_are_noted(calls):
    seen = []
    made = stylize(
        CONTENT,
        STYLE,
        method="gatys",
        seed=9,
        strength=0.5,
        steps=4,
        progress=False,
        on_step=lambda step, steps, loss, image: seen.append((step, steps, loss)),
    )
    settings = {"weights": None, "strength": 0.5, "mask": None, "seed": 9, "progress": False}
    assert calls[0][2] == {"steps": 4, **settings}
    assert seen == [(1, 4, 1), (2, 4, 1 / 2), (3, 4, 1 / 3), (4, 4, 1 / 4)]
    assert made.record["parameters"]["steps"] == made.record["parameters"]["steps_taken"] == 4
    assert made.record["networks"] == {"fashion_features": "a" * 64}
    assert made.record["seed"] == 9
    stylize(CONTENT, STYLE, method="gatys")
    assert calls[1][2]["steps"] == 3  # the method's own


def test_of_an_interrupted_picture_the_steps_that_were_taken_are_noted(calls):
    def interrupt(step, *_):
        if step == 2:
            raise KeyboardInterrupt

    made = stylize(CONTENT, STYLE, method="gatys", steps=5, on_step=interrupt)
    np.testing.assert_array_equal(made.image, -CONTENT)
    assert made.record["parameters"]["steps"] == 5
    assert made.record["parameters"]["steps_taken"] == 2


def test_the_contents_colours_are_kept_on_demand(calls):
    styled = stylize(CONTENT, STYLE, method="gatys").image
    kept = stylize(CONTENT, STYLE, method="gatys", colour="content").image
    np.testing.assert_array_equal(kept, keep_colours(styled, CONTENT))
    assert np.abs(kept - styled).max() > 0.1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"method": "cyclegan"}, r"method='cyclegan' is unknown\. Use adain or gatys\."),
        ({"colour": "grey"}, r"colour='grey' is unknown\. Use style or content\."),
        ({"strength": 1.1}, r"strength=1\.1: use a number from 0 to 1"),
        ({"strength": -0.1}, "strength="),
        ({"strength": float("nan")}, "strength=nan"),
        ({"strength": "full"}, "strength='full'"),
        ({"size": 31}, r"size=31: use a whole number of pixels from 32 to 2048"),
        ({"size": 2049}, "size=2049"),
        ({"size": 64.0}, r"size=64\.0"),
        ({"size": None}, "size=None"),
        ({"seed": -1}, r"seed=-1: use a whole number from 0 to 2\*\*32 - 1"),
        ({"seed": 2**32}, "seed=4294967296"),
        ({"seed": 0.5}, r"seed=0\.5"),
        ({"licence": None}, "licence='None': wanted a text"),
    ],
)
def test_a_wrong_setting_is_refused_before_anything_is_done(calls, wrong, says):
    with pytest.raises(ConfigurationError, match=says):
        stylize("nowhere.jpg", STYLE, **wrong)
    assert calls == []


# Masks.


def test_outside_the_mask_the_content_stays_exactly(calls):
    mask = np.zeros((40, 60))
    mask[10:30, 20:40] = np.linspace(0.1, 1, 20)
    for settings in ({}, {"colour": "content"}, {"method": "gatys"}):
        made = stylize(CONTENT, STYLE, mask=mask, **settings)
        changed = (made.image != CONTENT).any(axis=2)
        np.testing.assert_array_equal(changed, mask > 0)
        np.testing.assert_allclose(calls[-1][2]["mask"], mask, atol=1e-6)
    assert made.record["mask"]["array"] == "float32"
    assert stylize(CONTENT, STYLE).record["mask"] is None


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.float64])
def test_a_mask_over_the_whole_content_is_scaled_with_it(calls, dtype):
    mask = np.zeros((80, 121), dtype)
    mask[:, :60] = 1
    made = stylize(np.zeros((80, 121, 3)), STYLE, size=64, mask=mask)
    found = calls[0][2]["mask"]
    assert found.shape == made.image.shape[:2] == (42, 64)
    assert found.dtype == np.float32
    assert (found[:, :31] == 1).all()
    assert (found[:, 33:] == 0).all()
    assert found[0].sum() == pytest.approx(60 / 121 * 64, abs=0.1)


def test_a_mask_of_a_file_is_white_where_the_picture_may_change(tmp_path, calls):
    pixels = np.zeros((40, 60), np.uint8)
    pixels[:20], pixels[20:30] = 255, 51
    Image.fromarray(pixels).save(tmp_path / "mask.png")
    made = stylize(CONTENT, STYLE, mask=str(tmp_path / "mask.png"))
    wanted = np.repeat([1, 0.2, 0], [20, 10, 10]).astype(np.float32)
    np.testing.assert_allclose(calls[0][2]["mask"], np.tile(wanted[:, None], 60), atol=1e-6)
    assert made.record["mask"]["file"] == "mask.png"


def test_a_mask_drawn_over_a_photograph_fits_it_at_every_size(tmp_path, calls):
    upright = phone_photo(tmp_path / "phone.jpg", 301, 403)
    Image.fromarray(np.uint8(upright[..., 0] > 127) * 255).save(tmp_path / "mask.png")
    for size in (50, 64, 97, 402, 1000):
        made = stylize(tmp_path / "phone.jpg", STYLE, size=size, mask=tmp_path / "mask.png")
        mask = calls[-1][2]["mask"]
        assert mask.shape == made.image.shape[:2]
        assert mask.mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        (
            np.ones((60, 40)),
            r"The mask is 40 x 60 pixels, the content 60 x 40; wanted the same pro",
        ),
        (np.ones((40, 64)), "wanted the same proportions"),
        (np.ones((40, 60, 3)), r"float64 of shape \(40, 60, 3\); wanted \(height, width\)"),
        (np.full((40, 60), 255, np.uint8), r"The mask runs from 0?.*255; wanted \[0, 1\]"),
        (np.zeros((40, 60)), r"above 0 where the image may change"),
        (np.full((40, 60), np.nan), r"wanted \[0, 1\]"),
        (np.full((40, 60), "x"), "a path, or 'garment'"),
        ("garmnet", r"mask=.garmnet. is no image file\..*the word .garment."),
    ],
)
def test_a_wrong_mask_is_refused(calls, mask, says):
    with pytest.raises(DataError, match=says):
        stylize(CONTENT, STYLE, mask=mask)
    assert calls == []


def test_a_mask_of_a_file_with_other_proportions_is_refused(tmp_path, calls):
    Image.new("L", (600, 300), 255).save(tmp_path / "mask.png")
    with pytest.raises(DataError, match="The mask is 256 x 128 pixels, the content 60 x 40"):
        stylize(CONTENT, STYLE, mask=tmp_path / "mask.png")


def test_the_word_garment_finds_it(calls):
    photo = np.ones((60, 60, 3), np.float32)
    photo[20:40, 20:40] = -0.5
    made = stylize(photo, STYLE, mask="garment")
    np.testing.assert_array_equal(calls[0][2]["mask"], garment_mask(photo))
    np.testing.assert_array_equal((made.image != photo).any(axis=2), garment_mask(photo) > 0)
    assert made.record["mask"] == "garment"


# Record, files and sheet.


@pytest.fixture
def made(tmp_path, calls):
    """A picture of two files and a drawn textile, under a mask."""
    folder = tmp_path / "Zoë's private folder"
    folder.mkdir()
    for name in ("dress.png", "print.jpg"):
        Image.fromarray(smooth(60, 40)).save(folder / name)
    Image.new("L", (60, 40), 255).save(folder / "mask.png")
    return stylize(
        folder / "dress.png",
        [folder / "print.jpg", "ikat"],
        mask=folder / "mask.png",
        licence="CC BY 4.0, photo: Zoë",
        seed=4,
    )


@pytest.mark.parametrize("name", ["out.png", "out.jpg"])
def test_a_saved_picture_tells_where_it_comes_from(tmp_path, made, name):
    made.save(tmp_path / name)
    assert read_provenance(tmp_path / name) == {"picture": "result", **made.record}
    assert made.record["licence"] == "CC BY 4.0, photo: Zoë"
    assert made.record["content"]["file"] == "dress.png"
    assert [*made.record] == [
        *("content", "styles", "mask", "licence", "method", "networks", "parameters"),
        *("seed", "made_with", "made_at"),
    ]


@pytest.mark.parametrize("name", ["out.png", "out.jpg"])
def test_no_folder_of_the_user_is_told(tmp_path, made, name):
    made.save(tmp_path / name)
    made.save_sheet(tmp_path / f"sheet-{name}")
    assert "private" not in json.dumps(made.record)
    for file in (name, f"sheet-{name}"):
        content = (tmp_path / file).read_bytes()
        assert b"dress.png" in content
        assert b"private" not in content
        assert str(tmp_path).encode() not in content


def test_a_png_holds_the_picture_itself(tmp_path, made):
    assert made.save(str(tmp_path / "out.png")) == tmp_path / "out.png"
    np.testing.assert_allclose(
        load_image(tmp_path / "out.png"), made.image, atol=0.5 / 127.5 + 1e-6
    )


def test_a_sheet_shows_all_pictures_with_every_pixel_of_the_result(tmp_path, calls):
    content = RNG.uniform(-1, 1, (300, 200, 3)).astype(np.float32)
    made = stylize(content, [STYLE, "ikat"], size=300, method="gatys")
    made.save_sheet(tmp_path / "sheet.png")
    sheet = load_image(tmp_path / "sheet.png")
    # Widths at a height of 300: content 200, style 32 x 36 -> 267, textile 200, result.
    assert sheet.shape == (24 + 300, 200 + 267 + 200 + 200 + 3 * 8, 3)
    np.testing.assert_allclose(sheet[24:, :200], content, atol=1.5 / 127.5)
    np.testing.assert_allclose(sheet[24:, -200:], made.image, atol=1.5 / 127.5)
    assert (sheet[24:, 200:208] == 1).all()
    for left, right in [(0, 200), (208, 475), (483, 683), (691, 891)]:
        assert (sheet[:24, left:right] < 0).any()  # a title stands above each
    assert read_provenance(tmp_path / "sheet.png") == {"picture": "sheet", **made.record}


def test_a_sheet_shows_a_textile_in_the_size_that_it_had(calls):
    small = textiles.draw_textile("ikat", 32)
    content, *shown, _ = stylize(CONTENT, ["ikat", small], size=96).sheet().axes
    for axes in shown:
        wanted = (np.tile(small.pixels, (2, 2, 1))[:40, :60] + 1) / 2
        np.testing.assert_array_equal(axes.images[0].get_array(), wanted)
        np.testing.assert_allclose(axes.get_position().size, content.get_position().size)


def test_a_sheet_shows_a_swatch_that_was_scaled_at_the_same_scale(calls):
    for scale, shape in [(None, (36, 32, 3)), (1, (40, 60, 3))]:
        shown = stylize(CONTENT, STYLE, style_scale=scale).sheet().axes[1].images[0].get_array()
        assert shown.shape == shape
    np.testing.assert_array_equal(shown[:36, 32:], (STYLE[:, :28] + 1) / 2)


def test_titles_of_a_sheet_say_what_is_below(calls):
    sheet = stylize(CONTENT, [STYLE, "polka_dots"]).sheet()
    titles = [axes.get_title() for axes in sheet.axes]
    assert titles == ["content", "style", "style: polka dots", "adain"]


def test_small_pictures_are_enlarged_on_a_sheet(calls):
    width, height = stylize(CONTENT, STYLE).sheet().get_size_inches() * 100
    # 40 x 6 = 240 pixels high; 60 x 6, 240 32 / 36, and 60 x 6 wide.
    assert (round(width), round(height)) == (360 + 213 + 360 + 2 * 8, 240 + 24)


def test_jupyter_shows_the_sheet(calls):
    made = stylize(CONTENT, STYLE)
    with Image.open(io.BytesIO(made._repr_png_())) as shown:
        assert shown.size == (949, 264)


def test_files_are_overwritten_only_on_demand(tmp_path, made):
    for save in (made.save, made.save_sheet):
        path = save(tmp_path / f"{save.__name__}.png")
        before = path.read_bytes()
        with pytest.raises(StorageError, match="exists already"):
            save(path)
        assert path.read_bytes() == before
        save(path, overwrite=True)
