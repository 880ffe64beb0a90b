"""Arrays come back from the disk as they were, or not at all."""

import hashlib
import io
import zipfile

import numpy as np
import pytest

from fashionlab import nets, weights
from fashionlab.backend import keras
from fashionlab.errors import WeightsError

ARRAYS = {
    "000/kernel": np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3),
    "001/bias": np.zeros(3, np.float32),
    "step": np.array(7, np.int64),
    "seed": np.array([1, 2**32 - 1], np.uint32),
}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


# On the disk.


@pytest.fixture
def saved(tmp_path):
    file = tmp_path / "weights.npz"
    file.write_bytes(weights.pack(ARRAYS))
    return file


def test_arrays_come_back_as_they_were(saved):
    back = weights.unpack(saved, sha256(saved.read_bytes()))
    assert list(back) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(back[name], array, strict=True)


@pytest.mark.parametrize("name", ["missing.npz", "a\0b.npz", "."])
def test_a_file_that_is_not_there_is_an_error(tmp_path, name):
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.unpack(tmp_path / name, sha256(b""))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content + b"\0",
        lambda content: content[:99] + bytes([content[99] ^ 1]) + content[100:],
        lambda content: b"",
    ],
    ids=["cut short", "one byte more", "one bit", "no bytes"],
)
def test_a_file_with_another_hash_is_an_error(saved, damage):
    content = saved.read_bytes()
    saved.write_bytes(damage(content))
    with pytest.raises(WeightsError, match=r"weights\.npz.* its sha256 differs"):
        weights.unpack(saved, sha256(content))


class RunsCode:
    """Unpickling this raises, so that no test passes by luck."""

    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was run')",)


def npy(array, **options):
    content = io.BytesIO()
    np.save(content, array, **options)
    return content.getvalue()


def archive(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, member in members.items():
            file.writestr(name, member)
    return content.getvalue()


def compressed(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


COMPRESSED = compressed(kernel=np.random.default_rng(0).integers(0, 9, 500))
PICKLE = npy(np.array([RunsCode()], dtype=object), allow_pickle=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 cut short",
        b"<html>Not found</html>",
        PICKLE,
        archive(**{"kernel.npy": PICKLE}),
        npy(ARRAYS["000/kernel"]),
        weights.pack(ARRAYS)[:-30],
        archive(**{"kernel.npy": npy(ARRAYS["000/kernel"])[:-4]}),
        archive(**{"kernel.txt": b"1 2 3"}),
        weights.pack({"kernel": np.array("text")}),
        COMPRESSED[:150] + bytes(50) + COMPRESSED[200:],
    ],
    ids=[
        "no bytes",
        "zip header alone",
        "web page",
        "pickle",
        "pickle in an npz",
        "npy",
        "npz cut short",
        "npz with a cut array",
        "text file in an npz",
        "text in an array",
        "damaged compression",
    ],
)
def test_anything_but_an_npz_of_plain_arrays_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(WeightsError, match=r"is not an \.npz file of plain arrays"):
        weights.unpack(tmp_path / "file", sha256(content))


# Into variables.


@pytest.fixture
def variables():
    return {
        "kernel": keras.Variable(np.ones((2, 3), np.float32)),
        "bias": keras.Variable(np.ones(3, np.float32)),
        "step": keras.Variable(np.array(1), dtype="int64"),
    }


GOOD = {
    "kernel": np.full((2, 3), 5, np.float32),
    "bias": np.full(3, 6, np.float32),
    "step": np.array(7, np.int64),
}


def test_variables_take_the_arrays_of_their_names(variables):
    weights.assign(variables, dict(reversed(GOOD.items())), "here")
    for name, variable in variables.items():
        np.testing.assert_array_equal(variable.numpy(), GOOD[name])


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({k: v for k, v in GOOD.items() if k != "step"}, r"missing \['step'\], unexpected nothing"),
        (GOOD | {"more": np.zeros(1)}, r"missing nothing, unexpected \['more'\]"),
        ({}, r"missing \['bias', 'kernel', 'step'\]"),
        (GOOD | {"step": np.zeros(1, np.int64)}, r"step has shape \(1,\), the network wants \(\)"),
        (GOOD | {"bias": np.zeros((1, 3), np.float32)}, r"bias has shape \(1, 3\)"),
        (GOOD | {"kernel": GOOD["kernel"].T}, r"kernel has shape \(3, 2\)"),
        (GOOD | {"bias": np.array([0, np.nan, 0], np.float32)}, "bias holds NaN or infinity"),
        (GOOD | {"bias": np.array([0, 0, -np.inf], np.float32)}, "bias holds NaN or infinity"),
    ],
    ids=["missing", "extra", "nothing", "scalar", "rank", "transposed", "NaN", "infinity"],
)
def test_arrays_that_do_not_fit_change_no_variable(variables, arrays, complaint):
    with pytest.raises(WeightsError, match=f"^here.*{complaint}"):
        weights.assign(variables, arrays, "here")
    for variable in variables.values():
        np.testing.assert_array_equal(variable.numpy(), np.ones(variable.shape))


def test_names_do_not_depend_on_what_was_built_before():
    first = weights.by_name(nets.dcgan_discriminator((1, 1, 1)))
    second = weights.by_name(nets.dcgan_discriminator((1, 1, 1)))
    assert list(first) == list(second)
    assert len(first) == len(nets.dcgan_discriminator((1, 1, 1)).weights)
