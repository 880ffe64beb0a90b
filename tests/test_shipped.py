"""Everything that the kit ships is listed with its origin, and is what the list says."""

import hashlib

from fashionlab import shipped

PROSE = {".md", ".py", ".json", ".fashion-mnist"}


def unlisted(folder, listing):
    """Files of a folder whose name and sha256 do not both stand in one line of the listing."""
    lines = listing.splitlines()
    return [
        file.name
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix not in PROSE and "__pycache__" not in file.parts
        if not any(
            file.name in line and hashlib.sha256(file.read_bytes()).hexdigest() in line
            for line in lines
        )
    ]


def test_every_shipped_file_is_listed_with_its_sha256():
    listing = (shipped.DATA / "README.md").read_text(encoding="utf-8")
    assert unlisted(shipped.DATA, listing) == []


def test_a_file_that_is_not_listed_or_was_changed_is_noticed(tmp_path):
    (tmp_path / "new.npz").write_bytes(b"1")
    digest = hashlib.sha256(b"1").hexdigest()
    assert unlisted(tmp_path, "| `other.npz` | 0 |") == ["new.npz"]
    assert unlisted(tmp_path, f"| `new.npz` | {digest} |") == []
    (tmp_path / "new.npz").write_bytes(b"2")
    assert unlisted(tmp_path, f"| `new.npz` | {digest} |") == ["new.npz"]
