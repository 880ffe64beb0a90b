"""How long does AdaIN take for an image? Milliseconds of its steps at three sizes.

    python tests/benchmarks/adain.py [--rounds 10]

The encoder, the decoder, and `style.adain` as a whole with one style and with four. The fastest of
all rounds is printed, so that a busy machine does not change it much. What is wanted: below 200
for one style at 256 x 256 pixels on two cores.
"""

import argparse
import time

import numpy as np

from fashionlab import nets, style
from fashionlab.style.adain import LAYERS, adain

SIZES = (128, 256, 512)


def milliseconds(function, rounds):
    """The fastest of so many calls, after one that warms up."""
    function()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        found.append(1000 * (time.perf_counter() - start))
    return min(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    see = style.perceptual()
    decoder = nets.adain_decoder()  # what it has learned does not change how long it takes
    print(f"{'milliseconds':12}{'encoder':>10}{'decoder':>10}{'1 style':>10}{'4 styles':>10}")
    for size in SIZES:
        rng = np.random.default_rng(size)
        content, *styles = rng.uniform(-1, 1, (5, size, size, 3)).astype(np.float32)
        seen = see(content[None])
        features = {name: seen[name] for name in LAYERS}
        steps = (
            lambda content=content: see(content[None]),
            lambda features=features: decoder(features),
            lambda content=content, styles=styles: adain(content, styles[0], decoder=decoder),
            lambda content=content, styles=styles: adain(content, styles, decoder=decoder),
        )
        row = "".join(f"{milliseconds(step, rounds):10.0f}" for step in steps)
        print(f"{size:<12}{row}", flush=True)


if __name__ == "__main__":
    main()
