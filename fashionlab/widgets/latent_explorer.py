"""Turn sliders over the garments of a trained generator."""

from dataclasses import dataclass, field

import ipywidgets as widgets
import numpy as np

from fashionlab import latent, plots
from fashionlab.errors import ConfigurationError
from fashionlab.widgets.view import View, button, in_turn, slider

GARMENTS = 100  # seeds that the garment sliders reach
REACH = 3.0  # standard deviations that a direction slider goes to either side
ZOOM = 10


@dataclass
class LatentState:
    """Where in latent space one is, and what is to be seen there.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)` to images.
        number: How many directions there are to move along, from 1 to `latent_dim`.

    Attributes:
        garment: Seed of the latent to start from.
        morph_to: Seed of a second latent.
        morph: How far from the first latent to the second, in [0, 1].
        strengths: How far to go along each of `latent.directions`, in standard deviations.

    Raises:
        ConfigurationError: The model does not take latents, or has fewer directions.
    """

    generator: object
    number: int = 4
    garment: int = 0
    morph_to: int = 1
    morph: float = 0.0
    strengths: list[float] = field(init=False)

    def __post_init__(self):
        self.latent_dim = latent.latent_dim(self.generator)
        if not 1 <= self.number <= self.latent_dim:
            raise ConfigurationError(
                f"number={self.number} directions, but the generator's latents have "
                f"{self.latent_dim}. Use a number from 1 to {self.latent_dim}."
            )
        self.directions = latent.directions(self.generator, self.number)
        self.strengths = [0.0] * self.number

    def z(self) -> np.ndarray:
        """The latent, float32 `(1, latent_dim)`."""
        start, end = (
            latent.noise(1, self.latent_dim, seed) for seed in (self.garment, self.morph_to)
        )
        steps = np.asarray([self.strengths], np.float32)  # (1, number)
        return latent.slerp(start, end, self.morph) + steps @ self.directions

    def png(self) -> bytes:
        """The garment, as the content of a PNG file."""
        return plots.png(latent.generate(self.generator, self.z()), zoom=ZOOM)


class LatentExplorer(View):
    """The picture of a `LatentState` and a slider for everything in it.

    Args:
        state: What to show; the sliders start from its values.

    Attributes:
        state: The state that the sliders move.
        image: The picture, an `ipywidgets.Image`.
        garment: Slider of the first garment.
        morph_to: Slider of the second garment.
        morph: Slider between the two.
        strengths: One slider a direction.
        another: Button that goes to the next garment.
        reset: Button that undoes the morph and the directions.
    """

    def __init__(self, state: LatentState):
        self.state = state
        last = GARMENTS - 1
        self.garment = slider("garment", state.garment, 0, last, 1)
        self.morph_to = slider("morph to", state.morph_to, 0, last, 1)
        self.morph = slider("morph amount", state.morph, 0, 1, 0.02)
        self.strengths = [
            slider(f"direction {i + 1}", strength, -REACH, REACH, 0.1)
            for i, strength in enumerate(state.strengths)
        ]
        self.sliders = [self.garment, self.morph_to, self.morph, *self.strengths]
        self.another = button("Another garment", "forward", "Go to the next garment")
        self.reset = button("Reset", "undo", "Undo the morph and all directions")
        buttons = widgets.HBox([self.another, self.reset], layout=widgets.Layout(margin="8px"))
        image = widgets.Image(value=state.png(), format="png", layout=widgets.Layout(margin="8px"))
        super().__init__(
            image,
            [image, widgets.VBox([*self.sliders, buttons])],
            "Latent explorer: a garment, and sliders that change it",
            flex_flow="row wrap",
            align_items="center",
        )
        self._listen()
        self.another.on_click(self._on_another)
        self.reset.on_click(self._on_reset)

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what the sliders ask for."""
        self.state.garment = self.garment.value
        self.state.morph_to = self.morph_to.value
        self.state.morph = self.morph.value
        self.state.strengths = [control.value for control in self.strengths]
        self.image.value = self.state.png()

    def _listen(self):
        for control in self.sliders:
            control.observe(self.on_change, "value")

    @in_turn
    def _on_another(self, _):
        self.garment.value = (self.garment.value + 1) % GARMENTS

    @in_turn
    def _on_reset(self, _):
        # Many sliders, one picture.
        for control in self.sliders:
            control.unobserve(self.on_change, "value")
        for control in (self.morph, *self.strengths):
            control.value = 0.0
        self._listen()
        self.on_change()


def latent_explorer(generator, *, number: int = 4) -> LatentExplorer:
    """Sliders over the garments that a generator can make.

    One slider chooses a garment, two morph it into a second one, and the others push it along the
    directions in latent space that change the picture most.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)` to images.
        number: Direction sliders, from 1 to `latent_dim`.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: The model does not take latents, or has fewer directions.
    """
    return LatentExplorer(LatentState(generator, number))
