"""How long until the kit can be used, and how much memory does it take? In fresh processes.

python tests/benchmarks/startup.py [--rounds 5]
"""

import argparse
import statistics
import subprocess
import sys

PROGRAMS = {
    "import fashionlab": "import fashionlab",
    "... and TensorFlow": "from fashionlab.backend import keras",
    "load the shipped generator": "import fashionlab as fl; fl.pretrained.generator('dcgan')",
    "build and compile `dcgan`": "import fashionlab as fl; fl.recipes.build('dcgan')",
}
MEASURE = """
import resource, sys, time
start = time.perf_counter()
{program}
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, peak / (1 << 30 if sys.platform == "darwin" else 1 << 20))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'what':28} {'median s':>8} {'peak GB':>8}")
    for name, program in PROGRAMS.items():
        code = [sys.executable, "-c", MEASURE.format(program=program)]
        runs = [
            [float(figure) for figure in subprocess.check_output(code, text=True).split()]
            for _ in range(rounds)
        ]
        seconds, peaks = zip(*runs, strict=True)
        print(f"{name:28} {statistics.median(seconds):8.2f} {max(peaks):8.2f}")


if __name__ == "__main__":
    main()
