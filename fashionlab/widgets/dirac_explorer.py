"""Two players with one number each: see them circle, run apart or meet."""

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from fashionlab import plots, theory
from fashionlab.errors import ConfigurationError
from fashionlab.figures import LiveFigure
from fashionlab.widgets.view import View, in_turn, slider

LOSSES = ("minimax", "non_saturating", "wasserstein")
UPDATES = {"in turn": True, "at once": False}
START = (1.0, 1.0)
STEPS = 200
PENALTIES, LEARNING_RATES = (0.0, 2.0), (0.02, 0.5)
EDGE = 2.0  # theta and psi are shown within [-2, 2]
THETA, PSI = np.meshgrid(np.linspace(-EDGE, EDGE, 13), np.linspace(-EDGE, EDGE, 13))
INK = "#333333"


@dataclass
class DiracState:
    """A Dirac GAN, how it is trained, and where that leads.

    Args:
        loss: Name or object, as in `losses.get`. An object goes by the name of its class.
        penalty: Weight of R1, in [0, 2].
        learning_rate: Step size of both players, in [0.02, 0.5].
        alternating: Whether the generator waits for the discriminator's step.

    Attributes:
        losses: The losses to choose from by name, the one given first.
        name: The one that is played.

    Raises:
        ConfigurationError: The loss is unknown, does not return one finite number, or a number is
            out of range.
    """

    loss: object = "minimax"
    penalty: float = 0.0
    learning_rate: float = 0.1
    alternating: bool = True

    def __post_init__(self):
        for name, (low, high) in {"penalty": PENALTIES, "learning_rate": LEARNING_RATES}.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigurationError(
                    f"{name}={getattr(self, name)}: use a number from {low:g} to {high:g}."
                )
        self.name = self.loss if isinstance(self.loss, str) else type(self.loss).__name__
        self.losses = {self.name: self.loss}
        self.losses |= {name: name for name in LOSSES if name not in self.losses}
        self._games = {}
        self._picture = _Picture()
        self.game()

    def game(self) -> theory.DiracGAN:
        """The GAN with this loss; each is made once."""
        if self.name not in self._games:
            self._games[self.name] = theory.DiracGAN(self.losses[self.name])
        return self._games[self.name]

    def path(self) -> np.ndarray:
        """theta and psi after each step, `(steps + 1, 2)`."""
        return self.game().path(START, self.learning_rate, self.penalty, STEPS, self.alternating)

    def png(self) -> bytes:
        """The picture, as the content of a PNG file."""
        self._picture.set_field(*self.game().field(THETA, PSI, self.penalty))
        self._picture.set_path(self.path())
        return self._picture.figure.png()


class _Picture:
    """The artists of the picture. What moves is animated; the rest is drawn once."""

    def __init__(self):
        self.figure = LiveFigure(figsize=(9.2, 4.2), dpi=80)
        edges = {"left": 0.07, "right": 0.985, "top": 0.92, "bottom": 0.12}
        grid = self.figure.add_gridspec(1, 2, width_ratios=(1, 1.35), wspace=0.17, **edges)
        self._add_plane(self.figure.add_subplot(grid[0]))
        self._add_course(self.figure.add_subplot(grid[1]))

    def set_field(self, theta, psi):
        # Roots of the lengths: weak arrows stay visible beside strong ones.
        length = np.sqrt(np.hypot(theta, psi)) + 1e-9
        self._arrows.set_UVC(theta / length, psi / length)

    def set_path(self, path):
        self._path.set_data(*path.T)
        self._end.set_data(*path[-1:].T)
        self._theta.set_data(range(len(path)), path[:, 0])
        self._psi.set_data(range(len(path)), path[:, 1])
        start, end = np.hypot(*START), np.hypot(*path[-1])
        now = f"{end:.2g} away" if len(path) > STEPS else "off the picture"
        self._text.set_text(f"{start:.2f} away from (0, 0); after {len(path) - 1} steps {now}")

    def _add_plane(self, axes):
        axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), xticks=range(-2, 3), yticks=range(-2, 3))
        axes.set_xlabel("θ, the generator's point", color=plots.ORANGE, fontsize=9)
        axes.set_ylabel("ψ, the discriminator's slope", color=plots.BLUE, fontsize=9, labelpad=0)
        axes.tick_params(labelsize=8)
        self._arrows = axes.quiver(
            THETA,
            PSI,
            THETA,
            PSI,
            color="#b0b0b0",
            scale=18,
            width=0.006,
            pivot="mid",
            animated=True,
        )
        (self._path,) = axes.plot([], [], color=INK, linewidth=1.3, animated=True, zorder=3)
        axes.plot(*START, "o", color="white", markeredgecolor=INK, animated=True, zorder=4)
        axes.plot(0, 0, "+", color=INK, markersize=11, animated=True, zorder=4)
        (self._end,) = axes.plot([], [], "o", color=INK, animated=True, zorder=5)

    def _add_course(self, axes):
        axes.set(xlim=(0, STEPS), ylim=(-EDGE, EDGE), yticks=range(-2, 3))
        axes.set_xlabel("step", fontsize=9)
        axes.tick_params(labelsize=8)
        axes.axhline(0, color=plots.GREY, linestyle=":", linewidth=1)
        axes.spines[["top", "right"]].set_visible(False)
        (self._theta,) = axes.plot([], [], color=plots.ORANGE, animated=True)
        (self._psi,) = axes.plot([], [], color=plots.BLUE, animated=True)
        axes.legend((self._theta, self._psi), ("θ", "ψ"), fontsize=9, loc="lower right", ncols=2)
        place = {"transform": axes.transAxes, "fontsize": 9, "va": "bottom"}
        self._text = axes.text(0, 1.02, "", animated=True, **place)


class DiracExplorer(View):
    """The picture of a `DiracState` and a control for everything in it.

    Args:
        state: What to show; the controls start from its values.

    Attributes:
        state: The state that the controls move.
        image: The picture, an `ipywidgets.Image`.
        loss: Chooses the loss.
        updates: Chooses whether the players move in turn or at once.
        penalty: Slider of the weight of R1.
        learning_rate: Slider of the step size.
    """

    def __init__(self, state: DiracState):
        self.state = state
        updates = next(name for name, value in UPDATES.items() if value == state.alternating)
        self.loss = _dropdown("loss", list(state.losses), state.name)
        self.updates = _dropdown("players move", list(UPDATES), updates)
        self.penalty = slider("R1 weight", state.penalty, *PENALTIES, 0.05)
        self.learning_rate = slider("learning rate", state.learning_rate, *LEARNING_RATES, 0.02)
        self.controls = [self.loss, self.updates, self.penalty, self.learning_rate]
        image = widgets.Image(value=state.png(), format="png")
        rows = [
            widgets.HBox(pair, layout=widgets.Layout(flex_flow="row wrap"))
            for pair in (self.controls[:2], self.controls[2:])
        ]
        super().__init__(
            image,
            [*rows, image],
            "Dirac explorer: a GAN of two numbers, and where training takes them",
            flex_flow="column",
            align_items="flex-start",
        )
        for control in self.controls:
            control.observe(self.on_change, "value")

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what the controls ask for."""
        self.state.name = self.loss.value
        self.state.alternating = UPDATES[self.updates.value]
        self.state.penalty = self.penalty.value
        self.state.learning_rate = self.learning_rate.value
        self.image.value = self.state.png()


def _dropdown(label, options, value):
    return widgets.Dropdown(
        description=label,
        options=options,
        value=value,
        style={"description_width": "7em"},
        layout=widgets.Layout(width="24em"),
    )


def dirac_explorer(
    loss="minimax",
    *,
    penalty: float = 0.0,
    learning_rate: float = 0.1,
    alternating: bool = True,
) -> DiracExplorer:
    """A GAN of two numbers, the way each player is drawn, and where training takes them.

    All real data sit at 0, all generated data at theta; the discriminator's logit is psi * x.

    Args:
        loss: Name or object, as in `losses.get`: your own will do.
        penalty: Weight of R1 at first, in [0, 2].
        learning_rate: Step size of both players at first, in [0.02, 0.5].
        alternating: Whether the generator waits for the discriminator's step, at first.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: The loss is unknown, does not return one finite number, or a number is
            out of range.

    Reference:
        Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", 2018,
        section 2.
    """
    return DiracExplorer(DiracState(loss, penalty, learning_rate, alternating))
