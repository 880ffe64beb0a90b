"""A file that the kit writes is there whole, or as it was before."""

import os
import stat
import threading

import pytest

from fashionlab.errors import StorageError
from fashionlab.files import write_atomically


@pytest.fixture
def file(tmp_path):
    """A file that exists, alone in its folder."""
    file = tmp_path / "folder" / "file.npz"
    file.parent.mkdir()
    file.write_bytes(b"the old content, which is longer")
    return file


def fail_with(error):
    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize("content", [b"", b"new", bytes(range(256)) * 1000])
def test_the_content_is_replaced_whole(file, content):
    write_atomically(file, content)
    assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_folders_are_made(tmp_path):
    write_atomically(tmp_path / "a" / "b" / "file", b"content")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"content"


def test_the_content_is_on_the_disk_before_it_takes_the_name(file, monkeypatch):
    steps = []
    for name in ("fsync", "replace"):
        call = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *args, name=name, call=call: (steps.append(name), call(*args))
        )
    write_atomically(file, b"new")
    assert steps == ["fsync", "replace"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_others_may_read_the_file_as_the_umask_says(tmp_path):
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "file", b"content")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(file, step, monkeypatch):
    monkeypatch.setattr(os, step, fail_with(OSError(28, "No space left on device")))
    with pytest.raises(StorageError, match=r"file\.npz cannot be written.*No space left"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"the old content, which is longer"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupt_leaves_the_old_file_and_stays_an_interrupt(file, step, monkeypatch):
    monkeypatch.setattr(os, step, fail_with(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"the old content, which is longer"
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_made_is_a_storage_error(file):
    with pytest.raises(StorageError, match="cannot be written"):
        write_atomically(file / "below a file" / "file", b"new")
    assert file.read_bytes() == b"the old content, which is longer"


def test_a_folder_of_the_same_name_is_a_storage_error(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(StorageError, match="taken cannot be written"):
        write_atomically(tmp_path / "taken", b"new")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files from being replaced")
def test_readers_among_many_writers_never_see_half_a_file(file):
    contents = {bytes([number]) * 200_000 for number in range(4)}
    file.write_bytes(min(contents))
    writers = [
        threading.Thread(target=lambda c=c: [write_atomically(file, c) for _ in range(10)])
        for c in contents
    ]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(file.read_bytes())
    for writer in writers:
        writer.join()
    assert seen | {file.read_bytes()} <= contents
    assert list(file.parent.iterdir()) == [file]
