"""Train every member of the GAN family for the same CPU seconds, into data/family.json.

    python data/make_family.py --tune       chooses the learning rates: short runs, their own seed
    python data/make_family.py              the runs that are reported, at the rates chosen
    python data/make_family.py --samples    samples of the first seed into data/family.npz

CPU seconds are those of the training steps, of all threads; building, compiling and judging are
left out. Turns of the critic count. Needs the whole Fashion-MNIST. A run takes half a minute more
than its CPU seconds, for judging. Runs that the file holds are skipped: repeat a call that was
broken off, and it goes on. `--part 1/2` and `--part 2/2` share the runs between two processes;
give each a core:

    OMP_NUM_THREADS=1 taskset -c 0 python data/make_family.py --part 1/2
"""

import argparse
import contextlib
import fcntl
import itertools
import json
import platform
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

import fashionlab as fl
from fashionlab import family, metrics, pretrained
from fashionlab.backend import keras, tf
from fashionlab.files import write_atomically

FILE = Path(__file__).with_name("family.json")
GENERATORS = Path("runs/family")
TUNING_SEED = 100
SAMPLES = 10_000  # judged in each run, against as many test images
SHOWN = 32  # images a member in data/family.npz
MARKS = (0.1, 0.2, 0.5, 1.0)  # shares of the budget at which FashionFID is taken
POINTS = 100  # on the curve of the losses
NETWORKS = PLAIN, CHECK = "plain_features", "residual_features"


class Judge:
    """Embeds real images once, and compares samples with them."""

    def __init__(self, real):
        self.real = {name: metrics.embed(real[:SAMPLES], name) for name in NETWORKS}

    def distance(self, images, network=PLAIN):
        features = metrics.embed(images, network).features
        return metrics.frechet_distance(features, self.real[network].features)

    def figures(self, images):
        """The figures of a row, as `metrics.evaluate` names them."""
        real, fake = self.real[PLAIN].features, metrics.embed(images)
        precision, recall = metrics.precision_recall(real, fake.features)
        density, coverage = metrics.density_coverage(real, fake.features)
        shares = metrics.class_histogram(fake.logits)
        figures = {
            "fashion_fid": metrics.frechet_distance(fake.features, real),
            "fashion_fid_check": self.distance(images, CHECK),
            "precision": precision,
            "recall": recall,
            "density": density,
            "coverage": coverage,
            "class_entropy": metrics.entropy(shares),
            "class_shares": list(shares),
        }
        return rounded(figures)


def rounded(value):
    """Numbers, also inside lists and dicts, to five significant digits."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return value if isinstance(value, int) else float(f"{float(value):.5g}")


def train(gan, batches, seconds, at_mark):
    """Train for CPU seconds, with a call of `at_mark(spent)` when each of `MARKS` is reached.

    Returns:
        CPU seconds spent, and the curves: means of the losses and accuracies between points.
    """
    step = tf.function(gan.train_step)
    step(next(batches))  # compiles
    curves = {name: [] for name in ("cpu_seconds", "steps", *gan.trackers)}
    gan.reset_metrics()
    marks, spent = list(MARKS), 0.0
    for point in range(1, POINTS + 1):
        while True:  # once at least: a point without a step would have no loss
            start = time.process_time()
            for _ in range(5):
                step(next(batches))
            spent += time.process_time() - start
            if spent >= seconds * point / POINTS:
                break
        now = {"cpu_seconds": spent, "steps": int(gan.step.numpy())}
        now |= {name: float(tracker.result()) for name, tracker in gan.trackers.items()}
        for name, curve in curves.items():
            curve.append(now[name])
        gan.reset_metrics()
        if point >= marks[0] * POINTS:
            marks.pop(0)
            at_mark(spent)
    return spent, curves


def run(name, member, seed, seconds, data, judge, full):
    """One row of the file; `full` keeps the generator and takes all figures and curves."""
    gan = family.build(member, seed=seed)
    batches = iter(data.batches(member.images_per_step, seed=seed).dataset())
    course = {"cpu_seconds": [], "fashion_fid": []}

    def look(spent):
        if full:
            course["cpu_seconds"].append(spent)
            course["fashion_fid"].append(judge.distance(gan.sample(SAMPLES, seed=99)))

    spent, curves = train(gan, batches, seconds, look)
    steps = int(gan.step.numpy())
    row = {
        "member": name,
        "seed": seed,
        "learning_rate": member.learning_rate,
        "cpu_seconds": rounded(spent),
        "steps": steps,
        "real_images": steps * member.images_per_step,
        "skipped": int(gan.skipped.numpy()),
    }
    samples = gan.sample(SAMPLES, seed=99)
    if not full:
        return row | {"fashion_fid": rounded(judge.distance(samples))}
    pretrained.save(gan.averaged_generator, GENERATORS / f"{name}-{seed}.json", **row)
    return row | judge.figures(samples) | {"course": rounded(course), "curves": rounded(curves)}


def read():
    if not FILE.exists():
        return {"facts": {}, "floor": {}, "learning_rates": {}, "tuning": [], "runs": []}
    return json.loads(FILE.read_text(encoding="utf-8"))


@contextlib.contextmanager
def updating():
    """The content of the file, to be changed; two processes take turns."""
    with open(GENERATORS / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        results = read()
        yield results
        order = list(family.MEMBERS).index
        results["tuning"].sort(key=lambda row: (order(row["member"]), row["learning_rate"]))
        results["runs"].sort(key=lambda row: (order(row["member"]), row["seed"]))
        write_atomically(FILE, as_text(results).encode())


def as_text(results):
    """JSON with a line for each row."""
    parts = []
    for name, part in results.items():
        text = json.dumps(part)
        if isinstance(part, list):
            text = "[\n  " + ",\n  ".join(map(json.dumps, part)) + "\n ]"
        parts.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def tune(arguments, data, judge):
    everything = list(itertools.product(family.MEMBERS, family.LEARNING_RATES))
    for name, rate in mine(everything, arguments.part):
        if any((r["member"], r["learning_rate"]) == (name, rate) for r in read()["tuning"]):
            continue
        member = replace(family.get(name), learning_rate=rate)
        row = run(name, member, TUNING_SEED, arguments.tuning_seconds, data, judge, full=False)
        with updating() as results:
            results["tuning"].append(row)
            rows = [r for r in results["tuning"] if r["member"] == name]
            if len(rows) == len(family.LEARNING_RATES):
                best = min(rows, key=lambda r: r["fashion_fid"])
                results["learning_rates"][name] = best["learning_rate"]
        report(row)


def compare(arguments, data, judge):
    everything = list(itertools.product(arguments.seeds, family.MEMBERS))
    for seed, name in mine(everything, arguments.part):
        results = read()
        if any((r["member"], r["seed"]) == (name, seed) for r in results["runs"]):
            continue
        if name not in results["learning_rates"]:
            raise SystemExit(f"{name} has no learning rate yet. Run with --tune first.")
        member = replace(family.get(name), learning_rate=results["learning_rates"][name])
        row = run(name, member, seed, arguments.seconds, data, judge, full=True)
        with updating() as results:
            results["runs"].append(row)
        report(row)


def mine(everything, part):
    """Every n-th of the runs, from the k-th on, for a part "k/n"."""
    k, n = map(int, part.split("/"))
    return everything[k - 1 :: n]


def report(row):
    print(
        f"{row['member']:15} seed {row['seed']:3}  rate {row['learning_rate']:.0e}  "
        f"{row['cpu_seconds']:6.1f} CPU s  {row['steps']:6} steps  "
        f"FashionFID {row['fashion_fid']:7.2f}",
        flush=True,
    )


def note_facts(arguments, data, judge):
    """What was run, and the floor: training images judged as if they were samples."""
    facts = {
        "seconds": arguments.seconds,
        "tuning_seconds": arguments.tuning_seconds,
        "tuning_seed": TUNING_SEED,
        "samples": SAMPLES,
        "batch_size": family.BATCH_SIZE,
        "threads": 1,
        "networks": {name: pretrained.read_manifest(name)["sha256"] for name in NETWORKS},
        "machine": platform.machine(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "commands": ["python data/make_family.py --tune", "python data/make_family.py"],
    }
    known = read()["facts"]
    if known and known != facts:
        raise SystemExit(
            f"{FILE} holds runs under other settings: {known}, now {facts}. Move it away first."
        )
    if not known:
        with updating() as results:
            results["facts"] = facts
            results["floor"] = judge.figures(data.images[:SAMPLES])


def write_samples(seed):
    arrays = {}
    for name in family.MEMBERS:
        generator = pretrained.generator(GENERATORS / f"{name}-{seed}.json")
        images = fl.latent.sample(generator, SHOWN, seed=1)[..., 0]
        arrays[name] = np.round((images + 1) * 127.5).astype(np.uint8)
    np.savez_compressed(FILE.with_suffix(".npz"), **arrays)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tune", action="store_true", help="choose the learning rates")
    parser.add_argument("--samples", action="store_true", help="only write data/family.npz")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds of a run")
    parser.add_argument("--tuning-seconds", type=float, default=15.0)
    parser.add_argument("--part", default="1/1", help="k/n: the k-th of n equal parts")
    arguments = parser.parse_args()
    if arguments.samples:
        write_samples(arguments.seeds[0])
        return
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    GENERATORS.mkdir(parents=True, exist_ok=True)
    data = fl.data.load_fashion_mnist("train", verbose=False)
    judge = Judge(fl.data.load_fashion_mnist("test", verbose=False).images)
    note_facts(arguments, data, judge)
    if arguments.tune:  # the test images are kept for the runs that are reported
        tune(arguments, data, Judge(data.images))
    else:
        compare(arguments, data, judge)


if __name__ == "__main__":
    main()
