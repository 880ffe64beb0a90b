"""What do `fit` and the kit's callbacks cost over a bare loop? Side by side, in one run.

    python tests/benchmarks/step.py [--rounds 8] [--steps 1000]

Both train the same `dcgan` networks: a hand-written `tf.function` loop over the same step without
metrics or checks, and `gan.fit` with every callback of the kit. They take turns;
the ratio of each pair and their median are printed, and the process's peak memory at the end.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time

import fashionlab as fl
from fashionlab.backend import tf


def bare_loop(gan, data, batch_size):
    """The step as one would write it by hand: two tapes, two updates, the moving average."""
    recipe = fl.recipes.get("dcgan")
    loss, (penalty,) = gan.adversarial_loss, recipe.penalties
    generator, discriminator = gan.generator, gan.discriminator
    counter = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def step(real):
        counter.assign_add(1)
        generator_tape = tf.GradientTape()
        with generator_tape:
            fake = generator(tf.random.normal((batch_size, gan.latent_dim)), training=True)
        with tf.GradientTape() as tape:
            logits = discriminator(tf.concat([real, fake], axis=0), training=True)
            d_loss = loss.discriminator(logits[:batch_size], logits[batch_size:])
            d_loss += tf.cond(
                counter % penalty.every == 0,
                lambda: penalty.every * penalty(discriminator, real, fake),
                lambda: 0.0,
            )
        variables = discriminator.trainable_variables
        gan.discriminator_optimizer.apply(tape.gradient(d_loss, variables), variables)
        with generator_tape:
            g_loss = loss.generator(None, discriminator(fake, training=True))
        variables = generator.trainable_variables
        gan.generator_optimizer.apply(generator_tape.gradient(g_loss, variables), variables)
        for average, current in zip(gan.averaged_generator.weights, generator.weights, strict=True):
            average.assign(current + 0.999 * (average - current))
        return d_loss, g_loss

    def run(steps):
        batches = iter(fl.data.Batches(data.images, batch_size).dataset())
        for _ in range(steps):
            step(next(batches))

    return run


def fit(gan, data, batch_size, folder):
    callbacks = [
        fl.train.LiveDashboard(f"{folder}/progress"),
        fl.train.Checkpointer(folder),
        fl.train.HealthMonitor(data.images),
        fl.train.StopAfter(3600),
    ]
    epoch = 0

    def run(steps):
        nonlocal epoch
        epoch += 1
        part = fl.data.Batches(data.images[: steps * batch_size], batch_size)
        gan.fit(part, epochs=epoch, callbacks=callbacks)

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--steps", type=int, default=1000)
    arguments = parser.parse_args()
    batch_size = fl.recipes.get("dcgan").batch_size
    data = fl.data.load_fashion_mnist("train", verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "bare": bare_loop(fl.recipes.build("dcgan", seed=0), data, batch_size),
            "fit": fit(fl.recipes.build("dcgan", seed=0), data, batch_size, folder),
        }
        for run in runs.values():
            run(arguments.steps)  # compiles and warms up
        ratios = {"wall": [], "CPU": []}
        for number in range(arguments.rounds):
            order = list(runs)[:: 1 if number % 2 else -1]
            spent = {}
            for name in order:
                wall, cpu = time.perf_counter(), time.process_time()
                runs[name](arguments.steps)
                spent[name] = time.perf_counter() - wall, time.process_time() - cpu
            for position, kind in enumerate(ratios):
                ratios[kind].append(spent["fit"][position] / spent["bare"][position])
            milliseconds = {n: 1000 * s[0] / arguments.steps for n, s in spent.items()}
            print(
                f"bare {milliseconds['bare']:.1f} ms/step, fit {milliseconds['fit']:.1f} ms/step, "
                f"ratio {ratios['wall'][-1]:.3f} wall, {ratios['CPU'][-1]:.3f} CPU",
                flush=True,
            )
        begun = time.perf_counter()
        for _ in data.batches(batch_size).dataset().take(arguments.steps):
            pass
        ready = 1000 * (time.perf_counter() - begun) / arguments.steps
        print(f"the pipeline alone has a batch ready every {ready:.2f} ms")
    for kind, values in ratios.items():
        print(f"median ratio, {kind}: {statistics.median(values):.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory: {peak / (1 << 30 if sys.platform == 'darwin' else 1 << 20):.2f} GB")


if __name__ == "__main__":
    main()
