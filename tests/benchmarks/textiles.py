"""How long does a swatch take to draw? CPU milliseconds for each kind at four sizes.

    python tests/benchmarks/textiles.py [--rounds 5] [--only stripes ...]

Each round draws other seeds; the median is printed. CPU time, not wall time, so that a busy machine
does not change it much. What is wanted: a mean over all kinds below 60 at 256 pixels a side and
below 20 at 128, and no kind above 300 at 256.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from fashionlab.data.textiles import KINDS, draw_textile

SIZES = (128, 256, 512, 1024)


def milliseconds(kind, size, seed):
    start = time.process_time()
    draw_textile(kind, size, seed)
    return 1000 * (time.process_time() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    arguments = parser.parse_args()
    print(f"{'CPU milliseconds':20}" + "".join(f"{size:>7}" for size in SIZES))
    rows = []
    for kind in arguments.only:
        for size in SIZES:  # the first swatch of a size prepares its noise
            draw_textile(kind, size)
        rows.append(
            [
                np.median([milliseconds(kind, size, 1 + n) for n in range(arguments.rounds)])
                for size in SIZES
            ]
        )
        print(f"{kind:20}" + "".join(f"{value:7.0f}" for value in rows[-1]), flush=True)
    print(f"{'mean':20}" + "".join(f"{value:7.0f}" for value in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
