"""Small pictures to choose from, with the mouse or the keyboard."""

from collections.abc import Callable
from pathlib import Path

import anywidget
import numpy as np
import traitlets


class Tiles(anywidget.AnyWidget):
    """A row of small pictures, each a button.

    Args:
        title: What they are, for those who do not see them.
        columns: Tiles in a row; more go into the next one.
        size: Width of a tile in pixels of the screen.
        on_click: Called with the tile's number.

    Attributes:
        pixels: The pictures one after the other, a byte a value.
        shape: `[number, height, width, channels]` of the pictures.
        labels: What each is called.
        chosen: Number of the tile that is marked; -1 for none.
    """

    _esm = Path(__file__).with_name("tiles.js")
    _css = Path(__file__).with_name("tiles.css")
    title = traitlets.Unicode().tag(sync=True)
    columns = traitlets.Int().tag(sync=True)
    size = traitlets.Int().tag(sync=True)
    pixels = traitlets.Bytes(b"").tag(sync=True)
    shape = traitlets.List(traitlets.Int(), [0, 28, 28, 1]).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)

    def __init__(self, title: str, columns: int, size: int, on_click: Callable[[int], None]):
        super().__init__(title=title, columns=columns, size=size)
        self.on_click = on_click
        self.on_msg(self._on_message)

    def show(self, images: np.ndarray, labels: list[str]) -> None:
        """Show other pictures.

        Args:
            images: float32 `(number, height, width, 1 or 3)` in [-1, 1].
            labels: What each is called.
        """
        pixels = np.round((images + 1) * 127.5).astype(np.uint8)
        with self.hold_sync():
            self.pixels, self.shape, self.labels = pixels.tobytes(), list(pixels.shape), labels

    def _on_message(self, _, content, buffers):
        # The tiles may have changed while the click was under way.
        if 0 <= content["tile"] < self.shape[0]:
            self.on_click(content["tile"])
