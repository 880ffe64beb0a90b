"""A live GAN on points in the plane: play, pause, step, and change anything on the way."""

import contextlib
import threading
import time
import weakref

import ipywidgets as widgets

from fashionlab import losses
from fashionlab.data import toys
from fashionlab.train import lab as training
from fashionlab.train import lab_settings as choices
from fashionlab.widgets.lab_picture import LAYERS, LabPicture
from fashionlab.widgets.view import View, button

PICTURES = 15  # a second, at most
SLOW = 1.5  # seconds that a part of a turn stays in slow motion
PATIENCE = 600.0  # seconds without a touch after which a forgotten lab pauses

# One turn in slow motion: the layers to look at, who learns, and what to say.
SLOW_MOTION = (
    ({"manifold", "fake"}, None, "1/6 · Noise goes into the generator G; fakes come out."),
    ({"real", "fake"}, None, "2/6 · As many real points are drawn."),
    ({"verdict", "real", "fake"}, None, "3/6 · The discriminator D judges: blue is “real”."),
    ({"verdict", "real", "fake"}, "discriminator", "4/6 · D learns: its weights move a little."),
    ({"verdict", "fake", "pull"}, None, "5/6 · D stands still. G's loss pulls each fake this way."),
    ({"verdict", "fake", "manifold"}, "generator", "6/6 · G learns: its weights move a little."),
)


PLAYING = weakref.WeakSet()  # states that play; at most one, as two would share the processor


class LabState:
    """A lab, what is shown of it, and whether it runs.

    While it plays, a thread of its own trains and draws. Every method may be called meanwhile.

    Args:
        lab: A `train.Lab`.

    Attributes:
        shown: The layers to show, keys of `LAYERS`.
        speed: Turns from one picture to the next.
        slow: Whether to play in slow motion, one part of a turn after the other.
        caption: What happens, in a sentence.
        picture: The latest picture, as the content of a PNG file.
        on_picture: Called without arguments when there is a new picture or caption.
    """

    def __init__(self, lab):
        self.lab = lab
        self.shown = set(LAYERS)
        self.speed = 40
        self.slow = False
        self.caption = "Ready."
        self.on_picture = lambda: None
        self._thread = None
        self._stop = threading.Event()
        self._lock = threading.RLock()
        self._slow_step = 0
        with self._use():
            self._new_picture()
            self._draw()

    @property
    def playing(self) -> bool:
        """Whether it trains by itself."""
        return self._thread is not None

    def play(self) -> None:
        """Train and draw until `pause`. Another lab that plays is paused."""
        if self.playing:
            return
        for other in list(PLAYING):
            other.pause()
        PLAYING.add(self)
        self._touched = time.monotonic()
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="gan-lab", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Stop playing; unless it is the thread itself that asks, it has ended on return."""
        thread = self._thread
        if thread is not None:
            self._stop.set()
            if thread is not threading.current_thread():
                thread.join()

    def run(self, turns: int) -> None:
        """Train at once, without a thread, and draw at the end."""
        with self._use():
            while turns > 0:
                self.lab.train(min(turns, self.speed))
                self.lab.record()
                turns -= self.speed
            self._draw()

    def step(self, *players: str) -> None:
        """One update of each player in turn, `"discriminator"` or `"generator"`."""
        with self._use():
            for player in players:
                self._update(player)
            self.lab.record()
            self.caption = f"One update of the {' and one of the '.join(players)}."
            self._draw()

    def change(self, **changes) -> None:
        """Change settings of the lab.

        Raises:
            ConfigurationError: A value is unknown or out of range; then nothing is changed.
        """
        with self._use():
            toy = self.lab.settings.toy
            over = self.lab.change(**changes)
            if over or self.lab.settings.toy is not toy:
                self._new_picture()
            self.caption = "New networks: started over." if over else "Changed."
            self._draw()

    def reset(self, seed: int) -> None:
        """Start over from a seed."""
        with self._use():
            self.lab.reset(seed)
            self._new_picture()
            self.caption = f"Started over with seed {seed}."
            self._draw()

    def show(self, layer: str, visible: bool) -> None:
        """Show or hide a layer, a key of `LAYERS`."""
        with self._use():
            (self.shown.add if visible else self.shown.discard)(layer)
            self._draw()

    @contextlib.contextmanager
    def _use(self):
        """Nobody else uses the lab meanwhile."""
        self._touched = time.monotonic()
        with self._lock:
            yield

    def _run(self):
        try:
            while not self._stop.is_set():
                begun = time.monotonic()
                with self._lock:
                    if self.slow:
                        self._next_part_of_a_turn()
                    else:
                        self.lab.train(self.speed)
                        self.lab.record()
                        self.caption = "Playing."
                        self._draw()
                if begun - self._touched > PATIENCE:
                    self.caption = "Paused: nobody has touched it for ten minutes."
                    break
                due = begun + (SLOW if self.slow else 1 / PICTURES)
                # Always a breath, in which others get at the lock.
                self._stop.wait(max(0.002, due - time.monotonic()))
            else:
                self.caption = "Paused."
        except Exception as error:  # whatever a network or loss of the learner's own may raise
            self.caption = f"Stopped by {type(error).__name__}: {error}"
        finally:
            PLAYING.discard(self)
            self._thread = None
            self.on_picture()

    def _update(self, player):
        if player == "discriminator":
            self.lab.train_discriminator()
        else:
            self.lab.train_generator()

    def _next_part_of_a_turn(self):
        layers, player, self.caption = SLOW_MOTION[self._slow_step]
        if player is not None:
            self._update(player)
            self.lab.record()
        self._draw(layers)
        self._slow_step = (self._slow_step + 1) % len(SLOW_MOTION)

    def _new_picture(self):
        modes, floor = self.lab.settings.toy.modes, self.lab.floor
        self._canvas = LabPicture(training.REACH, len(modes), floor)

    def _draw(self, layers=None):
        self.picture = self._canvas.png(self.lab.look(), self.lab.history, layers or self.shown)
        self.on_picture()


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
            max=2**31 - 1,
            style={"description_width": "3em"},
            layout=widgets.Layout(width="8em"),
        )
        self.play.on_click(self._on_play)
        players = (("discriminator",), ("generator",), ("discriminator", "generator"))
        for step, who in zip(self.steps.values(), players, strict=True):
            step.on_click(lambda _, who=who: self.state.step(*who))
        self.slow.observe(lambda change: setattr(self.state, "slow", change.new), "value")
        self.speed.observe(lambda change: setattr(self.state, "speed", change.new), "value")
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
        self.status.value = f"turn {state.lab.turn:,} · {state.caption}"
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
