"""Networks go to disk and come back the same; files that do not fit are refused."""

import hashlib
import json

import numpy as np
import pytest

from fashionlab import data, latent, nets, pretrained, weights
from fashionlab.errors import ConfigurationError, StorageError, WeightsError

Z = np.random.default_rng(0).standard_normal((2, 64)).astype(np.float32)


@pytest.fixture(scope="module")
def network():
    """A generator whose every weight, those of batch normalisation too, is unlike a new one's."""
    network = nets.dcgan_generator()
    random = np.random.default_rng(1)
    for weight in network.weights:
        weight.assign(random.uniform(0.01, 0.1, weight.shape))
    return network


@pytest.fixture
def manifest(network, tmp_path):
    return pretrained.save(network, tmp_path / "run" / "generator.json", epochs=3)


def names_beside(manifest):
    return sorted(file.name for file in manifest.parent.iterdir())


def change(manifest, **entries):
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | entries))


def weights_file(manifest):
    return manifest.parent / json.loads(manifest.read_text())["file"]


def change_weights(manifest, change_arrays):
    """Other weights, and a manifest that names them with their true sha256."""
    file = weights_file(manifest)
    with np.load(file) as arrays:
        content = weights.pack(change_arrays(dict(arrays)))
    file.write_bytes(content)
    change(manifest, sha256=hashlib.sha256(content).hexdigest())


# There and back.


def test_a_saved_generator_makes_the_same_images(network, manifest):
    loaded = pretrained.generator(manifest)
    for before, after in zip(network.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before.numpy(), after.numpy())
    np.testing.assert_array_equal(network(Z).numpy(), loaded(Z).numpy())


@pytest.mark.parametrize("architecture", pretrained.GENERATORS)
def test_every_known_architecture_can_be_saved_and_loaded(architecture, tmp_path):
    network = pretrained.ARCHITECTURES[architecture]()
    assert network.name == architecture
    loaded = pretrained.generator(pretrained.save(network, tmp_path / "g.json"))
    assert loaded.name == architecture
    np.testing.assert_array_equal(network.weights[0].numpy(), loaded.weights[0].numpy())


def test_the_manifest_says_what_was_saved(manifest):
    entry = pretrained.read_manifest(str(manifest))
    sha256 = hashlib.sha256(weights_file(manifest).read_bytes()).hexdigest()
    file = f"generator-{sha256[:8]}.npz"
    assert entry == {
        "architecture": "dcgan_generator",
        "file": file,
        "sha256": sha256,
        "epochs": 3,
        "folder": manifest.parent,
    }
    assert names_beside(manifest) == [file, "generator.json"]


def test_a_fact_cannot_pass_for_an_entry_of_the_manifest(network, tmp_path):
    lies = {"architecture": "classic_generator", "file": "other.npz", "sha256": "0" * 64}
    saved = pretrained.save(network, tmp_path / "generator.json", **lies, score=1)
    np.testing.assert_array_equal(network(Z).numpy(), pretrained.generator(saved)(Z).numpy())
    assert pretrained.read_manifest(saved)["score"] == 1


def test_a_moved_folder_still_loads(manifest, network, tmp_path):
    folder = manifest.parent.rename(tmp_path / "elsewhere")
    loaded = pretrained.generator(folder / "generator.json")
    np.testing.assert_array_equal(network(Z).numpy(), loaded(Z).numpy())


def test_shipped_generators_are_loaded_by_name(network, manifest, monkeypatch):
    monkeypatch.setattr(pretrained, "FOLDER", manifest.parent)
    np.testing.assert_array_equal(network(Z).numpy(), pretrained.generator("generator")(Z).numpy())


def test_saving_again_replaces_the_generator_and_nothing_else(manifest):
    others = ["generator-original.npz", "generator.npz", "other-01234567.npz"]
    for name in others:
        (manifest.parent / name).touch()
    network = nets.dcgan_generator()
    pretrained.save(network, manifest)
    assert names_beside(manifest) == sorted(
        [*others, "generator.json", weights_file(manifest).name]
    )
    loaded = pretrained.generator(manifest)
    np.testing.assert_array_equal(network(Z).numpy(), loaded(Z).numpy())
    assert "epochs" not in pretrained.read_manifest(manifest)


def test_saving_the_same_again_keeps_its_weights(network, manifest):
    before = names_beside(manifest)
    pretrained.save(network, manifest)
    assert names_beside(manifest) == before


def test_between_the_weights_and_the_manifest_the_old_generator_still_loads(
    network, manifest, monkeypatch
):
    write = pretrained.write_atomically

    def crash_at_the_manifest(file, content):
        if file == manifest:
            raise KeyboardInterrupt
        write(file, content)

    new = nets.dcgan_generator()
    with monkeypatch.context() as patch:
        patch.setattr(pretrained, "write_atomically", crash_at_the_manifest)
        with pytest.raises(KeyboardInterrupt):
            pretrained.save(new, manifest)
    assert len(list(manifest.parent.glob("*.npz"))) == 2
    np.testing.assert_array_equal(network(Z).numpy(), pretrained.generator(manifest)(Z).numpy())

    pretrained.save(new, manifest)
    assert list(manifest.parent.glob("*.npz")) == [weights_file(manifest)]
    np.testing.assert_array_equal(new(Z).numpy(), pretrained.generator(manifest)(Z).numpy())


# What cannot be saved.


@pytest.mark.parametrize("build", [nets.dcgan_discriminator, nets.classic_discriminator])
def test_a_network_of_no_known_architecture_is_not_saved(build, tmp_path):
    network = build()
    with pytest.raises(WeightsError, match=f"{network.name}.*dcgan_generator"):
        pretrained.save(network, tmp_path / "generator.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["generator", "generator.npz", "generator.keras"])
def test_a_manifest_has_to_end_in_json(network, tmp_path, name):
    with pytest.raises(ConfigurationError, match=f"{name}' does not end in .json"):
        pretrained.save(network, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_fact_that_json_cannot_hold_leaves_the_saved_generator_whole(network, manifest):
    before = names_beside(manifest), manifest.read_bytes()
    with pytest.raises(TypeError, match="not JSON serializable"):
        pretrained.save(nets.dcgan_generator(), manifest, score=np.float32(1))
    assert (names_beside(manifest), manifest.read_bytes()) == before


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_generator_with_a_weight_that_is_not_finite_is_not_saved(manifest, value):
    before = names_beside(manifest), manifest.read_bytes()
    network = nets.dcgan_generator()
    network.weights[-1].assign(np.full(network.weights[-1].shape, value))
    with pytest.raises(WeightsError, match=r"This network: .* holds NaN or infinity"):
        pretrained.save(network, manifest)
    assert (names_beside(manifest), manifest.read_bytes()) == before


def test_a_generator_of_another_size_is_not_saved(tmp_path):
    small = nets.dcgan_generator(latent_dim=8)
    with pytest.raises(WeightsError, match=r"has shape \(8, 6272\).* wants \(64, 6272\)"):
        pretrained.save(small, tmp_path / "generator.json")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(network, tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be written"):
        pretrained.save(network, tmp_path / "taken" / "generator.json")


def test_a_feature_network_is_loaded_frozen_and_is_no_generator(tmp_path):
    network = nets.plain_features()
    manifest = pretrained.save(network, tmp_path / "features.json")
    loaded = pretrained.features(manifest)
    for before, after in zip(network.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before.numpy(), after.numpy())
    assert loaded.trainable_variables == []
    with pytest.raises(WeightsError, match=r"plain_features, which is no generator\."):
        pretrained.generator(manifest)


def test_a_generator_is_no_feature_network(manifest):
    with pytest.raises(WeightsError, match="dcgan_generator, which is no feature network"):
        pretrained.features(manifest)


@pytest.mark.parametrize("name", ["vae", "vaegan"])
def test_a_shipped_encoder_belongs_to_the_generator_of_its_name(name):
    images = data.load_fashion_mnist("test", path="sample", verbose=False).images[::20]
    mean, _ = pretrained.encoder(f"{name}_encoder").predict(images, verbose=0)
    errors = {
        decoder: np.square(latent.generate(pretrained.generator(decoder), mean) - images).mean()
        for decoder in ("vae", "vaegan")
    }
    own = errors.pop(name)
    assert 0.02 < own < 0.06
    assert all(5 * own < other for other in errors.values())


def test_the_shipped_decoder_gives_back_what_the_shipped_network_saw():
    garment = data.garments.draw_garment("dress", 128, seed=2_000)
    content = data.garments.plain(garment, "teal")[None]
    seen, decoder = pretrained.perceptual()(content), pretrained.decoder()
    image = np.asarray(decoder({name: seen[name] for name in decoder.input}))
    inside = garment.mask > 0.99
    assert 0.01 < np.abs(image - content)[0][inside].mean() < 0.15  # of a range of 2


def test_the_shipped_translators_go_there_and_back():
    known = data.plain_and_printed(10, seed=2_000)
    to_y, to_x = (pretrained.translator(f"cyclegan_to_{domain}") for domain in "yx")
    there = np.asarray(to_y(known.x))
    inside = known.masks[..., None]

    def error(images, wanted):
        return (np.abs(images - wanted) * inside).sum() / (3 * inside.sum())

    assert 0.1 < error(there, known.truth) < 0.4 < error(known.x, known.truth)
    assert 0.02 < error(np.asarray(to_x(there)), known.x) < 0.15


# Manifests that are not there or lie.


def test_of_the_shipped_networks_only_those_of_the_wanted_kind_are_offered():
    with pytest.raises(
        WeightsError, match="The kit ships conditional, dcgan, vae, vaegan; your own"
    ):
        pretrained.generator("nope")
    with pytest.raises(WeightsError, match="The kit ships plain_features, residual_features; your"):
        pretrained.features("nope")
    with pytest.raises(WeightsError, match="The kit ships vae_encoder, vaegan_encoder; your"):
        pretrained.encoder("nope")
    for load, name in (
        (pretrained.perceptual, "fashion_features"),
        (pretrained.decoder, "adain_decoder"),
        (pretrained.translator, "cyclegan_to_x, cyclegan_to_y"),
    ):
        with pytest.raises(WeightsError, match=f"The kit ships {name}; your"):
            load("nope")


@pytest.mark.parametrize("name", ["nobody", "", "dcgan.v9", "runs/none/generator.json"])
def test_an_unknown_name_is_an_error_that_names_the_known_ones(name, manifest, monkeypatch):
    monkeypatch.setattr(pretrained, "FOLDER", manifest.parent)
    with pytest.raises(WeightsError, match=f"No trained network {name!r}.* ships generator;"):
        pretrained.generator(name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"dcgan_generator"',
        b'{"file": "generator.npz", "sha256": ""}',
        b'{"architecture": "dcgan_generator", "sha256": ""}',
        b'{"architecture": "dcgan_generator", "file": "generator.npz"}',
        b'{"architecture": "dcgan_generator", "file": 7, "sha256": ""}',
        b'{"architecture": ["dcgan_generator"], "file": "generator.npz", "sha256": ""}',
    ],
)
def test_what_is_not_a_manifest_is_an_error(manifest, content):
    manifest.write_bytes(content)
    with pytest.raises(WeightsError, match=r"generator\.json is not a manifest of a network"):
        pretrained.generator(manifest)


@pytest.mark.parametrize("name", ["vae_decoder", "dcgan_discriminator", "os.system", "", None])
def test_a_foreign_architecture_is_refused(manifest, name):
    change(manifest, architecture=name)
    with pytest.raises(
        WeightsError, match="Known architectures: classic_generator, conditional_gener"
    ):
        pretrained.generator(manifest)


@pytest.mark.parametrize("place", ["../generator.npz", "below/generator.npz", "absolute"])
def test_weights_outside_the_manifests_folder_are_refused(manifest, place):
    outside = manifest.parent.parent / "generator.npz" if place == "absolute" else place
    target = manifest.parent / outside
    target.parent.mkdir(exist_ok=True)
    weights_file(manifest).rename(target)
    assert target.is_file()  # whole and with the right sha256: only its place is wrong
    change(manifest, file=str(outside))
    with pytest.raises(WeightsError, match="the file has to lie beside the manifest"):
        pretrained.generator(manifest)


@pytest.mark.parametrize("file", ["", "..", "missing.npz", "a\0b"])
def test_weights_that_are_not_there_are_an_error(manifest, file):
    change(manifest, file=file)
    with pytest.raises(WeightsError):
        pretrained.generator(manifest)


# Weights that do not fit their manifest.


@pytest.mark.parametrize("sha256", ["", "0" * 64, None, 7])
def test_a_wrong_sha256_is_refused(manifest, sha256):
    change(manifest, sha256=sha256)
    with pytest.raises(WeightsError, match=r"generator-\w{8}\.npz .* its sha256 differs"):
        pretrained.generator(manifest)


def test_tampered_weights_are_refused(manifest):
    file = weights_file(manifest)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"generator-\w{8}\.npz .* its sha256 differs"):
        pretrained.generator(manifest)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(manifest, value):
    def spoil(arrays):
        next(iter(arrays.values())).flat[-1] = value
        return arrays

    change_weights(manifest, spoil)
    with pytest.raises(
        WeightsError, match=r"generator-\w{8}\.npz: 000/kernel holds NaN or infinity"
    ):
        pretrained.generator(manifest)


def test_weights_without_a_layer_are_refused(manifest):
    change_weights(manifest, lambda arrays: dict(list(arrays.items())[1:]))
    with pytest.raises(WeightsError, match=r"missing \['000/kernel'\], unexpected nothing"):
        pretrained.generator(manifest)


def test_weights_of_another_size_are_refused(manifest):
    def cut(arrays):
        return arrays | {"000/kernel": arrays["000/kernel"][:8]}

    change_weights(manifest, cut)
    with pytest.raises(WeightsError, match=r"has shape \(8, 6272\).* wants \(64, 6272\)"):
        pretrained.generator(manifest)


def test_weights_of_another_architecture_are_refused(manifest):
    change(manifest, architecture="classic_generator")
    with pytest.raises(WeightsError, match="does not fit the network"):
        pretrained.generator(manifest)
