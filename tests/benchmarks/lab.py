"""How quickly does the GAN lab play? And what does the drawing cost over training alone?

    python tests/benchmarks/lab.py [--rounds 5] [--seconds 4]

The default lab plays as it does for a learner, with 40 and with 160 turns a picture; in between,
a bare loop takes the same compiled turns without drawing. Rates of each round, their median and
worst, the ratio to the bare loop and the process's peak memory are printed. What is wanted on two
cores: at least 10 pictures and 300 turns a second.
"""

import argparse
import resource
import statistics
import sys
import time

from fashionlab.train.lab import Lab
from fashionlab.widgets.lab_state import LabState

SPEEDS = (40, 160)


def play(state, speed, seconds):
    """Pictures and turns a second."""
    pictures = 0

    def count():
        nonlocal pictures
        pictures += 1

    state.speed, state.on_picture = speed, count
    turn, begun = state.lab.turn, time.perf_counter()
    state.play()
    time.sleep(seconds)
    state.pause()
    spent = time.perf_counter() - begun
    # The last call tells of the pause.
    return (pictures - 1) / spent, (state.lab.turn - turn) / spent


def bare(lab, speed, seconds):
    """Turns a second of the same graph, without measures and pictures."""
    turn, begun = lab.turn, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        lab.train(speed)
    return (lab.turn - turn) / (time.perf_counter() - begun)


def summary(values):
    return f"median {statistics.median(values):.1f}, worst {min(values):.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    arguments = parser.parse_args()
    begun = time.perf_counter()
    state = LabState(Lab())
    print(f"the first picture is there after {time.perf_counter() - begun:.1f} s")
    play(state, SPEEDS[0], 1)  # warms up
    results = {speed: {"pictures": [], "turns": [], "bare": []} for speed in SPEEDS}
    for _ in range(arguments.rounds):
        for speed, rates in results.items():
            pictures, turns = play(state, speed, arguments.seconds)
            alone = bare(state.lab, speed, arguments.seconds / 2)
            for name, rate in (("pictures", pictures), ("turns", turns), ("bare", alone)):
                rates[name].append(rate)
            print(
                f"{speed} turns a picture: {pictures:.1f} pictures/s, {turns:.0f} turns/s, "
                f"bare {alone:.0f} turns/s, ratio {turns / alone:.2f}",
                flush=True,
            )
    for speed, rates in results.items():
        ratios = [turns / alone for turns, alone in zip(rates["turns"], rates["bare"], strict=True)]
        print(f"{speed} turns a picture")
        print(f"    pictures a second: {summary(rates['pictures'])}")
        print(f"    turns a second: {summary(rates['turns'])}; bare: {summary(rates['bare'])}")
        print(f"    median ratio to the bare loop: {statistics.median(ratios):.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory: {peak / (1 << 30 if sys.platform == 'darwin' else 1 << 20):.2f} GB")


if __name__ == "__main__":
    main()
