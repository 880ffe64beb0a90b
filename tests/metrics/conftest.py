import pytest

from fashionlab import data


@pytest.fixture(scope="session")
def garments():
    """2,000 test images that every installation has."""
    return data.load_fashion_mnist("test", path="sample", verbose=False).images


@pytest.fixture(scope="session")
def real():
    """Real images that every installation has: to train on, to refer to, and unseen ones."""
    images = data.load_fashion_mnist("train", path="sample", verbose=False).images
    return {"train": images[:6000], "test": images[6000:8000], "unseen": images[8000:]}
