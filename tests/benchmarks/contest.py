"""What the benchmarks of recipes share: training for so many CPU seconds, then the figures."""

import time

import numpy as np

import fashionlab as fl
from fashionlab import metrics, nets
from fashionlab.autodiff import R1
from fashionlab.backend import keras, tf

SAMPLES = 10_000
EXAMINERS = ("plain_features", "residual_features")
HEAD = (
    f"{'contender':22} {'seed':>4} {'CPU s':>6} {'steps':>6} {'ms/step':>7} {'FashionFID':>10} "
    f"{'check':>7} {'precision':>9} {'recall':>7} {'coverage':>8}"
)


class FixedAverage(fl.train.GAN):
    """A GAN whose moving average has its full decay from the first step on."""

    def average_generator(self):
        pairs = zip(self.averaged_generator.weights, self.generator.weights, strict=True)
        for average, current in pairs:
            average.assign(current + self.averaging * (average - current))


def probe():
    """The recipe that `dcgan` was developed from, and its batch size.

    Twice the channels, batch 64, weak R1, and an average that starts at its full decay.
    """
    gan = FixedAverage(
        nets.dcgan_generator(64, channels=(128, 64)),
        nets.dcgan_discriminator(channels=(32, 64, 128)),
        averaging=0.999,
    )
    adams = [keras.optimizers.Adam(2e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for _ in range(2)]
    gan.compile(*adams, penalties=[R1(weight=0.2, every=16)])
    return gan, 64


class Judge:
    """FashionFID and its companions against the 10,000 test images.

    Precision, recall and coverage are measured in the cross-check's features, because a recipe may
    have trained against the other network's: nobody is marked by its own examiner.
    """

    def __init__(self):
        test = fl.data.load_fashion_mnist("test", verbose=False)
        self.real = {name: self._features(test.images, name) for name in EXAMINERS}

    def figures(self, samples) -> dict[str, float]:
        """By name."""
        features = {name: self._features(samples, name) for name in self.real}
        fid, check = (metrics.frechet_distance(features[n], self.real[n]) for n in self.real)
        real, fake = self.real["residual_features"], features["residual_features"]
        precision, recall = metrics.precision_recall(real, fake)
        _, coverage = metrics.density_coverage(real, fake)
        return {
            "fashion_fid": fid,
            "fashion_fid_check": check,
            "precision": precision,
            "recall": recall,
            "coverage": coverage,
        }

    def _features(self, images, name) -> np.ndarray:
        return metrics.embed(images, name).features


def train_and_judge(gan, batch_size, data, judge, marks, seed):
    """Train, and yield a row of figures whenever the CPU seconds of training reach a mark.

    Neither building and compiling nor judging counts. CPU seconds are those of all threads.
    """
    step = tf.function(gan.train_step)
    batches = iter(data.batches(batch_size, seed=seed, classes=gan.conditional).dataset())
    step(next(batches))  # compiles
    spent, steps = 0.0, 1
    for mark in marks:
        while spent < mark:
            start = time.process_time()
            for _ in range(10):
                step(next(batches))
            spent += time.process_time() - start
            steps += 10
        figures = judge.figures(gan.sample(SAMPLES, seed=99))
        yield {"seed": seed, "seconds": spent, "steps": steps, **figures}


def line(name, row) -> str:
    """A row as text, under `HEAD`."""
    return (
        f"{name:22} {row['seed']:4} {row['seconds']:6.0f} {row['steps']:6} "
        f"{1000 * row['seconds'] / row['steps']:7.1f} {row['fashion_fid']:10.2f} "
        f"{row['fashion_fid_check']:7.2f} {row['precision']:9.3f} {row['recall']:7.3f} "
        f"{row['coverage']:8.3f}"
    )
