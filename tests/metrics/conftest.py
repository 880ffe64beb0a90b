import pytest

from fashionlab import data


@pytest.fixture(scope="session")
def garments():
    """2,000 test images that every installation has."""
    return data.load_fashion_mnist("test", path="sample", verbose=False).images
