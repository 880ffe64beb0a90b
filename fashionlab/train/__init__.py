"""Training loops, and the callbacks that watch over them."""

from fashionlab.train.callbacks import HealthMonitor, LiveDashboard, StopAfter, TrainingWarning
from fashionlab.train.checkpoint import Checkpointer
from fashionlab.train.gan import GAN
from fashionlab.train.lab import Lab, LabSettings

__all__ = [
    "GAN",
    "Checkpointer",
    "HealthMonitor",
    "Lab",
    "LabSettings",
    "LiveDashboard",
    "StopAfter",
    "TrainingWarning",
]
