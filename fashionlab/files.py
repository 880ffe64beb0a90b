"""Writing files so that nobody ever sees half of one."""

import contextlib
import os
import uuid
from pathlib import Path

from fashionlab.errors import StorageError


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power cut, finds the old one or the new one.

    The content goes to a temporary file of its own beside `file` and onto the disk before it takes
    the name, so any number of processes can write the same file at once.

    Raises:
        StorageError: The folder cannot be written; what was there before is untouched.
    """
    # `tempfile` would hide the file from everybody but its owner; `open` leaves that to the umask.
    temporary = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, file)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error}.") from error
