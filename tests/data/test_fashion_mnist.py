"""Fashion-MNIST is found in the promised order, and nothing but Fashion-MNIST is ever used.

All places are empty folders of the test's own, and the published hashes are those of a small
made-up data set, `REAL`; only the last tests look at the images that the kit ships.
"""

import gzip
import hashlib
import http.server
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from fashionlab.data import fashion_mnist
from fashionlab.data.fashion_mnist import CLASS_NAMES, load_fashion_mnist
from fashionlab.errors import DataError

NUMBERS = {"train": 20, "test": 10}
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def idx(array):
    """An array as the content of an IDX file."""
    return (
        bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + bytes(array)
    )


def made_up_files():
    files = {}
    for split, prefix in fashion_mnist.PREFIXES.items():
        number = NUMBERS[split]
        pixels = np.random.default_rng(number).integers(0, 256, (number, 28, 28), np.uint8)
        files[f"{prefix}-images-idx3-ubyte"] = idx(pixels)
        files[f"{prefix}-labels-idx1-ubyte"] = idx(np.arange(number, dtype=np.uint8) % 10)
    return files


REAL = made_up_files()
HASHES = {name: hashlib.sha256(content).hexdigest() for name, content in REAL.items()}
PUBLISHED_HASHES = dict(fashion_mnist.SHA256)


def fill(folder, *, packed=True, **contents):
    """Put the made-up data set into a folder, with other `contents` for some of its files."""
    folder.mkdir(parents=True)
    for name, content in REAL.items():
        file, content = (f"{name}.gz", gzip.compress(content)) if packed else (name, content)
        (folder / file).write_bytes(content)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    return folder


def names_in(folder):
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


# Mirrors on this machine.


class Mirror(http.server.ThreadingHTTPServer):
    """Answers every request by `answer(request, name of the file)` and notes the name."""

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Request)
        self.answer = answer
        self.asked = []
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.closing.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Request(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.removeprefix("/")
        self.server.asked.append(name)
        self.server.answer(self, name)

    def log_message(self, *_):
        pass


def reply(request, content, status=200):
    request.send_response(status)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def whole(request, name):
    reply(request, gzip.compress(REAL[name.removesuffix(".gz")]))


def not_found(request, _):
    reply(request, b"no such file", status=404)


def web_page(request, _):
    reply(request, b"<!doctype html><title>Log in to the campus network</title>")


def cut_short(request, name):
    content = gzip.compress(REAL[name.removesuffix(".gz")])
    request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content[: len(content) // 2])


def cut_within_a_chunk(request, _):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf")


def zeros(request, _):
    reply(request, gzip.compress(idx(np.zeros((600, 28, 28), np.uint8))))


def no_http(request, _):
    request.wfile.write(b"220 mail server ready\r\n")


def stalling(request, _):
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"\x1f\x8b")
    request.server.closing.wait()


@pytest.fixture
def mirror():
    """Starts mirrors and stops them after the test."""
    running = []

    def start(answer):
        running.append(Mirror(answer))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def no_network():
    """Address of a mirror that refuses every connection: its port is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch, no_network):
    """Every implicit place, empty and the test's own."""
    monkeypatch.setattr(fashion_mnist, "SHA256", HASHES)
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (no_network,))
    monkeypatch.delenv("FASHIONLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return {
        "debian": fashion_mnist.DEBIAN,
        "keras": fashion_mnist.keras_folder(),
        "own": fashion_mnist.cache_folder(),
    }


# What is read.


@pytest.mark.parametrize("packed", [True, False], ids=["gz", "plain"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_idx_files_are_read_gzipped_and_plain(tmp_path, split, packed):
    found = load_fashion_mnist(split, path=fill(tmp_path / "mine", packed=packed))
    content = REAL[f"{fashion_mnist.PREFIXES[split]}-images-idx3-ubyte"]
    pixels = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28, 1)
    np.testing.assert_allclose(found.images, pixels / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(found.labels, np.arange(NUMBERS[split]) % 10)
    assert (found.images.dtype, found.labels.dtype) == (np.float32, np.uint8)
    assert (found.images.min(), found.images.max()) == (-1, 1)
    assert len(found) == NUMBERS[split]
    assert found.source == str(tmp_path / "mine")


def test_batches_are_made_of_the_images(tmp_path):
    found = load_fashion_mnist(path=fill(tmp_path / "mine"))
    batches = found.batches(8, seed=3)
    assert (len(batches), batches.seed) == (2, 3)
    np.testing.assert_array_equal(next(batches.epoch(0)), found.images[batches.order(0)[0]])


def test_a_path_may_begin_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    fill(tmp_path / "mine")
    assert load_fashion_mnist(path="~/mine").source == str(tmp_path / "mine")


def test_an_unknown_split_is_refused():
    with pytest.raises(DataError, match=r"split='valid' is unknown\. Use 'train' or 'test'"):
        load_fashion_mnist("valid")


# Where it is looked for.


@pytest.mark.parametrize("first", range(8))
def test_the_first_place_that_has_it_is_used(first, tmp_path, places, monkeypatch, mirror, capsys):
    one = mirror(whole if first <= 5 else not_found)
    other = mirror(whole if first <= 6 else not_found)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (one.address, other.address))
    folders = [tmp_path / "path", tmp_path / "variable", *places.values()]
    for folder in folders[first:]:
        fill(folder)
    if first == 1:
        monkeypatch.setenv("FASHIONLAB_DATA", str(folders[1]))
    found = load_fashion_mnist(path=folders[0] if first == 0 else None)

    sources = [*map(str, folders), *["a download"] * 2, "the kit's sample of Fashion-MNIST"]
    assert found.source == sources[first]
    assert f"images from {found.source}." in capsys.readouterr().out
    both = [f"{IMAGES}.gz", f"{LABELS}.gz"]
    assert one.asked == (both if first in (5, 6) else both[:1] if first == 7 else [])
    assert other.asked == (both if first == 6 else both[:1] if first == 7 else [])


def test_the_path_goes_before_the_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHIONLAB_DATA", str(fill(tmp_path / "variable")))
    assert load_fashion_mnist(path=fill(tmp_path / "path")).source == str(tmp_path / "path")


def test_an_empty_variable_names_no_folder(places, monkeypatch):
    monkeypatch.setenv("FASHIONLAB_DATA", "")
    fill(places["debian"])
    assert load_fashion_mnist().source == str(places["debian"])


@pytest.mark.parametrize("how", ["path", "variable"])
def test_a_named_folder_without_the_files_is_an_error(how, tmp_path, places, monkeypatch):
    fill(places["debian"])
    (tmp_path / "empty").mkdir()
    if how == "variable":
        monkeypatch.setenv("FASHIONLAB_DATA", str(tmp_path / "empty"))
    with pytest.raises(DataError, match=f"empty holds no Fashion-MNIST train set.*{IMAGES}"):
        load_fashion_mnist(path=tmp_path / "empty" if how == "path" else None)


def test_a_file_named_as_the_folder_is_an_error(tmp_path):
    file = fill(tmp_path / "mine") / f"{IMAGES}.gz"
    with pytest.raises(DataError, match="holds no Fashion-MNIST train set"):
        load_fashion_mnist(path=file)


def test_a_place_with_half_of_a_split_is_passed_over(places):
    fill(places["debian"])
    (places["debian"] / f"{LABELS}.gz").unlink()
    fill(places["keras"])
    assert load_fashion_mnist("train").source == str(places["keras"])
    assert load_fashion_mnist("test").source == str(places["debian"])


def test_the_keras_folder_is_the_one_of_keras(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    expected = Path("datasets", "fashion-mnist")
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert fashion_mnist.keras_folder() == tmp_path / "elsewhere" / expected
    monkeypatch.delenv("KERAS_HOME")
    assert fashion_mnist.keras_folder() == tmp_path / ".keras" / expected


def test_the_sample_is_never_used_silently(capsys):
    found = load_fashion_mnist("test", verbose=False)
    assert (len(found), found.source) == (2000, "the kit's sample of Fashion-MNIST")
    notice = capsys.readouterr().out
    assert notice.startswith("NOTE: the whole data set is not on this machine")
    assert "dataset-fashion-mnist" in notice
    assert "FASHIONLAB_DATA" in notice


@pytest.mark.parametrize("how", ["path", "variable"])
def test_the_sample_can_be_asked_for_by_name(how, places, monkeypatch, capsys):
    fill(places["debian"])
    if how == "variable":
        monkeypatch.setenv("FASHIONLAB_DATA", "sample")
    found = load_fashion_mnist("test", path="sample" if how == "path" else None)
    assert len(found) == 2000
    assert "NOTE" not in capsys.readouterr().out


def test_nothing_is_printed_about_a_whole_copy_when_not_verbose(places, capsys):
    fill(places["debian"])
    load_fashion_mnist(verbose=False)
    assert capsys.readouterr().out == ""


# What is not Fashion-MNIST.


def damaged_files():
    packed, zero_images = gzip.compress(REAL[IMAGES]), idx(np.zeros((600, 28, 28), np.uint8))
    one_bit = bytearray(REAL[IMAGES])
    one_bit[-1] ^= 1
    longer = gzip.compress(REAL[IMAGES] + b"\0")
    return {
        "truncated gz": (packed[: len(packed) // 2], "is truncated or damaged"),
        "gz with a wrong checksum": (packed[:-8] + bytes(8), "is truncated or damaged"),
        "gz with a damaged body": (packed[:20] + b"\xff" * 99 + packed[119:], "is truncated or"),
        "gz header alone": (b"\x1f\x8b", "is truncated or damaged"),
        "no bytes": (b"", r"is not an IDX file.*\(0 bytes\)"),
        "empty gz": (gzip.compress(b""), "is not an IDX file"),
        "web page": (b"\n<html>Not found</html>", "is not an IDX file.*looks like a web page"),
        "labels as images": (gzip.compress(REAL[LABELS]), "is not an IDX file"),
        "header alone": (REAL[IMAGES][:16], "is not Fashion-MNIST: the sha256"),
        "600 zero images": (gzip.compress(zero_images), "is not Fashion-MNIST: the sha256"),
        "one bit": (gzip.compress(bytes(one_bit)), "is not Fashion-MNIST: the sha256"),
        "one byte more": (longer, "is not Fashion-MNIST: the sha256"),
    }


@pytest.fixture(params=damaged_files().items(), ids=damaged_files())
def damage(request):
    """Content of a damaged file of images, and what is said about it."""
    return request.param[1]


def test_a_damaged_file_in_a_named_folder_is_an_error(tmp_path, places, damage):
    content, complaint = damage
    fill(places["debian"])
    folder = fill(tmp_path / "mine", **{f"{IMAGES}.gz": content})
    with pytest.raises(DataError, match=f"{IMAGES}.gz {complaint}"):
        load_fashion_mnist(path=folder)


def test_a_damaged_keras_cache_is_passed_over_with_a_notice(places, damage, capsys):
    file = fill(places["keras"], **{f"{IMAGES}.gz": damage[0]}) / f"{IMAGES}.gz"
    fill(places["own"])
    assert load_fashion_mnist().source == str(places["own"])
    assert f"Passing over a damaged copy: {file}" in capsys.readouterr().out
    assert file.read_bytes() == damage[0], "the Keras cache is not the kit's to change"


def test_a_damaged_cache_is_replaced_by_a_fresh_download(
    places, damage, monkeypatch, mirror, capsys
):
    fill(places["own"], **{f"{IMAGES}.gz": damage[0]})
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (mirror(whole).address,))
    np.testing.assert_array_equal(load_fashion_mnist().labels, np.arange(20) % 10)
    assert "Passing over a damaged copy" in capsys.readouterr().out
    assert load_fashion_mnist().source == str(places["own"])
    assert "Passing over" not in capsys.readouterr().out
    assert names_in(places["own"]) == sorted(f"{name}.gz" for name in REAL)


def test_damaged_copies_and_no_network_leave_the_sample(places, capsys):
    for folder in places.values():
        fill(folder, **{f"{prefix}-labels-idx1-ubyte.gz": b"" for prefix in ("train", "t10k")})
    assert load_fashion_mnist("test").source == "the kit's sample of Fashion-MNIST"
    told = capsys.readouterr().out
    assert told.count("Passing over a damaged copy") == 3
    assert told.count("NOTE: the whole data set is not on this machine") == 1


def test_swapped_files_are_refused(tmp_path):
    folder = fill(
        tmp_path / "mine",
        **{f"{IMAGES}.gz": gzip.compress(REAL["t10k-images-idx3-ubyte"])},
    )
    with pytest.raises(DataError, match="is not Fashion-MNIST"):
        load_fashion_mnist(path=folder)


@pytest.mark.parametrize("what", ["a file", "the folder"])
def test_what_may_not_be_read_is_an_error_if_named_and_else_passed_over(
    what, places, monkeypatch, capsys
):
    fill(places["keras"])
    fill(places["own"])

    def forbid(method):
        original = getattr(Path, method)

        def forbidden(file):
            if places["keras"] in file.parents:
                raise PermissionError(13, "Permission denied", str(file))
            return original(file)

        monkeypatch.setattr(Path, method, forbidden)

    forbid("read_bytes" if what == "a file" else "is_file")
    with pytest.raises(DataError, match=r"fashion-mnist.* cannot be read.*Permission denied"):
        load_fashion_mnist(path=places["keras"])
    assert load_fashion_mnist().source == str(places["own"])
    assert "Passing over a damaged copy" in capsys.readouterr().out


# Downloads.


def test_a_download_is_kept_and_asked_for_once(places, monkeypatch, mirror, capsys):
    server = mirror(whole)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (server.address,))
    first = load_fashion_mnist()
    assert f"Kept for next time: {places['own'] / IMAGES}.gz" in capsys.readouterr().out
    second = load_fashion_mnist()
    assert first.source == "a download"
    np.testing.assert_array_equal(first.images, second.images)
    assert second.source == str(places["own"])
    assert server.asked == names_in(places["own"]) == [f"{IMAGES}.gz", f"{LABELS}.gz"]


@pytest.mark.parametrize(
    "broken",
    [not_found, web_page, cut_short, cut_within_a_chunk, zeros, no_http, stalling],
    ids=lambda answer: answer.__name__,
)
def test_a_broken_mirror_hands_over_to_the_next(broken, places, monkeypatch, mirror, capsys):
    if broken is stalling:
        monkeypatch.setattr(fashion_mnist, "TIMEOUT", 1)
    first, second = mirror(broken), mirror(whole)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (first.address, second.address))
    np.testing.assert_array_equal(load_fashion_mnist().labels, np.arange(20) % 10)
    assert first.asked == second.asked == names_in(places["own"])
    assert "NOTE" not in capsys.readouterr().out


def test_a_mirror_out_of_reach_hands_over_to_the_next(no_network, monkeypatch, mirror):
    server = mirror(whole)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (no_network, server.address))
    assert load_fashion_mnist().source == "a download"
    assert server.asked == [f"{IMAGES}.gz", f"{LABELS}.gz"]


def test_what_broken_mirrors_send_is_not_kept(places, monkeypatch, mirror, capsys):
    addresses = tuple(mirror(answer).address for answer in (web_page, zeros))
    monkeypatch.setattr(fashion_mnist, "MIRRORS", addresses)
    assert len(load_fashion_mnist("test")) == 2000
    notice = capsys.readouterr().out
    assert "looks like a web page" in notice
    assert "is not Fashion-MNIST" in notice
    assert names_in(places["own"].parent) == []


def test_a_cache_that_cannot_be_written_costs_only_the_keeping(
    tmp_path, monkeypatch, mirror, capsys
):
    (tmp_path / "cache").write_text("a file where the cache's folder should be")
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (mirror(whole).address,))
    np.testing.assert_array_equal(load_fashion_mnist().labels, np.arange(20) % 10)
    told = capsys.readouterr().out
    assert "The download is used but not kept" in told
    assert "Kept for next time" not in told


def test_readers_that_download_at_once_all_get_the_whole_data(tmp_path, places, mirror):
    readers = 4
    all_asked = threading.Barrier(readers)

    def once_all_have_asked(request, name):
        all_asked.wait(timeout=60)
        whole(request, name)

    server = mirror(once_all_have_asked)
    script = f"""
import hashlib
from fashionlab.data import fashion_mnist
fashion_mnist.SHA256 = {HASHES!r}
fashion_mnist.DEBIAN = fashion_mnist.Path({str(places["debian"])!r})
fashion_mnist.MIRRORS = ({server.address!r},)
fashion_mnist.TIMEOUT = 60
found = fashion_mnist.load_fashion_mnist(verbose=False)
print(hashlib.sha256(found.images.tobytes() + found.labels.tobytes()).hexdigest())
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(readers)
    ]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert all(process.returncode == 0 for process in processes), outputs

    whole_data = load_fashion_mnist(path=fill(tmp_path / "reference"))
    content = whole_data.images.tobytes() + whole_data.labels.tobytes()
    assert {out.strip() for out, _ in outputs} == {hashlib.sha256(content).hexdigest()}
    assert sorted(server.asked) == sorted([f"{IMAGES}.gz", f"{LABELS}.gz"] * readers)
    assert names_in(places["own"]) == [f"{IMAGES}.gz", f"{LABELS}.gz"]


# The sample that the kit ships.


@pytest.mark.parametrize(("split", "each"), [("train", 1000), ("test", 200)])
def test_the_sample_is_balanced(split, each):
    sample = load_fashion_mnist(split, path="sample")
    np.testing.assert_array_equal(np.bincount(sample.labels), [each] * 10)
    assert sample.images.shape == (10 * each, 28, 28, 1)
    assert sample.images.dtype == np.float32
    assert (sample.images.min(), sample.images.max()) == (-1, 1)
    assert len(sample.class_names) == len(CLASS_NAMES) == 10


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_sample_is_a_part_of_the_real_data_set(split, monkeypatch):
    debian = Path("/usr/share/datasets/fashion-mnist")
    if not debian.is_dir():
        pytest.skip("the package dataset-fashion-mnist is not installed")
    monkeypatch.setattr(fashion_mnist, "SHA256", PUBLISHED_HASHES)

    def garments(path):
        found = load_fashion_mnist(split, path=path)
        pairs = zip(found.images, found.labels, strict=True)
        return [(image.tobytes(), label) for image, label in pairs]

    sample, real = garments("sample"), garments(debian)
    assert len(real) == {"train": 60_000, "test": 10_000}[split]
    assert len(set(sample)) == len(sample), "an image is in the sample twice"
    assert set(sample) <= set(real)
