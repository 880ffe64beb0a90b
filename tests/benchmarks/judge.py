"""A judge for the benchmarks: the Fréchet distance in the features of a small classifier.

    python tests/benchmarks/judge.py [runs/dcgan/generator.json ...]

Its numbers compare runs of this benchmark with one another, and with nothing else.
"""

import sys
from pathlib import Path

import numpy as np
import scipy.linalg

import fashionlab as fl
from fashionlab.backend import keras

layers = keras.layers
SAMPLES = 10_000
FOLDER = Path("runs/benchmark")


class Judge:
    """Trains its classifier once (about two minutes) and keeps it in `folder`."""

    def __init__(self, folder: Path = FOLDER):
        self.test = fl.data.load_fashion_mnist("test", verbose=False)
        file = folder / "classifier.keras"
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _train_classifier(self.test, file)
        classifier = keras.models.load_model(file)
        self.network = keras.Model(
            classifier.inputs[0], [classifier.get_layer("features").output, *classifier.outputs]
        )
        self.real, logits = self._look(self.test.images)
        self.accuracy = float((logits.argmax(axis=1) == self.test.labels).mean())
        train = fl.data.load_fashion_mnist("train", verbose=False)
        self.floor = frechet_distance(self._look(train.images[:SAMPLES])[0], self.real)

    def judge(self, generator) -> tuple[float, np.ndarray]:
        """Fréchet distance to the test images, and the share of each class in per cent."""
        features, logits = self._look(fl.latent.sample(generator, SAMPLES, seed=99))
        shares = np.bincount(logits.argmax(axis=1), minlength=10) * 100 / SAMPLES
        return frechet_distance(features, self.real), shares

    def _look(self, images):
        parts = [
            self.network(images[i : i + 500], training=False) for i in range(0, len(images), 500)
        ]
        features, logits = zip(*parts, strict=True)
        return np.concatenate(features), np.concatenate(logits)


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Fréchet distance between the Gaussians fitted to two sets of features `(number, width)`."""
    means = first.mean(axis=0), second.mean(axis=0)
    covariances = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    # The trace of the product's square root is the sum of the roots of its eigenvalues.
    eigenvalues = scipy.linalg.eigvals(covariances[0] @ covariances[1]).real
    root = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    shift = np.square(means[0] - means[1]).sum()
    return float(shift + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * root)


def _train_classifier(test, file):
    keras.utils.set_random_seed(0)
    train = fl.data.load_fashion_mnist("train", verbose=False)
    network = keras.Sequential([keras.Input((28, 28, 1))])
    for channels in (32, 64, 128):
        network.add(layers.Conv2D(channels, 3, padding="same", use_bias=False))
        network.add(layers.BatchNormalization())
        network.add(layers.ReLU())
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten())
    network.add(layers.Dropout(0.3))
    network.add(layers.Dense(128, activation="relu", name="features"))
    network.add(layers.Dropout(0.3))
    network.add(layers.Dense(10))
    network.compile(
        keras.optimizers.Adam(2e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    network.fit(train.images, train.labels, batch_size=128, epochs=3, verbose=2)
    network.save(file)


def main() -> None:
    judge = Judge()
    print(f"judge: accuracy {judge.accuracy:.1%}, real train against real test {judge.floor:.2f}")
    for name in sys.argv[1:] or ["dcgan"]:
        distance, shares = judge.judge(fl.pretrained.generator(name))
        print(
            f"{name}: distance {distance:.2f}, share of each class in % {shares.round(1).tolist()}"
        )


if __name__ == "__main__":
    main()
