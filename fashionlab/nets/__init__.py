"""Architectures: functions that build a `keras.Model`, and nothing else."""

from fashionlab.nets.dcgan import (
    classic_discriminator,
    classic_generator,
    dcgan_discriminator,
    dcgan_generator,
)

__all__ = ["classic_discriminator", "classic_generator", "dcgan_discriminator", "dcgan_generator"]
