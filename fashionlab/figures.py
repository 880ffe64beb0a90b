"""Figures that show themselves in Jupyter without pyplot, and such as can be redrawn fast."""

import io

import matplotlib.figure
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image


class Figure(matplotlib.figure.Figure):
    """A figure that Jupyter shows without pyplot."""

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png")
        return content.getvalue()


class LiveFigure(Figure):
    """A figure with parts that move, redrawn quickly enough to follow a slider.

    Whatever is drawn with `animated=True` moves. All the rest (axes, grids, still curves) is drawn
    once, when the first picture is taken, and copied from then on; `redraw` forgets that copy.

    Example:
        >>> figure = LiveFigure(figsize=(3, 2))
        >>> (dot,) = figure.add_subplot().plot([0], [0], "o", animated=True)
        >>> before = figure.png()
        >>> dot.set_xdata([0.02])
        >>> figure.png() == before
        False
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        FigureCanvasAgg(self)
        self._still = None

    def redraw(self) -> None:
        """Draw the parts that do not move again, too: after a change of limits or titles."""
        self._still = None

    def png(self) -> bytes:
        """The figure as it stands, as the content of a PNG file."""
        if self._still is None:
            self.canvas.draw()
            self._still = self.canvas.copy_from_bbox(self.bbox)
        self.canvas.restore_region(self._still)
        for axes in self.axes:
            moving = [artist for artist in axes.get_children() if artist.get_animated()]
            for artist in sorted(moving, key=lambda artist: artist.zorder):
                axes.draw_artist(artist)
        content = io.BytesIO()
        picture = Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB")
        # Of 256 colours it is a third as large, and many learners may share one line to a server.
        picture = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        picture.save(content, format="png", compress_level=1)
        return content.getvalue()
