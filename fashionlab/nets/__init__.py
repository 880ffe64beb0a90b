"""Architectures: functions that build a `keras.Model`, and what its layers make of sizes."""

from fashionlab.nets.adain import adain_decoder
from fashionlab.nets.dcgan import (
    classic_discriminator,
    classic_generator,
    concatenation_discriminator,
    conditional_generator,
    dcgan_discriminator,
    dcgan_generator,
    projection_discriminator,
    quality_discriminator,
    quality_generator,
)
from fashionlab.nets.features import plain_features, residual_features
from fashionlab.nets.layers import (
    MinibatchStdDev,
    WeightClip,
    with_clipped_weights,
    with_minibatch_std,
    with_spectral_norm,
)
from fashionlab.nets.perceptual import fashion_features
from fashionlab.nets.shapes import (
    conv_size,
    layer_table,
    reach_counts,
    transposed_size,
    windows,
)
from fashionlab.nets.translator import patch_critic, resnet_generator
from fashionlab.nets.vae import encoder, with_features

__all__ = [
    "MinibatchStdDev",
    "WeightClip",
    "adain_decoder",
    "classic_discriminator",
    "classic_generator",
    "concatenation_discriminator",
    "conditional_generator",
    "conv_size",
    "dcgan_discriminator",
    "dcgan_generator",
    "encoder",
    "fashion_features",
    "layer_table",
    "patch_critic",
    "plain_features",
    "projection_discriminator",
    "quality_discriminator",
    "quality_generator",
    "reach_counts",
    "residual_features",
    "resnet_generator",
    "transposed_size",
    "windows",
    "with_clipped_weights",
    "with_features",
    "with_minibatch_std",
    "with_spectral_norm",
]
