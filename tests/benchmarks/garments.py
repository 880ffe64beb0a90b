"""How many drawn garments a second, with all that is known about them, and dressed?

    python tests/benchmarks/garments.py [--sizes 64 128 256 512] [--rounds 3]

CPU milliseconds of one garment, the mean over all kinds: of `draw_garment`, and of `dress` with a
textile of 128 x 128 pixels; the best of the rounds. What is wanted at 128 pixels: at most 40
together, so that two cores make 50 a second.
"""

import argparse
import time

import numpy as np

from fashionlab.data import garments


def measure(size, rounds):
    """CPU seconds of drawing and of dressing one garment."""
    textile = np.random.default_rng(0).uniform(-1, 1, (128, 128, 3)).astype(np.float32)
    drawing, dressing = [], []
    for number in range(rounds):
        begun = time.process_time()
        drawn = garments.draw_garments(len(garments.KINDS), size, seed=number)
        done = time.process_time()
        for garment in drawn:
            garments.dress(garment, textile)
        drawing.append(done - begun)
        dressing.append(time.process_time() - done)
    return min(drawing) / len(garments.KINDS), min(dressing) / len(garments.KINDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 256, 512])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    garments.draw_garments(len(garments.KINDS), 32)  # loads what is needed
    print("size  draw, ms  dress, ms  a second on two cores", flush=True)
    for size in options.sizes:
        draw, dress = measure(size, options.rounds)
        rate = 2 / (draw + dress)
        print(f"{size:>4}  {1e3 * draw:>8.1f}  {1e3 * dress:>9.1f}  {rate:>21.0f}", flush=True)


if __name__ == "__main__":
    main()
