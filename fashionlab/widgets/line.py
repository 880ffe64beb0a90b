"""A line to slide a knob along, for one number."""

from pathlib import Path

import anywidget
import traitlets


class Line(anywidget.AnyWidget):
    """A slider that never answers back.

    The one of ipywidgets sends every number that the kernel sets back to the kernel, a little
    rounded: late, when the hand has long moved something else that moves this slider.

    Attributes:
        description: What the number is.
        value: The number.
        min: The least it can be.
        max: The most it can be.
    """

    _esm = Path(__file__).with_name("line.js")
    _css = Path(__file__).with_name("line.css")
    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float(0.0).tag(sync=True)
    min = traitlets.Float(0.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
