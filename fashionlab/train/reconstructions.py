"""A dashboard that shows what an autoencoder makes of real images."""

import numpy as np

from fashionlab import latent, plots
from fashionlab.errors import DataError
from fashionlab.train.callbacks import LiveDashboard


class ReconstructionDashboard(LiveDashboard):
    """`LiveDashboard` for a `VAE` or `VAEGAN`: real images, what comes back of them, and samples.

    Eight rows of eight images: real ones, their reconstructions, more real ones, theirs; then four
    rows of samples, of always the same latents. Beside them run the curves of the squared pixel
    error, of the KL divergence and, if there is a discriminator, of how often it is right.

    Args:
        real: Real images to reconstruct, float32 `(number, h, w, c)` in [-1, 1], such as some of
            the test images. The first 16 are shown.
        folder: Where the pictures go; made if it does not exist. None saves nothing.
        seed: Seeds the samples' latents.
        frames_per_epoch: Pictures saved an epoch.

    Raises:
        DataError: There are fewer than 16 images.
    """

    SIDE = 8  # images in a row, and rows

    def __init__(self, real, folder=None, *, seed=0, frames_per_epoch=8):
        number = self.SIDE**2 // 2
        super().__init__(folder, number=number, seed=seed, frames_per_epoch=frames_per_epoch)
        if len(real) < number // 2:
            raise DataError(
                f"{len(real)} real images: the dashboard shows {number // 2}. Give as many or more."
            )
        self.real = real[: number // 2]

    def _images(self):
        back = self.model.reconstruct(self.real)
        size = self.SIDE
        pairs = [self.real[:size], back[:size], self.real[size:], back[size:]]
        return np.concatenate([*pairs, latent.generate(self.model.averaged_decoder, self.z)])

    def _figure(self, images, headline):
        return plots.reconstruction_dashboard(images, self.curves, headline)
