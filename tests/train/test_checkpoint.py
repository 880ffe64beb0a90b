import json

import numpy as np
import pytest

from fashionlab.autodiff import R1
from fashionlab.backend import keras
from fashionlab.data import Batches
from fashionlab.errors import WeightsError
from fashionlab.losses import ModeSeeking
from fashionlab.train import Checkpointer, StopAfter, checkpoint


@pytest.fixture
def batches(images):
    return Batches(images, batch_size=4, seed=1)


@pytest.fixture
def train(tiny_gan, batches, tmp_path):
    """Trains a new GAN with a new checkpointer in one folder; returns it."""

    def run(epochs, data=batches, folder=tmp_path, **building):
        gan = tiny_gan(**building)
        gan.fit(data, epochs=epochs, callbacks=[Checkpointer(folder)], verbose=0)
        return gan

    return run


def files(folder):
    return sorted(file.name for file in folder.iterdir())


def damage(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


# Going on.


def test_training_in_two_goes_is_training_in_one(train, tmp_path, assert_same):
    unbroken = train(3, folder=tmp_path / "unbroken")
    train(1)
    resumed = train(3, seed=99)  # whatever the new networks start with is replaced
    assert_same(resumed.state(), unbroken.state())


def test_a_checkpointer_does_not_change_what_it_saves(train, tiny_gan, batches, assert_same):
    gan = tiny_gan()
    gan.fit(batches, epochs=2, verbose=0)
    assert_same(train(2).state(), gan.state())


def test_the_beginning_is_saved_too(train, tiny_gan, batches, tmp_path, assert_same):
    # A run killed in its first epoch begins again with the same networks.
    gan = tiny_gan(seed=1)
    before = gan.state()
    assert Checkpointer(tmp_path).resume(gan, batches) == 0
    other = tiny_gan(seed=2)
    assert Checkpointer(tmp_path).resume(other, batches) == 0
    assert_same(other.state(), before)


def test_nothing_is_left_to_train_when_the_epochs_are_reached(
    train, tiny_gan, batches, tmp_path, assert_same, capsys
):
    done = train(2)
    gan = tiny_gan(seed=99)
    history = gan.fit(batches, epochs=2, callbacks=[Checkpointer(tmp_path)], verbose=0)
    assert history.epoch == []
    assert_same(gan.state(), done.state())
    assert "Going on after epoch 2" in capsys.readouterr().out


def stop_after_two_steps(gan, data, folder):
    """Train until a time is up that is up at once, which is noticed in the second step."""
    return gan.fit(data, epochs=9, callbacks=[Checkpointer(folder), StopAfter(-1)], verbose=0)


def test_an_epoch_broken_off_is_done_again(train, tiny_gan, images, tmp_path, assert_same, capsys):
    data = Batches(images, batch_size=2)  # 4 steps an epoch
    unbroken = train(3, data, folder=tmp_path / "unbroken")
    train(1, data, folder=tmp_path / "broken")
    gan = tiny_gan(seed=99)
    assert stop_after_two_steps(gan, data, tmp_path / "broken").epoch == [1]
    assert int(gan.step.numpy()) == 6
    assert "checkpoint-0002.npz" not in files(tmp_path / "broken")

    resumed = train(3, data, folder=tmp_path / "broken", seed=99)
    assert "Going on after epoch 1" in capsys.readouterr().out
    assert_same(resumed.state(), unbroken.state())


def test_an_epoch_that_ends_just_when_the_time_is_up_is_kept(tiny_gan, batches, tmp_path):
    stop_after_two_steps(tiny_gan(), batches, tmp_path)  # 2 steps an epoch
    assert files(tmp_path) == ["checkpoint-0000.npz", "checkpoint-0001.npz", "manifest.json"]


# What lies in the folder.


def test_two_checkpoints_are_kept_and_nothing_else(train, tmp_path):
    train(3)
    assert files(tmp_path) == ["checkpoint-0002.npz", "checkpoint-0003.npz", "manifest.json"]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert [entry["epoch"] for entry in manifest["checkpoints"]] == [2, 3]


def test_leftovers_of_killed_writes_are_cleared_and_nothing_else(train, tmp_path):
    train(1)
    mine = ["generator-01234567.npz", "generator.json", ".hidden"]
    leftovers = [".checkpoint-0002.npz-0a1b", ".manifest.json-0a1b", "checkpoint-0007.npz"]
    for name in mine + leftovers:
        (tmp_path / name).touch()
    train(3)
    named = ["checkpoint-0002.npz", "checkpoint-0003.npz", "manifest.json"]
    assert files(tmp_path) == sorted(mine + named)


def test_a_run_stopped_between_checkpoint_and_manifest_goes_on_from_the_older_one(
    train, tiny_gan, batches, tmp_path, monkeypatch, assert_same
):
    after_one = train(1).state()
    write = checkpoint.write_atomically

    def crash_at_the_manifest(file, content):
        if file.name == "manifest.json":
            raise KeyboardInterrupt
        write(file, content)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "write_atomically", crash_at_the_manifest)
        with pytest.raises(KeyboardInterrupt):
            train(2)
    assert "checkpoint-0002.npz" in files(tmp_path)

    gan = tiny_gan(seed=99)
    assert Checkpointer(tmp_path).resume(gan, batches) == 1
    assert_same(gan.state(), after_one)


# Damage.


def test_a_damaged_checkpoint_is_passed_over_with_a_notice(train, tmp_path, assert_same, capsys):
    unbroken = train(3)
    damage(tmp_path / "checkpoint-0003.npz")
    resumed = train(3, seed=99)
    assert_same(resumed.state(), unbroken.state())
    said = capsys.readouterr().out
    assert "checkpoint-0003.npz" in said.split("Going on after epoch 2")[0]
    assert files(tmp_path) == ["checkpoint-0002.npz", "checkpoint-0003.npz", "manifest.json"]


@pytest.mark.parametrize("harm", [damage, lambda file: file.unlink()])
def test_when_all_checkpoints_are_damaged_it_says_so(train, tmp_path, harm):
    train(1)
    for file in tmp_path.glob("*.npz"):
        harm(file)
    with pytest.raises(
        WeightsError, match=r"No checkpoint in .*0001.npz.*0000.npz.*another folder"
    ):
        train(2)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"checkpoints": ['])
def test_a_damaged_manifest_is_refused(train, tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(WeightsError, match=r"manifest.json cannot be read.*another folder"):
        train(1)


# Another run in the same folder.


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"batch_size": 2}, "batch size: 4, now 2"),
        ({"seed": 2}, "order's seed: 1, now 2"),
        ({"images": 7}, r"images: ([0-9a-f]{16}), now (?!\1)[0-9a-f]{16}"),
    ],
)
def test_a_folder_of_a_run_on_other_batches_is_refused(train, images, tmp_path, other, says):
    train(1)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    mine = {"images": 8, "batch_size": 4, "seed": 1} | other
    data = Batches(images[: mine["images"]], mine["batch_size"], mine["seed"])
    with pytest.raises(WeightsError, match=rf"holds another run: {says}\. .*another folder"):
        train(2, data=data)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"loss": "hinge"}, r"loss: NonSaturating\(\), now Hinge\(\)"),
        ({"penalties": [R1(0.1, every=2)]}, r"penalties: \[\], now \['R1\(.*every=2\)'\]"),
        (
            {"generator_penalties": [ModeSeeking(2.0)]},
            r"generator penalties: \[\], now \['ModeSeeking\(weight=2.0\)'\]",
        ),
        ({"critic_steps": 2}, "critic steps: 1, now 2"),
        ({"averaging": 0.5}, "averaging: 0.999, now 0.5"),
        (
            {"optimizer": lambda _: keras.optimizers.Adam(0.02)},
            'discriminator optimizer: .*_rate": 0.0099.*, now .*_rate": 0.0199.*generator optim',
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_folder_of_a_run_with_other_settings_is_refused(train, tmp_path, other, says):
    train(1)
    with pytest.raises(WeightsError, match=f"holds another run: {says}.*another folder"):
        train(2, **other)
    assert "checkpoint-0002.npz" not in files(tmp_path)


def test_a_folder_of_a_run_with_other_networks_is_refused(train, tmp_path):
    train(1)
    with pytest.raises(WeightsError, match=r"No checkpoint in .* has shape .*another folder"):
        train(2, hidden=5)


def test_a_checkpoint_with_a_weight_that_is_not_finite_is_passed_over(
    tiny_gan, batches, tmp_path, capsys
):
    gan = tiny_gan()
    gan.fit(batches, epochs=1, callbacks=[saver := Checkpointer(tmp_path)], verbose=0)
    gan.generator.weights[0].assign(np.full((3, 16), np.nan))
    saver.on_epoch_end(1)
    assert Checkpointer(tmp_path).resume(tiny_gan(), batches) == 1
    assert "generator/000 holds NaN" in capsys.readouterr().out
