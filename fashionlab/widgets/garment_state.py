"""The garment in hand, how it came about, and the garments around it."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fashionlab import latent, plots
from fashionlab.latent.compiled import compiled
from fashionlab.latent.named import named_directions
from fashionlab.latent.sampling import class_names

REACH = 3.0  # vectors of a direction, to either side of a garment
STEPS = np.arange(-3.0, 4.0)  # strengths shown in the strip of a direction
GRID = 16  # garments to choose from
FILM = 8  # pictures from the first pin to the second
MAP = 5  # garments on a side of the map under the pad
KEPT = 20  # garments in the history
FIRST = 3  # seed of the first garment; of the kit's generators, a good one to begin with
PAUSE = 1.0  # seconds; a drag that rests so long is a step of its own
ZOOM = 11


@dataclass(frozen=True, eq=False)
class Garment:
    """A place in latent space.

    Attributes:
        z: float32 `(latent_dim,)`, where its directions start from.
        strengths: How far to go along each direction; a unit is one vector of it.
        classes: Class weights `(classes,)`, or None where the generator takes none.
        name: What to call it.
    """

    z: np.ndarray
    strengths: tuple[float, ...]
    classes: np.ndarray | None
    name: str


class GarmentState:
    """What there is to see in the garment explorer, and what can be done there.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`.
        directions: Two or more, as in `garment_explorer`.
        folder: Where boards are saved.

    Attributes:
        render: `latent.compiled` of the generator.
        names: Of the directions.
        class_names: Of the classes; empty where the generator takes none.
        garments: The garments to choose from.
        history: The last garments in hand, the oldest first.
        place: Which of them is in hand.
        pins: Two garments to walk between.
        favourites: The garments with a star.

    Raises:
        ConfigurationError: The model is no generator, or the directions are not its own.
    """

    def __init__(self, generator, directions=None, folder="boards"):
        self.generator = generator
        self.folder = Path(folder)
        self.render = compiled(generator)
        self.latent_dim = latent.latent_dim(generator)
        self.class_names = _class_names(generator)
        directions = named_directions(generator, directions, least=2)  # the pad takes two
        self.names = list(directions)
        self.directions = np.stack(list(directions.values()))
        self._straight = (0.0,) * len(self.names)
        self._first, self._round = 0, 0
        self._near = False  # whether the garments to choose from are neighbours
        self._drag, self._dragged = None, 0.0
        classes = np.eye(len(self.class_names), dtype=np.float32)[0] if self.class_names else None
        self.garments = self._seeded(classes)
        self.history, self.place = [self.garments[0]], 0
        self.pins = [self.garments[0], self.garments[1]]
        self.favourites = []

    # What is to be seen

    @property
    def garment(self) -> Garment:
        """The garment in hand."""
        return self.history[self.place]

    def z(self, garments) -> np.ndarray:
        """The latents of garments, their directions included, float32 `(number, latent_dim)`."""
        strengths = np.asarray([garment.strengths for garment in garments], np.float32)
        return np.stack([garment.z for garment in garments]) + strengths @ self.directions

    def images(self, garments) -> np.ndarray:
        """Images of garments, `(number, height, width, channels)` in [-1, 1]."""
        classes = np.stack([g.classes for g in garments]) if self.class_names else None
        return self.render(self.z(garments), classes)

    def png(self) -> bytes:
        """The garment in hand, large, as the content of a PNG file."""
        return plots.png(self.images([self.garment]), zoom=ZOOM)

    def strip(self, direction: int) -> list[Garment]:
        """The garment in hand at each of `STEPS` along a direction."""
        return [self._moved({direction: strength}) for strength in STEPS]

    def map(self, across: int, up: int) -> list[Garment]:
        """Garments on the plane of two directions, row by row, the top row first."""
        # Each stands in the middle of its cell, where the knob asks for the same garment.
        places = REACH * (2 * np.arange(MAP) + 1 - MAP) / MAP
        return [self._moved({across: x, up: y}) for y in places[::-1] for x in places]

    def film(self) -> list[Garment]:
        """Garments from the first pin to the second."""
        return [self._between(amount) for amount in np.linspace(0, 1, FILM)]

    # What can be done

    def go(self, garment: Garment, drag: object = None) -> None:
        """Take a garment in hand.

        Args:
            garment: Which.
            drag: What moves, if it may move on at once: a drag leaves one step in the history.
        """
        now = time.monotonic()
        goes_on = drag is not None and drag == self._drag and now - self._dragged < PAUSE
        self.history = self.history[: self.place + (0 if goes_on else 1)][1 - KEPT :]
        self.history.append(garment)
        self.place = len(self.history) - 1
        self._drag, self._dragged = drag, now

    def jump(self, place: int) -> None:
        """Go to a place in the history; outside of it, stay."""
        if 0 <= place < len(self.history):
            self.place, self._drag = place, None

    def undo(self) -> None:
        """Go back by a step."""
        self.jump(self.place - 1)

    def redo(self) -> None:
        """Go forward again."""
        self.jump(self.place + 1)

    def turn(self, strengths: dict[int, float]) -> None:
        """Go along directions, from their number to how far; nothing changes, no step."""
        garment = self._moved(strengths)
        if garment.strengths != self.garment.strengths:
            self.go(garment, drag=tuple(strengths))

    def mix(self, first: int, second: int, amount: float) -> None:
        """Change the class: so much of the second one, in [0, 1], the rest of the first."""
        self.go(replace(self.garment, classes=self.weights(first, second, amount)), drag="mix")

    def walk(self, amount: float) -> None:
        """Go to a place between the pins, in [0, 1]."""
        self.go(self._between(amount), drag="walk")

    def pin(self, which: int) -> None:
        """Pin the garment in hand: 0 is where walks begin, 1 is where they end."""
        self.pins[which] = self.garment

    def others(self) -> None:
        """The next garments to choose from."""
        self._first += GRID
        self._near = False
        self.garments = self._seeded(self.garment.classes)

    def more_like_this(self, radius: float) -> None:
        """Other neighbours to choose from; the garment in hand comes first.

        Args:
            radius: As in `spread`.
        """
        self._round += 1
        self._near = True
        self.spread(radius)

    def spread(self, radius: float) -> None:
        """Neighbours of the garment in hand, each in the same direction as before, at a radius.

        Other garments to choose from stay; `more_like_this` is what shows neighbours.

        Args:
            radius: How much of a neighbour is new, above 0 to 1. A mixture of latents with weights
                sqrt(1 - radius^2) and radius has the norm of a latent again.
        """
        if not self._near:
            return
        centre = self.z([self.garment])
        news = latent.noise(GRID - 1, self.latent_dim, [self._round, 1])  # not those of `_seeded`
        around = np.sqrt(1 - radius**2) * centre + radius * news
        neighbours = [
            self.at(z, f"neighbour {i + 1}") for i, z in enumerate(around.astype(np.float32))
        ]
        self.garments = [self.garment, *neighbours]

    def star(self, name: str = "") -> None:
        """Put the garment in hand among the favourites, or take it out again."""
        if self.garment in self.favourites:
            self.favourites.remove(self.garment)
            return
        if name:
            self.history[self.place] = replace(self.garment, name=name)
        self.favourites.append(self.garment)

    def at(self, z: np.ndarray, name: str, classes=None) -> Garment:
        """A garment at a latent `(latent_dim,)`; without classes, of those in hand."""
        classes = self.garment.classes if classes is None else classes
        return Garment(z, self._straight, classes, name)

    def weights(self, first: int, second: int, amount: float) -> np.ndarray:
        """Class weights: so much of the second class, in [0, 1], the rest of the first."""
        weights = np.zeros(len(self.class_names), np.float32)
        weights[first] += 1 - amount
        weights[second] += amount
        return weights

    def two_classes(self) -> tuple[int, int, float]:
        """The two classes that weigh most, and the part of the second; as `mix` takes them."""
        second, first = np.argsort(self.garment.classes, kind="stable")[-2:]
        weights = self.garment.classes
        return int(first), int(second), float(weights[second] / (weights[first] + weights[second]))

    def _seeded(self, classes):
        return [
            Garment(
                latent.noise(1, self.latent_dim, FIRST + number)[0],
                self._straight,
                classes,
                f"garment {number}",
            )
            for number in range(self._first, self._first + GRID)
        ]

    def _moved(self, strengths):
        moved = list(self.garment.strengths)
        for direction, strength in strengths.items():
            moved[direction] = float(strength)
        return replace(self.garment, strengths=tuple(moved))

    def _between(self, amount):
        start, end = (self.z([pin]) for pin in self.pins)
        z = latent.slerp(start, end, amount)
        classes = None
        if self.class_names:
            classes = latent.lerp(self.pins[0].classes, self.pins[1].classes, amount)
        return Garment(z[0], self._straight, classes, f"{amount:.0%} from A to B")


def _class_names(generator) -> list[str]:
    shape = generator.input_shape
    if not isinstance(shape, list):
        return []
    return class_names(shape[1][-1])
