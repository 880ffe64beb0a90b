"""Train the two classifiers that the metrics measure in, into data/weights.

    python data/make_features.py plain_features residual_features

Needs the whole Fashion-MNIST; takes about ten minutes each on two cores. The test images serve to
state the accuracy, once, at the end; nothing is chosen by them.
"""

import sys

import numpy as np

import fashionlab as fl
from fashionlab import pretrained
from fashionlab.backend import keras, tf

EPOCHS = 12
BATCH = 128
SEEDS = {"plain_features": 1, "residual_features": 2}


def shifted(images, labels):
    """Each batch moved by up to two pixels, what comes in from outside being black."""
    images = tf.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], constant_values=-1.0)
    corner = tf.random.uniform((2,), 0, 5, tf.int32)
    images = images[:, corner[0] : corner[0] + 28, corner[1] : corner[1] + 28]
    images.set_shape((None, 28, 28, 1))
    return images, labels


def train(name, data, test):
    seed = SEEDS[name]
    fl.seed(seed)
    network = pretrained.ARCHITECTURES[name]()
    batches = (
        tf.data.Dataset.from_tensor_slices((data.images, data.labels))
        .shuffle(len(data.images), seed=seed)
        .batch(BATCH, drop_remainder=True)
        .map(shifted)
        .prefetch(4)
    )
    steps = EPOCHS * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, steps - 500, warmup_target=3e-3, warmup_steps=500
    )
    # Trained on the logits alone: there are no labels for the features.
    classifier = keras.Model(network.input, network.outputs[1])
    classifier.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.02),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    classifier.fit(batches, epochs=EPOCHS, verbose=2)
    guesses = classifier.predict(test.images, batch_size=500, verbose=0).argmax(axis=1)
    accuracy = float(np.mean(guesses == test.labels))
    print(f"{name}: {accuracy:.2%} of the test images", flush=True)
    pretrained.save(
        network,
        pretrained.FOLDER / f"{name}.json",
        trained_on="the 60,000 training images of Fashion-MNIST",
        command=f"python data/make_features.py {name}",
        seed=seed,
        epochs=EPOCHS,
        test_accuracy=round(accuracy, 4),
    )


def main():
    data = fl.data.load_fashion_mnist("train", verbose=False)
    test = fl.data.load_fashion_mnist("test", verbose=False)
    for name in sys.argv[1:] or SEEDS:
        train(name, data, test)


if __name__ == "__main__":
    main()
