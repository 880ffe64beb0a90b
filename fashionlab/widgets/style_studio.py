"""Give a garment the style of a swatch, or of several mixed, and watch it at every move."""

import threading

import ipywidgets as widgets
import numpy as np

from fashionlab import plots
from fashionlab.errors import FashionlabError
from fashionlab.widgets.line import Line
from fashionlab.widgets.pad import Pad
from fashionlab.widgets.studio_state import CORNERS, FOLDER, THUMBNAIL, StudioState
from fashionlab.widgets.tiles import Tiles
from fashionlab.widgets.view import View, button, column, section

SIDE = 384  # pixels of the picture on the screen
COLUMNS = 6  # swatches in a row


class StyleStudio(View):
    """The picture of a `StudioState` and a control for everything in it.

    Args:
        state: What to show; the controls start from its values.

    Attributes:
        state: The state that the controls change.
        image: The picture, an `ipywidgets.Image`.
        alpha: A `Line` for how much of the style.
        pad: The knob between the corners, a `Pad`.
        corners: The styles in the corners, `Tiles`; the one that takes the next swatch is marked.
        gallery: The swatches, `Tiles`; the one in that corner is marked.
        mixture: A line that tells which styles count.
        keep_colours: Box: keep the colours of the content.
        masked: Box: change only what the mask shows.
        content: What is restyled, a small `ipywidgets.Image`.
        own_content: Takes a file to restyle.
        own_style: Takes a file of a swatch.
        licence: Under what terms the images may be used, in the user's words.
        save: Button that saves the picture.
        message: A line that tells what became of the last action.
    """

    def __init__(self, state: StudioState):
        self.state = state
        self._lock = threading.RLock()
        self._updating = False
        self._shown = {}  # what each picture shows that does not change with every move
        self._make_mixer()
        self._make_files()
        layout = {"width": f"{SIDE}px", "height": f"{SIDE}px", "object_fit": "contain"}
        image = widgets.Image(format="png", layout=layout | {"max_width": "100%"})
        hand = column(
            image,
            self.alpha,
            _row(self.keep_colours, self.masked),
            _row(self.content, self.own_content),
            _row(self.save, self.licence),
        )
        choice = column(
            _title("Swatches: a click puts one into the marked corner"),
            self.gallery,
            self.own_style,
            _title("Mixture: drag the knob"),
            _row(self.pad, self.corners),
            self.mixture,
        )
        super().__init__(
            image,
            [section(hand, choice), self.message],
            "Style studio: a garment in the style of swatches, mixed with a knob",
            flex_flow="column",
            align_items="flex-start",
        )
        self._update()

    def do(self, action, *arguments, **changes) -> None:
        """Change the state and show it.

        Args:
            action: What to do. What it returns, or an error of the kit's own, is shown as a line.
            arguments: Of the action.
            changes: The same, by name.
        """
        # A kernel with subshells handles the events of two controls in two threads.
        with self._lock:
            if self._updating:  # the control was moved to show the state
                return
            try:
                told = action(*arguments, **changes) or ""
            except FashionlabError as error:
                told = str(error)
            self.message.value = " ".join(told.split())
            self._update()

    def _make_mixer(self):
        state = self.state
        self.alpha = Line(description="alpha", layout={"width": f"{SIDE}px", "max_width": "100%"})
        self.alpha.observe(lambda change: self.do(state.change, alpha=change.new), "value")
        self.pad = Pad(names=["knob", "and"])
        self.pad.observe(lambda _: self._on_pad(), ["x", "y"])
        self.corners = Tiles(
            "Corners; a click moves the knob there",
            2,
            THUMBNAIL,
            lambda corner: self.do(state.go, corner),
        )
        self.gallery = Tiles(
            "Swatches", COLUMNS, THUMBNAIL, lambda number: self.do(state.take, number)
        )
        self.mixture = widgets.Label()
        self.keep_colours = self._box("keep colours", "keep_colours")

    def _make_files(self):
        side = f"{THUMBNAIL}px"
        self.content = widgets.Image(format="png", layout={"width": side, "height": side})
        self.own_content = self._upload("Your content", self.state.set_content)
        self.masked = self._box("only the garment", "masked")
        self.own_style = self._upload("Your style", self.state.add_style)
        self.licence = widgets.Text(
            description="licence",
            placeholder="not stated",
            style={"description_width": "4em"},
            layout={"width": "16em"},
        )
        self.save = button("Save", "save", f"Save in {FOLDER}, with where it comes from inside")
        self.save.on_click(lambda _: self.do(self._save))
        self.message = widgets.Label(layout={"height": "28px", "max_width": "100%"})

    def _box(self, label, name):
        box = widgets.Checkbox(description=label, indent=False, layout={"width": "auto"})
        box.observe(lambda change: self.do(self.state.change, **{name: change.new}), "value")
        return box

    def _upload(self, label, action):
        control = widgets.FileUpload(
            description=label,
            accept="image/png,image/jpeg,image/webp",
            multiple=False,
            layout={"width": "auto"},
        )

        def on_upload(change):
            if change.new:
                # Emptied, it takes the same file again, and holds no copy.
                control.set_trait("value", type(change.new)())
                self.do(action, change.new, _name(change.new))

        control.observe(on_upload, "value")
        return control

    def _on_pad(self):
        scene = self.state.scene
        # One message brings both numbers and two events, of which the second finds nothing to do.
        if (scene.x, scene.y) != (self.pad.x, self.pad.y):
            self.do(self.state.change, x=self.pad.x, y=self.pad.y)

    def _save(self):
        return f"Saved {self.state.save(self.licence.value.strip())}."

    def _update(self):
        self._updating = True
        try:
            self._follow()
        finally:
            self._updating = False

    def _follow(self):
        state, scene = self.state, self.state.scene
        self.image.value = state.png()
        self.mixture.value = state.mixture()
        self.alpha.value = scene.alpha
        with self.pad.hold_sync():
            self.pad.x, self.pad.y = scene.x, scene.y
        self.keep_colours.value = scene.keep_colours
        self.masked.value = scene.masked
        self.masked.disabled = scene.mask is None
        if self._is_new(self.content, [scene.content]):
            self.content.value = plots.png(scene.content.square()[None], zoom=1)
        if self._is_new(self.gallery, state.swatches):
            _fill(self.gallery, state.swatches, [style.name for style in state.swatches])
        if self._is_new(self.corners, scene.corners):
            pairs = zip(CORNERS, scene.corners, strict=True)
            labels = [f"{corner}: {style.name}" for corner, style in pairs]
            _fill(self.corners, scene.corners, labels)
            self.pad.map = state.map()
        self.corners.chosen, self.gallery.chosen = state.target, state.chosen

    def _is_new(self, control, sources):
        if self._shown.get(control) == list(sources):
            return False
        self._shown[control] = list(sources)
        return True


def _name(upload) -> str:
    """The file in a FileUpload's value; those of ipywidgets 7 and 8 differ."""
    file = next(iter(upload))
    return file if isinstance(upload, dict) else file["name"]


def _fill(tiles, sources, labels):
    tiles.show(np.stack([source.square() for source in sources]), labels)


def _row(*children):
    layout = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "2px 12px"}
    return widgets.HBox(children, layout=layout)


def _title(text):
    return widgets.HTML(f"<b>{text}</b>", layout={"margin": "8px 2px 0"})


def style_studio(content=None, styles=None, mask=None, size: int = 192) -> StyleStudio:
    """A garment to restyle by hand: swatches, a knob between four of them, uploads, and saving.

    Args:
        content: What `style.stylize` takes for it; by default a drawn dress, with its mask.
        styles: Up to twelve of what `style.stylize` takes for one; the first four begin in the
            corners of the pad. By default twelve drawn textiles.
        mask: What may change, as in `style.stylize`.
        size: Pixels of the longer side, from 32 to 1024.

    Returns:
        A view that shows itself at the end of a notebook cell. Its `state.made` is the picture,
        with its record.

    Raises:
        ConfigurationError: There are no styles or too many, one is unknown, or the size is out of
            range.
        DataError: An image cannot be read or is too small, the mask does not fit, or no garment is
            found.
    """
    return StyleStudio(StudioState(content, styles, mask, size))
