"""What the GAN lab holds and does: trains and draws, in a thread of its own while it plays."""

import contextlib
import threading
import time
import weakref

from fashionlab.train import lab as training
from fashionlab.widgets.lab_picture import LAYERS, LabPicture

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
        for other in list(PLAYING):  # such as that of this very cell, run before
            other.pause()
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
            self.caption = "Trained."
            self._draw()

    def step(self, *players: str) -> None:
        """One update of each player in turn, `"discriminator"` or `"generator"`."""
        with self._use():
            for player in players:
                self._update(player)
            self.caption = f"One update of the {' and one of the '.join(players)}."
            self._draw(self.lab.record())

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

    def pace(self, *, speed: int | None = None, slow: bool | None = None) -> None:
        """Set the turns from one picture to the next, or slow motion."""
        with self._use():
            self.speed = self.speed if speed is None else speed
            self.slow = self.slow if slow is None else slow

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
                        self.caption = "Playing."
                        self._draw(self.lab.record())
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
        if player is None:
            look = self.lab.look()
        else:
            for _ in range(getattr(self.lab.settings, f"{player}_updates")):
                self._update(player)
            look = self.lab.record()
        self._draw(look, layers)
        self._slow_step = (self._slow_step + 1) % len(SLOW_MOTION)

    def _new_picture(self):
        modes, floor = self.lab.settings.toy.modes, self.lab.floor
        self._canvas = LabPicture(training.REACH, len(modes), floor)
        self._slow_step = 0

    def _draw(self, look=None, layers=None):
        look = look or self.lab.look()
        self.picture = self._canvas.png(look, self.lab.history, layers or self.shown)
        self.on_picture()
