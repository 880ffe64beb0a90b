"""Walk through the latent space of a generator, and keep what you find there."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fashionlab import plots
from fashionlab.errors import FashionlabError
from fashionlab.widgets import garment_board
from fashionlab.widgets.garment_controls import GarmentControls
from fashionlab.widgets.garment_search import GarmentSearch
from fashionlab.widgets.garment_state import MAP, STEPS, GarmentState
from fashionlab.widgets.view import View

REST = 0.12  # seconds; what lies around the garment is drawn when the hand has rested so long


class GarmentExplorer(View):
    """The garment of a `GarmentState`, the garments around it, and controls to get there.

    The large picture follows every event at once. What lies around it (strips, the map under the
    pad, the history) follows from a thread of its own when the hand rests.

    Args:
        state: What to show.

    Attributes:
        state: The state that the controls change.
        controls: Every control and picture, a `GarmentControls`.
        search: Looks for uploaded images, a `GarmentSearch`.
        image: The large picture, an `ipywidgets.Image`.
    """

    def __init__(self, state: GarmentState):
        self.state = state
        self.search = GarmentSearch(state.generator)
        self.search.on_news, self.search.on_found = self._on_news, self._on_found
        self.controls = GarmentControls(state, self.search, self.do)
        self._lock = threading.RLock()
        self._updating = False
        self._shown = {}  # what each row of tiles shows
        self._version = 0
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="garment-explorer")
        super().__init__(
            self.controls.image,
            self.controls.rows(),
            "Garment explorer: a garment, ways to change it, and a board for what you find",
            flex_flow="column",
            align_items="flex-start",
        )
        self._update()
        self.wait()

    def do(self, action, *arguments) -> None:
        """Change the state and show it.

        Args:
            action: What to do. What it returns, or an error of the kit's own, is shown as a line.
            arguments: Of the action.
        """
        with self._lock:
            if self._updating:  # the control was moved to show the state
                return
            try:
                self._tell(action(*arguments) or "")
            except FashionlabError as error:
                self._tell(str(error))
            self._update()

    def load(self, file) -> None:
        """Add the garments of a board to the favourites.

        Args:
            file: The `.json` file of the board.

        Raises:
            DataError: The file is no board, or belongs to another generator.
        """
        with self._lock:
            garment_board.load(self.state, file)
            self._update()

    def wait(self) -> None:
        """Wait until all that lies around the garment is drawn."""
        self._job.result()

    def close(self) -> None:
        """Ask the threads to end, and close every widget."""
        self.search.on_news, self.search.on_found = lambda: None, lambda z, classes: None
        self.search.stop()
        self._version += 1  # what is still to be drawn has been overtaken
        self._worker.shutdown()
        super().close()

    def _update(self):
        state, controls = self.state, self.controls
        self.image.value = state.png()
        self._fill(controls.grid, state.garments)
        self._fill(controls.favourites, state.favourites)
        if self._shown.get(controls.film) != state.pins:
            self._shown[controls.film] = list(state.pins)
            self._show(controls.film, state.film())
        self._updating = True
        try:
            controls.follow()
        finally:
            self._updating = False
        self._version += 1
        self._job = self._worker.submit(self._look_around, self._version)

    def _look_around(self, version):
        if version != self._version:
            return
        time.sleep(REST)
        with self._lock:
            if version != self._version:
                return
            state, controls = self.state, self.controls
            strips = [state.strip(i) for i in range(len(state.names))]
            places = state.map(controls.across.index, controls.up.index)
        images = state.images([garment for row in (*strips, places) for garment in row])
        with self._lock:
            if version != self._version:
                return
            self._fill(controls.history, state.history)
            controls.history.chosen = state.place
            *strips, places = np.split(images, np.arange(1, len(strips) + 1) * len(STEPS))
            for tiles, name, strip in zip(controls.strips, state.names, strips, strict=True):
                tiles.show(strip, [f"{name} {strength:+.0f}" for strength in STEPS])
            controls.pad.map = plots.png(places, columns=MAP, zoom=1, gap=0)

    def _fill(self, tiles, garments):
        """Show garments, unless they are there already."""
        if self._shown.get(tiles) != garments:
            self._shown[tiles] = list(garments)
            self._show(tiles, garments)

    def _show(self, tiles, garments):
        images = self.state.images(garments) if garments else np.zeros((0, 28, 28, 1))
        tiles.show(images, [garment.name for garment in garments])

    def _tell(self, message):
        self.controls.message.value = " ".join(message.split())

    def _on_news(self):
        with self._lock:
            self.controls.follow_search()
            self._tell(self.search.message)

    def _on_found(self, z, classes):
        self.do(lambda: self.state.go(self.state.at(z, "found", classes)))


def garment_explorer(generator, *, directions=None, folder="boards") -> GarmentExplorer:
    """A garment to walk with through latent space: change it, morph it, look around, keep it.

    Sliders and a pad push the garment along directions; two pinned garments morph into each other;
    neighbours, a history and favourites lead on and back; an image of your own is looked for among
    the garments; favourites are saved as a board. With a conditional generator the class changes,
    too.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)` to images, or from latents and
            class weights `[(batch, latent_dim), (batch, classes)]`.
        directions: What the sliders move along, two or more: a mapping from names to vectors
            `(latent_dim,)` or to what `latent.supervised_direction` found; or an array
            `(number, latent_dim)`. One unit of a slider is one vector. By default the first six of
            `latent.directions`.
        folder: Where boards are saved: `board-1.json`, `board-1.png` and so on.

    Returns:
        A view that shows itself at the end of a notebook cell. Its `state.garment` is the garment
        in hand, and `state.favourites` are those with a star.

    Raises:
        ConfigurationError: The model is no generator, or the directions are not its own.
    """
    return GarmentExplorer(GarmentState(generator, directions, folder))
