"""What every view has in common."""

import base64
import functools
import threading

import ipywidgets as widgets


class View(widgets.Box):
    """One picture that changes in place, and the controls that change it.

    The browser sends a control's next value only when the kernel is done with the last one, and
    drops those in between. So a view may compute inside its callback: a fast drag never queues.

    Args:
        image: The picture, an `ipywidgets.Image`.
        children: What to show, the picture among it.
        summary: One line that stands for the view where no kernel runs.
        layout: Traits of its `ipywidgets.Layout`.
    """

    def __init__(self, image, children, summary, **layout):
        self._turn = threading.RLock()  # a handler may change a control, whose handler follows
        self.image = image
        self.summary = summary
        super().__init__(children, layout=widgets.Layout(**layout))

    def __repr__(self) -> str:
        return f"{self.summary} (run this cell to use it)"

    def _repr_mimebundle_(self, **kwargs):
        # The picture is for readers without a kernel, such as a website that shows notebooks.
        # ipywidgets 7 never calls this method; there the text has to do.
        picture = base64.b64encode(self.image.value).decode()
        return super()._repr_mimebundle_(**kwargs) | {"image/png": picture}

    def close(self) -> None:
        """Close the view and every widget it is made of."""
        for child in self.children:
            _close(child)
        self.layout.close()
        super().close()


def in_turn(handler):
    """A method of a view that only one thread runs at a time.

    A kernel may handle the events of two controls in two threads. Without turns, the one that read
    its values first could show them last.
    """

    @functools.wraps(handler)
    def waiting(self, *arguments):
        with self._turn:
            return handler(self, *arguments)

    return waiting


def slider(label, value, low, high, step):
    """A slider that follows the hand: of whole numbers if the step is one."""
    kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
    return kind(
        description=label,
        value=value,
        min=low,
        max=high,
        step=step,
        continuous_update=True,
        style={"description_width": "8em"},
        layout=widgets.Layout(width="24em"),
    )


def button(label, icon, tooltip):
    """A button as wide as its label."""
    layout = widgets.Layout(width="auto")
    return widgets.Button(description=label, icon=icon, tooltip=tooltip, layout=layout)


def section(*children):
    """Parts beside each other, or below where there is no room."""
    layout = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "0 20px"}
    return widgets.HBox(children, layout=layout)


def column(*children):
    """Parts below each other, each as wide as it is."""
    return widgets.VBox(children, layout={"align_items": "flex-start"})


def _close(widget) -> None:
    for child in getattr(widget, "children", ()):
        _close(child)
    for name in ("style", "layout"):
        if widget.has_trait(name):
            getattr(widget, name).close()
    widget.close()
