"""Go back and forth through a training run."""

import re
from pathlib import Path

import ipywidgets as widgets

from fashionlab.errors import DataError
from fashionlab.widgets.view import View


class ScrubberState:
    """The pictures of a training run, and which of them is shown.

    All are read at once, so a run that starts over in the same folder takes none away.

    Args:
        folder: Where `train.LiveDashboard` saved its grids as `epoch-0001.125.png`.

    Attributes:
        epochs: Epochs done at each frame, ascending.
        frame: Index of the frame shown; at first the last one.

    Raises:
        DataError: There are none.
    """

    def __init__(self, folder):
        frames = {
            float(match[1]): file.read_bytes()
            for file in Path(folder).glob("epoch-*.png")
            if (match := re.fullmatch(r"epoch-(\d+\.\d+)\.png", file.name))
        }
        if not frames:
            raise DataError(
                f"{folder} holds no pictures of a training run. Train with "
                f"callbacks=[fl.train.LiveDashboard({str(folder)!r})], which saves them there."
            )
        self.epochs = sorted(frames)
        self.frame = len(frames) - 1
        self._frames = frames

    @property
    def epoch(self) -> float:
        """Epochs done at the frame shown."""
        return self.epochs[self.frame]

    def png(self) -> bytes:
        """The frame shown, as the content of a PNG file."""
        return self._frames[self.epoch]


class EpochScrubber(View):
    """The picture of a `ScrubberState`, with a slider and a play button.

    Args:
        state: What to show.

    Attributes:
        state: The state that the slider moves.
        image: The picture, an `ipywidgets.Image`.
        slider: Slider over the frames.
        play: Runs through the frames.
        link: Ties the slider to the play button.
        label: Says how many epochs are done.
    """

    def __init__(self, state: ScrubberState):
        self.state = state
        last = len(state.epochs) - 1
        self.slider = widgets.IntSlider(
            description="frame",
            value=state.frame,
            max=last,
            continuous_update=True,
            style={"description_width": "4em"},
            layout=widgets.Layout(width="24em"),
        )
        self.play = widgets.Play(value=state.frame, max=last, interval=250)
        # The link lives in the browser, where the play button counts.
        self.link = widgets.jslink((self.play, "value"), (self.slider, "value"))
        self.label = widgets.Label(_epoch_text(state))
        image = widgets.Image(value=state.png(), format="png")
        controls = [self.play, self.slider, self.label]
        super().__init__(
            image,
            [widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap")), image],
            f"Epoch scrubber: a training run up to {_epoch_text(state)}",
            flex_flow="column",
            align_items="flex-start",
        )
        self.slider.observe(self.on_change, "value")

    def on_change(self, change=None) -> None:
        """Show the frame that the slider asks for."""
        self.state.frame = self.slider.value
        self.label.value = _epoch_text(self.state)
        self.image.value = self.state.png()

    def close(self) -> None:
        """Close the view and every widget it is made of."""
        self.link.close()
        super().close()


def _epoch_text(state) -> str:
    return f"epoch {state.epoch:.3f}"


def epoch_scrubber(folder) -> EpochScrubber:
    """A slider through the pictures of a training run.

    Args:
        folder: Where `train.LiveDashboard` saved its grids.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        DataError: There are none.
    """
    return EpochScrubber(ScrubberState(folder))
