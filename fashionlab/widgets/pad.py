"""A square to drag a knob in, for two numbers at once."""

from pathlib import Path

import anywidget
import traitlets


class Pad(anywidget.AnyWidget):
    """Two numbers, each in [-reach, reach], chosen with a finger, the mouse or the arrow keys.

    Attributes:
        x: To the right.
        y: Upwards.
        reach: How far the square goes to each side of 0.
        names: What x and y are called.
        map: The picture under the knob, as the content of a PNG file.
    """

    _esm = Path(__file__).with_name("pad.js")
    _css = Path(__file__).with_name("pad.css")
    x = traitlets.Float(0.0).tag(sync=True)
    y = traitlets.Float(0.0).tag(sync=True)
    reach = traitlets.Float(1.0).tag(sync=True)
    names = traitlets.List(traitlets.Unicode(), ["x", "y"]).tag(sync=True)
    map = traitlets.Bytes(b"").tag(sync=True)
