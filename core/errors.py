"""What can go wrong in a way that the user can do something about.

Every message is one sentence for the user. `exit_code` is what the command line returns.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class CoreError(Exception):
    """The world is not as the edit needs it."""

    exit_code = 6


class InvalidRequestError(CoreError):
    """The request makes no sense: an empty mask, sizes that differ, an unknown model."""

    exit_code = 2


class FaceNotFoundError(CoreError):
    """No face was detected."""

    exit_code = 3


class ImageFileError(CoreError):
    """An image file cannot be read."""

    exit_code = 4


class ImageWriteError(ImageFileError):
    """An image file cannot be written."""

    exit_code = 6


class CheckpointError(CoreError):
    """Weights are missing, damaged, or do not fit the network."""

    exit_code = 5


class DeviceError(CoreError):
    """The device ran out of memory or cannot do an operation."""


@contextmanager
def refusing(sentence: str) -> Iterator[None]:
    """Turn whatever goes wrong over a file of weights into a `CheckpointError`.

    Files come from anywhere: no list of the exceptions that libraries raise over them is complete.
    """
    try:
        yield
    except CheckpointError:
        raise
    except Exception as error:
        raise CheckpointError(sentence) from error
