"""How long does `evaluate` take, and how much memory?

    python tests/benchmarks/evaluation.py [--sizes 10000 2000]

Each size in a fresh process: the samples of the shipped generator are measured twice, because the
second evaluation finds the real images measured already. The time of making the samples and of
loading TensorFlow is left out, its memory is not. What is wanted on two cores: at most 60 seconds
and 1.5 GB at 10,000 samples.
"""

import argparse
import resource
import subprocess
import sys
import time

import fashionlab as fl


def measure(size):
    """Print one line of the table."""
    samples = fl.latent.sample(fl.pretrained.generator("dcgan"), size, seed=1)
    fl.metrics.embed(samples[:1])  # loads TensorFlow's parts and a network
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        fl.metrics.evaluate(samples, size=size, progress=False)
        seconds.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 1 << 30 if sys.platform == "darwin" else 1 << 20
    print(f"{size:>7,}  {seconds[0]:>9.1f}  {seconds[1]:>10.1f}  {peak:>8.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 2_000])
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        measure(options.alone)
        return
    print("samples  first, s  second, s  peak, GB", flush=True)
    for size in options.sizes:
        subprocess.run([sys.executable, __file__, "--alone", str(size)], check=True)


if __name__ == "__main__":
    main()
