"""Looks for the garment of a generator that comes nearest to an image of the user's."""

import threading

from fashionlab import latent
from fashionlab.data import images
from fashionlab.errors import FashionlabError

STEPS = 200  # of gradient descent


class GarmentSearch:
    """A search at a time, in a thread of its own.

    Attributes:
        target: The image that is looked for, float32 `(28, 28, 1)` in [-1, 1]; None before that.
        done: How much of the search is done, in [0, 1].
        message: What happens, in one line.
        on_news: Called without arguments, in the thread, when any of these is new.
        on_found: Called in the thread with what was found: the latent `(latent_dim,)`, and the
            class weights that were given.
    """

    def __init__(self, generator):
        self.generator = generator
        self.target, self.done, self.message = None, 0.0, ""
        self.on_news, self.on_found = lambda: None, lambda z, classes: None
        self._thread = None
        self._stop = threading.Event()

    @property
    def running(self) -> bool:
        """Whether it searches."""
        return self._thread is not None

    def start(self, source, classes=None) -> None:
        """Search, unless a search runs already; returns at once.

        Args:
            source: Whatever `data.images.load_image` takes.
            classes: Class weights that the garment has, for a conditional generator.
        """
        if self.running:
            return
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._run, args=(source, classes), name="garment-search", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the search with the best found so far, if there is any yet."""
        self._stop.set()

    def wait(self) -> None:
        """Wait until the search has ended."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self, source, classes):
        try:
            self._tell("Reading the image.", 0.0)
            self.target = images.to_fashion_mnist(images.load_image(source))
            self._tell("Looking at 10,000 garments for the nearest ones.", 0.0)
            found = latent.project(
                self.generator,
                self.target[None],
                seed=0,
                steps=STEPS,
                classes=classes,
                progress=False,
                on_step=self._on_step,
            )
            self.on_found(found.z[0], classes)
            ending, distance = "Stopped" if self._stop.is_set() else "Found", found.distance[0]
            self.message = f"{ending} at a mean squared pixel difference of {distance:.3f}."
        except KeyboardInterrupt:
            self.message = "Stopped before a garment was found."
        except FashionlabError as error:
            self.message = str(error)
        except Exception as error:  # whatever a network of the learner's own may raise
            # TensorFlow's come with the whole way there; the end says what it was.
            *_, what = str(error).splitlines() or [""]
            self.message = f"Stopped by {type(error).__name__}: {what}"
        finally:
            self._thread = None
            self._tell(self.message, 0.0)

    def _on_step(self, step, distance):
        if self._stop.is_set():
            raise KeyboardInterrupt
        if step and step % 10 == 0:
            self._tell(f"Moving nearer: step {step}, difference {distance:.3f}.", step / STEPS)

    def _tell(self, message, done):
        self.message, self.done = " ".join(message.split()), done
        self.on_news()
