"""Which recipe makes the best pictures per CPU second? Side by side, in one run.

    python tests/benchmarks/recipes.py [--seeds 0 1 2] [--only dcgan ...] [--marks 16 160 640]

Trains each contender on the 60,000 images and judges 10,000 samples at the marks, which are CPU
seconds of training. `probe` is the recipe that `dcgan` was developed from. The whole takes two
hours for each seed; `dcgan_classic` is judged at the last mark only.
"""

import argparse

from contest import HEAD, Judge, line, probe, train_and_judge

import fashionlab as fl


def build(name, seed):
    """A compiled GAN and its batch size."""
    fl.seed(seed)
    if name == "probe":
        return probe()
    return fl.recipes.build(name), fl.recipes.get(name).batch_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ("probe", *fl.recipes.RECIPES)
    parser.add_argument("--only", choices=names, nargs="+", default=names)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--marks", type=float, nargs="+", default=[16, 160, 640])
    arguments = parser.parse_args()
    judge = Judge()
    data = fl.data.load_fashion_mnist("train", verbose=False)
    print(HEAD)
    for seed in arguments.seeds:
        for name in arguments.only:
            marks = arguments.marks[-1:] if name == "dcgan_classic" else arguments.marks
            gan, batch_size = build(name, seed)
            for row in train_and_judge(gan, batch_size, data, judge, marks, seed):
                print(line(name, row), flush=True)


if __name__ == "__main__":
    main()
