"""Which recipe makes the best pictures per CPU second? Side by side, in one run.

    python tests/benchmarks/recipes.py [--seed 0] [--only dcgan ...]

Trains each contender on the 60,000 images, counts CPU seconds of training (all threads; neither
judging nor building), and judges 10,000 samples at the marks. Takes about half an hour.

`dcgan_before` is the recipe that `dcgan` was developed from: twice the channels, batch 64, and an
average that starts at its full decay.
"""

import argparse
import time

from judge import Judge

import fashionlab as fl
from fashionlab import nets
from fashionlab.autodiff import R1
from fashionlab.backend import keras, tf

CLASSIC_MARK = 640.0
MARKS = {
    "dcgan": (CLASSIC_MARK / 30, 160.0),
    "dcgan_before": (CLASSIC_MARK / 30, 160.0),
    "dcgan_classic": (CLASSIC_MARK,),
}


class FixedAverage(fl.train.GAN):
    """A GAN whose moving average has its full decay from the first step on."""

    def average_generator(self):
        pairs = zip(self.averaged_generator.weights, self.generator.weights, strict=True)
        for average, current in pairs:
            average.assign(current + self.averaging * (average - current))


def dcgan_before(seed):
    keras.utils.set_random_seed(seed)
    gan = FixedAverage(
        nets.dcgan_generator(64, channels=(128, 64)),
        nets.dcgan_discriminator(channels=(32, 64, 128)),
        averaging=0.999,
    )
    adams = [keras.optimizers.Adam(2e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for _ in range(2)]
    gan.compile(*adams, penalties=[R1(weight=0.2, every=16)])
    return gan, 64


def contender(name, seed):
    if name == "dcgan_before":
        return dcgan_before(seed)
    return fl.recipes.build(name, seed=seed), fl.recipes.get(name).batch_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=MARKS, nargs="+", default=list(MARKS))
    arguments = parser.parse_args()
    judge = Judge()
    data = fl.data.load_fashion_mnist("train", verbose=False)
    print(f"judge: accuracy {judge.accuracy:.1%}, real train against real test {judge.floor:.2f}")
    for name in arguments.only:
        gan, batch_size = contender(name, arguments.seed)
        step = tf.function(gan.train_step)
        batches = iter(data.batches(batch_size, seed=arguments.seed).dataset())
        step(next(batches))  # compiles
        spent, steps = 0.0, 1
        for mark in MARKS[name]:
            while spent < mark:
                start = time.process_time()
                for _ in range(10):
                    step(next(batches))
                spent += time.process_time() - start
                steps += 10
            distance, shares = judge.judge(gan.averaged_generator)
            print(
                f"{name:14} {spent:6.0f} CPU s  {steps:6} steps  "
                f"{1000 * spent / steps:6.1f} ms/step  distance {distance:7.2f}  "
                f"classes {shares.min():.1f}..{shares.max():.1f} %",
                flush=True,
            )


if __name__ == "__main__":
    main()
