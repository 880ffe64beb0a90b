"""All benchmarks that need no browser, one after the other.

    python tests/benchmarks [--long]

Without `--long` the recipes train for 16 and 100 CPU seconds each, with `dcgan_classic` at the
last of them; with it for up to 640, as in the README (hours).
"""

import argparse
import subprocess
import sys
from pathlib import Path

SHORT = ["--marks", "16", "100"]
PROGRAMS = (
    ["startup.py"],
    ["evaluation.py"],
    ["step.py", "--rounds", "4"],
    ["lab.py", "--rounds", "3"],
    ["garments.py"],
    ["textiles.py"],
    ["features.py"],
    ["adain.py", "--rounds", "8"],
    ["gatys.py"],
    ["recipes.py"],
)


def main():
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--long", action="store_true", help="train the recipes for hours")
    long = parser.parse_args().long
    for program, *options in PROGRAMS:
        if program == "recipes.py" and not long:
            options = SHORT
        print(f"\n== {program} {' '.join(options)}", flush=True)
        file = Path(__file__).with_name(program)
        subprocess.run([sys.executable, str(file), *options], check=True)


if __name__ == "__main__":
    main()
