"""Every error the kit raises on purpose. Each says what was wrong, where, and what to do."""


class FashionlabError(Exception):
    """Base of the kit's own errors: catch this one to catch them all."""


class DataError(FashionlabError):
    """Images that cannot be found, read or trusted."""


class StorageError(FashionlabError):
    """A file or folder that cannot be written."""


class WeightsError(FashionlabError):
    """A weights file or checkpoint that does not fit what its manifest or the model says."""


class TrainingDiverged(FashionlabError):
    """Losses or gradients kept coming out as NaN or infinity."""


class ConfigurationError(FashionlabError):
    """An argument, environment variable or name that the kit does not know."""
