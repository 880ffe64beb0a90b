"""How long does neural style transfer take, and how much memory?

    python tests/benchmarks/gatys.py [--sizes 128 256 512] [--steps 300] [--features fashion]

A drawn dress is painted in leopard at each size, each in a process of its own: wall and CPU
seconds with everything but the imports, and the most memory that the process held. What is wanted
on two cores: less than 60 s at 256 pixels, and less than 3 GB at 512.
"""

import argparse
import multiprocessing
import resource
import sys
import time


def measure(size, steps, features):
    """Wall seconds, CPU seconds, and gigabytes at the peak, of a fresh process."""
    from fashionlab.data import garments, textiles
    from fashionlab.style import perceptual
    from fashionlab.style.gatys import neural_style

    drawn = garments.draw_garment("dress", size)
    content, swatch = garments.plain(drawn, "steelblue"), textiles.draw_textile("leopard", size)
    wall, cpu = time.perf_counter(), time.process_time()
    neural_style(
        content,
        swatch.pixels,
        mask=drawn.mask,
        features=perceptual(features),
        steps=steps,
        progress=False,
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--features", choices=["fashion", "random"], default="fashion")
    options = parser.parse_args()
    print("size  wall, s  CPU, s  peak, GB", flush=True)
    for size in options.sizes:
        with multiprocessing.get_context("spawn").Pool(1) as fresh:
            wall, cpu, peak = fresh.apply(measure, (size, options.steps, options.features))
        print(f"{size:>4}  {wall:>7.1f}  {cpu:>6.1f}  {peak:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
