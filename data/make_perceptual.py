"""Train the network that sees textiles and garments, into data/weights.

    python data/make_perceptual.py

All its images are drawn. It learns four things at once: which print a swatch shows, which two crops
come from one swatch, which garment it sees, and what the pixels looked like. Takes about half an
hour on one core. The retrieval of swatches that it never saw is measured by
tests/benchmarks/features.py.
"""

import numpy as np

import fashionlab as fl
from fashionlab import nets, pretrained
from fashionlab.backend import keras, tf
from fashionlab.data import garments, textiles

SEED = 0
SWATCHES = 27 * 180  # of 128 x 128 pixels
GARMENTS = 14 * 120  # of 64 x 64 pixels
CROP = 64
STEPS = 1_300
PAIRS = 32  # of crops, and half as many garments, in a step
TEMPERATURE = 0.1

layers = keras.layers


def drawn():
    """Swatches, their kinds, dressed garments and theirs: images uint8."""
    swatches = textiles.draw_textiles(SWATCHES, size=128, seed=SEED)
    plain_or_printed = garments.draw_garments(GARMENTS, size=CROP, seed=SEED)
    rng = np.random.default_rng(SEED)
    worn = [
        garments.dress(garment, swatches[rng.integers(SWATCHES)], scale=rng.uniform(0.3, 1.0))
        for garment in plain_or_printed
    ]
    prints, cuts = list(textiles.KINDS), list(garments.KINDS)
    return (
        pixels([swatch.pixels for swatch in swatches]),
        np.array([prints.index(swatch.kind) for swatch in swatches]),
        pixels(worn),
        np.array([cuts.index(garment.kind) for garment in plain_or_printed]),
    )


def pixels(images):
    return np.uint8(np.round((np.stack(images) + 1) * 127.5))


def crops(swatches, rng):
    """One crop of each swatch, `(batch, CROP, CROP, 3)`: anywhere, as its edges go on, 32 to 128
    pixels wide, scaled to one size."""
    corners = rng.integers(0, 128, (len(swatches), 2))
    moved = np.stack([np.roll(s, tuple(c), (0, 1)) for s, c in zip(swatches, corners, strict=True)])
    width = np.exp(rng.uniform(np.log(0.3), 0, len(swatches)))
    boxes = np.stack([np.zeros_like(width), np.zeros_like(width), width, width], axis=1)
    moved = tf.cast(moved, tf.float32) / 127.5 - 1
    # Crops that are larger than CROP are blurred by halves first, or they would show moire.
    small = tf.nn.avg_pool2d(moved, 2, 2, "SAME")
    take = tf.range(len(swatches))
    near = tf.image.crop_and_resize(moved, boxes, take, (CROP, CROP))
    far = tf.image.crop_and_resize(small, boxes, take, (CROP, CROP))
    return tf.where((width > 0.7)[:, None, None, None], far, near)


def statistics(activations):
    """Mean and deviation of each channel of each layer: what AdaIN takes for the style."""
    for x in activations.values():
        mean, variance = tf.nn.moments(x, (1, 2))
        yield tf.concat([mean, tf.sqrt(variance + 1e-5)], axis=1)


def information_gap(first, second):
    """InfoNCE: each crop has to find the other one of its swatch among all of the batch."""
    first, second = (tf.math.l2_normalize(x, axis=1) for x in (first, second))
    scores = tf.matmul(first, second, transpose_b=True) / TEMPERATURE
    right = tf.range(len(scores))
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits
    return tf.reduce_mean(losses(right, scores) + losses(right, tf.transpose(scores))) / 2


def main():
    fl.seed(SEED)
    swatches, prints, worn, cuts = drawn()
    print(f"drew {len(swatches):,} swatches and {len(worn):,} garments", flush=True)
    network = nets.fashion_features()
    # What learns the tasks from the features, and is thrown away.
    names = ["scale_2", "scale_4", "scale_8", "scale_16"]
    kind_heads = {name: layers.Dense(len(textiles.KINDS)) for name in names}
    cut_head = keras.Sequential([layers.Flatten(), layers.Dense(len(garments.KINDS))])
    swatch_head = keras.Sequential([layers.BatchNormalization(), layers.Dense(128)])
    pixel_heads = {name: layers.Conv2D(48, 1) for name in ("scale_4", "scale_8")}
    heads = [*kind_heads.values(), cut_head, swatch_head, *pixel_heads.values()]
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, STEPS - 100, warmup_target=3e-3, warmup_steps=100
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.01)

    def losses(images, kind, cut):
        seen = network(images, training=True)
        swatch = {name: x[: 2 * PAIRS] for name, x in seen.items()}
        described = dict(zip(seen, statistics(swatch), strict=True))
        cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
        kinds = tf.concat([kind, kind], axis=0)
        which_print = [
            tf.reduce_mean(cross_entropy(kinds, head(described[name])))
            for name, head in kind_heads.items()
        ]
        projected = swatch_head(tf.concat(list(described.values()), axis=1), training=True)
        same = information_gap(projected[:PAIRS], projected[PAIRS:])
        coarse = tf.nn.avg_pool2d(seen["scale_8"][2 * PAIRS :], 2, 2, "SAME")
        which_cut = tf.reduce_mean(cross_entropy(cut, cut_head(coarse)))
        small = tf.nn.avg_pool2d(images, 2, 2, "SAME")
        looks = sum(
            tf.reduce_mean((tf.nn.depth_to_space(pixel_heads[name](seen[name]), 4) - wanted) ** 2)
            for name, wanted in (("scale_4", images), ("scale_8", small))
        )
        # One step's guesses at the print from the coarsest layer, to watch.
        right = tf.argmax(kind_heads["scale_16"](described["scale_16"]), axis=1) == kinds
        total = sum(which_print) / 4 + same + 0.5 * which_cut + 5.0 * looks
        return total, (
            sum(which_print) / 4,
            same,
            which_cut,
            looks,
            tf.reduce_mean(tf.cast(right, "float32")),
        )

    @tf.function
    def step(images, kind, cut):
        with tf.GradientTape() as tape:
            total, parts = losses(images, kind, cut)
        weights = network.trainable_weights + [w for head in heads for w in head.trainable_weights]
        optimizer.apply_gradients(zip(tape.gradient(total, weights), weights, strict=True))
        return parts

    rng = np.random.default_rng(SEED)
    course = []
    for number in range(STEPS):
        chosen = rng.integers(len(swatches), size=PAIRS)
        garment = rng.integers(len(worn), size=PAIRS // 2)
        dressed = tf.cast(worn[garment], tf.float32) / 127.5 - 1
        dressed = tf.image.random_flip_left_right(dressed)
        images = tf.concat([crops(swatches[chosen], rng), crops(swatches[chosen], rng), dressed], 0)
        kind, cut = prints[chosen].astype("int64"), cuts[garment].astype("int64")
        if number == 0:
            losses(images, kind, cut)  # builds the heads
            optimizer.build(
                network.trainable_weights + [w for head in heads for w in head.trainable_weights]
            )
        course.append([float(part) for part in step(images, kind, cut)])
        if number % 50 == 49:
            means = np.mean(course[-50:], axis=0)
            print(number + 1, *(f"{mean:.3f}" for mean in means), flush=True)
    pretrained.save(
        network,
        pretrained.FOLDER / "fashion_features.json",
        trained_on=f"{SWATCHES:,} drawn swatches and {GARMENTS:,} drawn garments",
        command="python data/make_perceptual.py",
        seed=SEED,
        steps=STEPS,
    )


if __name__ == "__main__":
    main()
