"""Training loops, and the callbacks that watch over them."""

from fashionlab.train.adain import AdaIN
from fashionlab.train.callbacks import HealthMonitor, LiveDashboard, StopAfter, TrainingWarning
from fashionlab.train.checkpoint import Checkpointer
from fashionlab.train.cyclegan import CycleGAN, LinearDecay
from fashionlab.train.gan import GAN
from fashionlab.train.lab import Lab, LabSettings
from fashionlab.train.reconstructions import ReconstructionDashboard
from fashionlab.train.vaegan import VAE, VAEGAN

__all__ = [
    "GAN",
    "VAE",
    "VAEGAN",
    "AdaIN",
    "Checkpointer",
    "CycleGAN",
    "HealthMonitor",
    "Lab",
    "LabSettings",
    "LinearDecay",
    "LiveDashboard",
    "ReconstructionDashboard",
    "StopAfter",
    "TrainingWarning",
]
