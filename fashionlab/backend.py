"""The one place that loads TensorFlow and Keras, once and without its log lines.

TensorFlow writes to file descriptor 2 from C++ before any log level takes hold, so the descriptor
itself is turned away while it loads. If loading fails, what was written is shown after all.
"""

import contextlib
import os
import sys
import tempfile

from fashionlab.errors import ConfigurationError


@contextlib.contextmanager
def _quiet_stderr():
    if sys.stderr is None:  # a program without a console
        yield
        return
    with tempfile.TemporaryFile() as log:
        sys.stderr.flush()
        saved = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


if os.environ.setdefault("KERAS_BACKEND", "tensorflow") != "tensorflow":
    raise ConfigurationError(
        f"KERAS_BACKEND={os.environ['KERAS_BACKEND']!r}, but the kit's train steps are written "
        f"for TensorFlow. Set KERAS_BACKEND=tensorflow before Keras is imported."
    )
# TensorFlow's errors arrive as Python exceptions; what it logs besides is noise to a learner.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Several notebooks open on one GPU share its memory, instead of the first taking it all.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

with _quiet_stderr():
    import keras
    import tensorflow as tf

    # The first look for a GPU logs an error on machines without one.
    tf.config.list_physical_devices("GPU")

# This graph rewriter gives up on every LeakyReLU after a convolution, with an error in the log.
tf.config.optimizer.set_experimental_options({"remapping": False})

if keras.backend.backend() != "tensorflow":
    raise ConfigurationError(
        f"Keras was already imported with the {keras.backend.backend()!r} backend. Restart Python "
        f"and set KERAS_BACKEND=tensorflow before Keras is imported."
    )

__all__ = ["keras", "tf"]
