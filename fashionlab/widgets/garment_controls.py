"""The controls of the garment explorer: what they are, where they stand, what they do."""

import ipywidgets as widgets
import numpy as np

from fashionlab import plots
from fashionlab.widgets import garment_board
from fashionlab.widgets.garment_state import FILM, GRID, KEPT, REACH, STEPS
from fashionlab.widgets.line import Line
from fashionlab.widgets.pad import Pad
from fashionlab.widgets.tiles import Tiles
from fashionlab.widgets.view import button, column, section

SIDE = 308  # pixels of the large picture on the screen
TILE = 44


class GarmentControls:
    """All widgets of a garment explorer.

    Args:
        state: What they show, a `GarmentState`.
        search: What an upload starts, a `GarmentSearch`.
        do: Called with an action and its arguments when a control is used.
    """

    def __init__(self, state, search, do):
        self.state, self.search, self._do = state, search, do
        self.image = _picture({"width": f"{SIDE}px"})
        self.message = widgets.Label(layout={"height": "28px", "max_width": "100%"})
        self._make_past()
        self._make_directions()
        self._make_classes()
        self._make_walk()
        self._make_grid()
        self._make_board()
        self._make_upload()

    def rows(self) -> list:
        """The widgets as they stand in the view, row by row."""
        name = _row(self.name, self.star)
        hand = column(
            self.image,
            _row(self.undo, self.redo),
            name,
            _title("Find an image of yours"),
            _row(self.upload, self.stop),
            _row(self.target, self.progress),
        )
        plane = [_title("The plane of two directions"), self.across, self.up]
        classes = [_title("Class"), self.first, self.second, self.amount] if self.classes else []
        ways = column(
            section(self.pad, column(*plane, *classes)),
            *(_row(*pair) for pair in zip(self.strengths, self.strips, strict=True)),
        )
        grid = column(_title("Garments"), self.grid, _row(self.others, self.like, self.radius))
        walk = column(_title("From A to B"), self.film, _row(self.pin_a, self.pin_b, self.between))
        return [
            self.message,
            section(hand, ways),
            section(grid, walk),
            column(_title("Lately"), self.history),
            column(_title("Favourites"), self.favourites, _row(self.save, self.boards, self.open)),
        ]

    def follow(self) -> None:
        """Show what the state says."""
        state = self.state
        garment = state.garment
        for control, strength in zip(self.strengths, garment.strengths, strict=True):
            control.value = strength
        with self.pad.hold_sync():
            self.pad.names = [self.across.value, self.up.value]
            self.pad.x = garment.strengths[self.across.index]
            self.pad.y = garment.strengths[self.up.index]
        if self.classes:
            self._follow_classes()
        self.undo.disabled = state.place == 0
        self.redo.disabled = state.place == len(state.history) - 1
        starred = garment in state.favourites
        self.star.description = "Remove the star" if starred else "Give it a star"
        self.star.icon = "star" if starred else "star-o"
        self.save.disabled = not state.favourites
        for tiles, garments in ((self.grid, state.garments), (self.favourites, state.favourites)):
            tiles.chosen = garments.index(garment) if garment in garments else -1

    def follow_search(self) -> None:
        """Show how the search goes."""
        running, target = self.search.running, self.search.target
        self.progress.value = self.search.done
        self.progress.layout.visibility = "visible" if running else "hidden"
        self.stop.disabled = not running
        self.upload.disabled = running
        if target is not None:
            self.target.value = plots.png(target[None], zoom=2)
            self.target.layout.visibility = "visible"

    def _make_past(self):
        state = self.state
        self.undo = self._button("Undo", "undo", "Go back by a step", state.undo)
        self.redo = self._button("Redo", "repeat", "Go forward again", state.redo)
        self.history = Tiles(
            "The last garments in hand", KEPT, 40, lambda place: self._do(state.jump, place)
        )

    def _make_directions(self):
        state = self.state
        self.strengths, self.strips = [], []
        for i, name in enumerate(state.names):
            control = Line(description=name, min=-REACH, max=REACH, layout={"width": "270px"})
            self._on(control, lambda value, i=i: state.turn({i: value}))
            strip = Tiles(
                f"What {name} does",
                len(STEPS),
                30,
                lambda tile, i=i: self._do(state.turn, {i: STEPS[tile]}),
            )
            self.strengths.append(control)
            self.strips.append(strip)
        self.across = _menu("across", state.names, 0)
        self.up = _menu("up", state.names, 1)
        self.pad = Pad(reach=REACH)
        for menu, other in ((self.across, self.up), (self.up, self.across)):
            menu.observe(lambda change, other=other: self._on_axis(change, other), "index")
        self.pad.observe(lambda _: self._on_pad(), ["x", "y"])

    def _make_classes(self):
        self.classes = self.state.class_names
        if not self.classes:
            return
        self.first = _menu("class", self.classes, 0)
        self.second = _menu("mixed with", self.classes, 1)
        self.amount = Line(description="mixture", layout={"width": "16em"})
        for control in (self.first, self.second, self.amount):
            self._on(control, lambda _: self._on_classes())

    def _make_walk(self):
        state = self.state
        tooltip = "Let walks {} at the garment in hand"
        self.pin_a = self._button("Pin A", "thumb-tack", tooltip.format("begin"), state.pin, 0)
        self.pin_b = self._button("Pin B", "thumb-tack", tooltip.format("end"), state.pin, 1)
        self.between = Line(description="A to B", layout={"width": "16em"})
        self._on(self.between, state.walk)
        self.film = Tiles(
            "From A to B", FILM, TILE, lambda tile: self._do(state.walk, tile / (FILM - 1))
        )

    def _make_grid(self):
        state = self.state
        self.grid = Tiles(
            "Garments to choose from",
            GRID // 2,
            TILE,
            lambda tile: self._do(lambda: state.go(state.garments[tile])),
        )
        self.others = self._button("Others", "random", "Show the next 16 garments", state.others)
        self.like = self._button(
            "More like this",
            "clone",
            "Show 15 neighbours of the garment in hand",
            lambda: state.more_like_this(self.radius.value),
        )
        self.radius = Line(description="radius", min=0.05, value=0.4, layout={"width": "15em"})
        self._on(self.radius, state.spread)

    def _make_board(self):
        state = self.state
        self.name = widgets.Text(
            placeholder="its name",
            description="name",
            style={"description_width": "3em"},
            layout={"width": "11em"},
        )
        self.star = self._button("", "star-o", "Keep it among the favourites", self._on_star)
        self.favourites = Tiles(
            "Favourites", KEPT, 40, lambda tile: self._do(lambda: state.go(state.favourites[tile]))
        )
        self.save = self._button("Save a board", "save", f"Save in {state.folder}", self._on_save)
        self.boards = _menu("board", [], None)
        self.open = self._button(
            "Load", "folder-open", "Add the garments of the board", self._on_open
        )
        self._list_boards()

    def _make_upload(self):
        self.upload = widgets.FileUpload(
            description="Upload",
            accept="image/png,image/jpeg,image/webp",
            multiple=False,
            layout={"width": "auto"},
        )
        self.stop = button("Stop", "stop", "Stop the search with the best found so far")
        self.stop.disabled = True
        self.stop.on_click(lambda _: self.search.stop())
        hidden = {"visibility": "hidden"}
        small = {"width": "56px", "height": "56px"}
        self.target = _picture(small | hidden)
        self.progress = widgets.FloatProgress(
            max=1.0,
            description="search",
            style={"description_width": "4em"},
            layout={"width": "14em"} | hidden,
        )
        self.upload.observe(self._on_upload, "value")

    def _button(self, label, icon, tooltip, action, *arguments):
        control = button(label, icon, tooltip)
        control.on_click(lambda _: self._do(action, *arguments))
        return control

    def _on(self, control, action):
        control.observe(lambda change: self._do(action, change.new), "value")

    def _on_pad(self):
        across, up = self.across.index, self.up.index
        here = self.state.garment.strengths
        # One message brings both numbers and two events, of which the second finds nothing to do.
        if (here[across], here[up]) != (self.pad.x, self.pad.y):
            self._do(self.state.turn, {across: self.pad.x, up: self.pad.y})

    def _on_axis(self, change, other):
        if other.index == change.new:
            other.index = change.old  # the two change places: a plane needs two directions
        self._do(lambda: None)

    def _on_classes(self):
        self.state.mix(self.first.index, self.second.index, self.amount.value)

    def _follow_classes(self):
        first, second, amount = self.first.index, self.second.index, self.amount.value
        # Sliders that say the same in another way stay where the hand put them.
        if np.array_equal(self.state.weights(first, second, amount), self.state.garment.classes):
            return
        self.first.index, second, self.amount.value = self.state.two_classes()
        if self.amount.value > 0:
            self.second.index = second

    def _on_star(self):
        self.state.star(self.name.value.strip())
        self.name.value = ""

    def _on_save(self):
        file = garment_board.save(self.state)
        self._list_boards()
        return f"Saved {file} and {file.with_suffix('.png').name}."

    def _on_open(self):
        added = garment_board.load(self.state, self.state.folder / self.boards.value)
        return f"{self.boards.value}: {added} garments added to the favourites."

    def _list_boards(self):
        self.boards.options = [file.name for file in garment_board.boards(self.state.folder)]
        self.open.disabled = not self.boards.options
        if self.boards.options:
            self.boards.index = len(self.boards.options) - 1

    def _on_upload(self, change):
        if not change.new:
            return
        # Emptied, it takes the same file again, and holds no copy.
        self.upload.set_trait("value", type(change.new)())
        self.search.start(change.new, self.state.garment.classes)


def _row(*children):
    layout = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "2px 8px"}
    return widgets.HBox(children, layout=layout)


def _picture(layout):
    return widgets.Image(format="png", layout=layout).add_class("fashionlab-garment")


def _title(text):
    return widgets.HTML(f"<b>{text}</b>", layout={"margin": "8px 2px 0"})


def _menu(label, options, index):
    return widgets.Dropdown(
        description=label,
        options=options,
        index=index,
        style={"description_width": "7em"},
        layout={"width": "16em"},
    )
