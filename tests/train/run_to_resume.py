"""A small training run for `test_resume.py`: a process of its own, so that it can be killed.

Arguments: the folder of its checkpoints; then, if it is to be killed, `step 8` for the end of its
eighth step, or `replace 5` for when its fifth file is on the disk but does not have its name yet.
Prints the digest of everything that training changes.
"""

import hashlib
import os
import signal
import sys

import fashionlab as fl
from fashionlab.backend import keras

EPOCHS = 4


def die_at(count):
    """A function that kills this process with no chance of cleaning up in its `count`-th call."""
    calls_before = iter(range(count - 1))

    def call(*_, **__):
        if next(calls_before, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return call


def digest(state):
    """One hash of the names, types, shapes and bits of all arrays."""
    total = hashlib.sha256()
    for name, array in sorted(state.items()):
        total.update(f"{name} {array.dtype} {array.shape}".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def main(folder, killer=None, count="1"):
    callbacks = [fl.train.Checkpointer(folder)]
    die = die_at(int(count))
    if killer == "step":
        callbacks.append(keras.callbacks.LambdaCallback(on_train_batch_end=die))
    if killer == "replace":
        replace = os.replace
        os.replace = lambda *names: (die(), replace(*names))
    garments = fl.data.load_fashion_mnist("train", path="sample", verbose=False)
    batches = fl.data.Batches(garments.images[:96], batch_size=32, seed=5)  # 3 steps an epoch
    gan = fl.recipes.build("dcgan", seed=3)
    gan.fit(batches, epochs=EPOCHS, callbacks=callbacks, verbose=0)
    print(digest(gan.state()))


if __name__ == "__main__":
    main(*sys.argv[1:])
