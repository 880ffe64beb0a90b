"""A live GAN on points in the plane: play, pause, step, and change anything on the way."""

import ipywidgets as widgets

from fashionlab import losses
from fashionlab.data import toys
from fashionlab.train import lab as training
from fashionlab.train import lab_settings as choices
from fashionlab.widgets.lab_picture import LAYERS
from fashionlab.widgets.lab_state import LabState
from fashionlab.widgets.view import View, button


class GanLab(View):
    """The picture of a `LabState`, and a control for everything in it.

    Args:
        state: What to show.

    Attributes:
        state: The state that the controls change.
        image: The picture, an `ipywidgets.Image`.
        play: Button that plays and pauses.
        steps: Buttons for one update of D, of G, and of both.
        slow: Toggle of slow motion.
        speed: Slider of turns a picture.
        reset: Button that starts over from `seed`.
        seed: Field of the seed.
        layers: Toggles of the layers, by the keys of `LAYERS`.
        settings: Controls by the names of `train.LabSettings`.
        status: Line that says what happens.
    """

    def __init__(self, state: LabState):
        self.state = state
        self.status = widgets.Label()
        image = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
        self._make_transport()
        self._make_layers()
        self._make_settings()
        row = {"flex_flow": "row wrap", "align_items": "center"}
        over = widgets.HBox([self.reset, self.seed])
        transport = [self.play, *self.steps.values(), self.slow, self.speed, over]
        columns = [
            widgets.VBox([self.settings[name] for name in names], layout={"margin": "0 12px 0 0"})
            for names in COLUMNS
        ]
        super().__init__(
            image,
            [
                widgets.HBox(transport, layout=widgets.Layout(**row)),
                self.status,
                image,
                widgets.HBox(list(self.layers.values()), layout=widgets.Layout(**row)),
                widgets.HBox(columns, layout=widgets.Layout(flex_flow="row wrap")),
            ],
            "GAN lab: two networks that play against each other in the plane",
            flex_flow="column",
            align_items="flex-start",
        )
        state.on_picture = self._update
        self._update()

    def run(self, turns: int) -> "GanLab":
        """Train for some turns at once; returns the lab, so that a cell shows it."""
        self.state.run(turns)
        return self

    def close(self) -> None:
        """Stop playing, and close every widget."""
        self.state.pause()
        self.state.on_picture = lambda: None
        super().close()

    def _make_transport(self):
        self.play = button("Play", "play", "Train until you pause")
        self.steps = {
            "Step D": button("Step D", "step-forward", "One update of the discriminator"),
            "Step G": button("Step G", "step-forward", "One update of the generator"),
            "Step both": button("Step both", "fast-forward", "One update of each"),
        }
        self.slow = widgets.ToggleButton(
            description="Slow motion",
            value=self.state.slow,
            icon="film",
            tooltip="Play one part of a turn after the other, and say what it is",
            layout=widgets.Layout(width="auto"),
        )
        self.speed = widgets.SelectionSlider(
            description="speed",
            options=[1, 2, 5, 10, 20, 40, 80, 160],
            value=self.state.speed,
            style={"description_width": "4em"},
            layout=widgets.Layout(width="15em"),
        )
        self.reset = button("Reset", "refresh", "Start over from the seed")
        self.seed = widgets.BoundedIntText(
            description="seed",
            value=self.state.lab.settings.seed,
            max=choices.LAST_SEED,
            style={"description_width": "3em"},
            layout=widgets.Layout(width="8em"),
        )
        self.play.on_click(self._on_play)
        players = (("discriminator",), ("generator",), ("discriminator", "generator"))
        for step, who in zip(self.steps.values(), players, strict=True):
            step.on_click(lambda _, who=who: self.state.step(*who))
        self.slow.observe(lambda change: self.state.pace(slow=change.new), "value")
        self.speed.observe(lambda change: self.state.pace(speed=change.new), "value")
        self.reset.on_click(lambda _: self.state.reset(self.seed.value))

    def _make_layers(self):
        self.layers = {
            name: widgets.Checkbox(
                description=label,
                value=name in self.state.shown,
                indent=False,
                layout=widgets.Layout(width="auto", margin="2px 16px 2px 4px"),
            )
            for name, label in LAYERS.items()
        }
        for name, box in self.layers.items():
            box.observe(lambda change, name=name: self.state.show(name, change.new), "value")

    def _make_settings(self):
        state, now = self.state, self.state.lab.settings
        self.settings = {}
        for name, (label, kind, options) in CONTROLS.items():
            chosen = getattr(now, name)
            control = kind(
                description=label,
                options=options(chosen),
                value=chosen,
                disabled=name in state.lab.fixed,
                style={"description_width": "7.5em"},
                layout=widgets.Layout(width="20.5em"),
            )
            control.observe(lambda change, name=name: state.change(**{name: change.new}), "value")
            self.settings[name] = control

    def _on_play(self, _):
        if self.state.playing:
            self.state.pause()
        else:
            self.state.play()
        self._update()

    def _update(self):
        state = self.state
        label, icon = ("Pause", "pause") if state.playing else ("Play", "play")
        if self.play.description != label:
            self.play.description, self.play.icon = label, icon
        skipped = int(state.lab.gan.skipped)
        warning = f" · {skipped:,} updates left out: NaN or infinite" if skipped else ""
        self.status.value = f"turn {state.lab.turn:,} · {state.caption}{warning}"
        self.image.value = state.picture


def _numbers(*values):
    """These options, and the one in force if it is not among them."""
    return lambda chosen: sorted({*values, chosen})


def _names(values):
    return lambda chosen: list(values)


def _toys(chosen):
    known = {name: toys.get(name) for name in toys.BY_NAME}
    planar = {name: toy for name, toy in known.items() if toy.dimension == 2}
    return list((planar | {chosen.name: chosen}).items())


def _losses(chosen):
    known = {name: losses.get(name) for name in losses.BY_NAME}
    own = {} if chosen in known.values() else {f"yours: {type(chosen).__name__}": chosen}
    return list((known | own).items())


SLIDER, MENU = widgets.SelectionSlider, widgets.Dropdown
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.03, 0.1, 0.3)
WEIGHTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
CONTROLS = {
    "toy": ("distribution", MENU, _toys),
    "noise": ("noise", MENU, _names(choices.NOISES)),
    "latent_dim": ("latent size", MENU, _numbers(1, 2, 8)),
    "batch_size": ("batch size", MENU, _numbers(16, 64, 128, 512)),
    "hidden_layers": ("hidden layers", MENU, _numbers(1, 2, 3, 4)),
    "units": ("units in each", MENU, _numbers(4, 8, 16, 32, 64, 128)),
    "loss": ("loss", MENU, _losses),
    "penalty": ("penalty", MENU, _names(choices.PENALTIES)),
    "penalty_weight": ("penalty weight", SLIDER, _numbers(*WEIGHTS)),
    "optimizer": ("optimizer", MENU, _names(choices.OPTIMIZERS)),
    "discriminator_lr": ("lr of D", SLIDER, _numbers(*RATES)),
    "generator_lr": ("lr of G", SLIDER, _numbers(*RATES)),
    "discriminator_updates": ("updates of D", SLIDER, _numbers(1, 2, 3, 5, 10)),
    "generator_updates": ("updates of G", SLIDER, _numbers(1, 2, 3, 5, 10)),
}
COLUMNS = (
    ("toy", "noise", "latent_dim", "hidden_layers", "units"),
    ("loss", "penalty", "penalty_weight", "optimizer", "batch_size"),
    ("discriminator_lr", "generator_lr", "discriminator_updates", "generator_updates"),
)


def gan_lab(*, generator=None, discriminator=None, **settings) -> GanLab:
    """Two small networks that play against each other in the plane, live.

    Args:
        generator: Your own `keras.Model` from latents `(batch, any)` to points `(batch, 2)`.
        discriminator: Your own `keras.Model` from points `(batch, 2)` to logits `(batch, 1)`.
        **settings: Where to start from: attributes of `train.LabSettings`, such as
            `loss=MyLoss()`, `toy="grid"` or `generator_lr=1e-3`.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: A setting is unknown or out of range, or a network has another shape.
    """
    lab = training.Lab(choices.LabSettings().changed(**settings), generator, discriminator)
    return GanLab(LabState(lab))
