"""Networks on disk: an `.npz` of weights beside a JSON manifest that names the architecture."""

import hashlib
import json
from pathlib import Path

from fashionlab import nets, shipped, weights
from fashionlab.errors import ConfigurationError, WeightsError
from fashionlab.files import write_atomically

FOLDER = shipped.DATA / "weights"
# A manifest can name these and nothing else: weights never bring code of their own.
GENERATORS = {
    "classic_generator": nets.classic_generator,
    "conditional_generator": nets.conditional_generator,
    "dcgan_generator": nets.dcgan_generator,
    "quality_generator": nets.quality_generator,
}
FEATURES = {
    "plain_features": nets.plain_features,
    "residual_features": nets.residual_features,
}
ENCODERS = {"encoder": nets.encoder}
PERCEPTUAL = {"fashion_features": nets.fashion_features}
DECODERS = {"adain_decoder": nets.adain_decoder}
TRANSLATORS = {"resnet_generator": nets.resnet_generator}
ARCHITECTURES = GENERATORS | FEATURES | ENCODERS | PERCEPTUAL | DECODERS | TRANSLATORS


def generator(name_or_manifest: str | Path = "dcgan"):
    """A trained generator.

    Args:
        name_or_manifest: The name of one that the kit ships, or the path of a manifest that
            `save` or `fashionlab train` wrote.

    Returns:
        `keras.Model` from latents `(batch, latent_dim)` to images `(batch, 28, 28, 1)` in [-1, 1];
        a conditional one takes pairs of latents and class weights `(batch, 10)`.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    return _load(name_or_manifest, GENERATORS, "generator")


def features(name_or_manifest: str | Path = "plain_features"):
    """A trained classifier of Fashion-MNIST, for its features.

    Args:
        name_or_manifest: `"plain_features"`, which defines FashionFID, or `"residual_features"`,
            the cross-check; or the path of a manifest that `save` wrote.

    Returns:
        `keras.Model` from images `(batch, 28, 28, 1)` in [-1, 1] to a pair: features
        `(batch, 128)` and logits `(batch, 10)`.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    network = _load(name_or_manifest, FEATURES, "feature network")
    network.trainable = False
    return network


def encoder(name_or_manifest: str | Path):
    """A trained encoder.

    Args:
        name_or_manifest: The name of one that the kit ships, or the path of a manifest that `save`
            wrote.

    Returns:
        `keras.Model` from images `(batch, 28, 28, 1)` in [-1, 1] to a pair: means and log-variances
        of latents, `(batch, latent_dim)` each.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    return _load(name_or_manifest, ENCODERS, "encoder")


def perceptual(name_or_manifest: str | Path = "fashion_features"):
    """The network that sees textiles and garments.

    Args:
        name_or_manifest: `"fashion_features"`, or the path of a manifest that `save` wrote.

    Returns:
        `keras.Model`, not trainable, from images `(batch, height, width, 3)` in [-1, 1] to the
        activations of its layers, as `nets.fashion_features` tells.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    network = _load(name_or_manifest, PERCEPTUAL, "perceptual network")
    network.trainable = False
    return network


def decoder(name_or_manifest: str | Path = "adain_decoder"):
    """The network that turns restyled features back into an image.

    Args:
        name_or_manifest: `"adain_decoder"`, or the path of a manifest that `save` wrote.

    Returns:
        `keras.Model` from features of four layers of `perceptual`, by their names, to images
        `(batch, height, width, 3)` in [-1, 1], as `nets.adain_decoder` tells.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    return _load(name_or_manifest, DECODERS, "decoder")


def translator(name_or_manifest: str | Path):
    """A generator of a CycleGAN, from images to images.

    Args:
        name_or_manifest: `"cyclegan_to_y"`, from plain garments to striped ones, or
            `"cyclegan_to_x"`, the way back; or the path of a manifest that `save` wrote.

    Returns:
        `keras.Model` from images `(batch, height, width, 3)` in [-1, 1] to images of the same
        shape.

    Raises:
        WeightsError: There is none of that name, or the file does not fit its manifest.
    """
    return _load(name_or_manifest, TRANSLATORS, "translator")


def _load(name_or_manifest, architectures, kind):
    manifest = _read_manifest(name_or_manifest, architectures)
    if manifest["architecture"] not in architectures:
        raise WeightsError(
            f"{str(name_or_manifest)!r} has the architecture {manifest['architecture']}, which is "
            f"no {kind}. The kit ships {', '.join(_shipped(architectures))}."
        )
    network = architectures[manifest["architecture"]]()
    file = manifest["folder"] / manifest["file"]
    arrays = weights.unpack(file, manifest["sha256"])
    weights.assign(weights.by_name(network), arrays, str(file))
    return network


def read_manifest(name_or_manifest: str | Path = "dcgan") -> dict:
    """What the manifest of a network says: architecture, file, sha256, how it was made.

    Raises:
        WeightsError: There is none of that name, or it is not a manifest.
    """
    return _read_manifest(name_or_manifest, ARCHITECTURES)


def _read_manifest(name_or_manifest, wanted):
    path = Path(name_or_manifest)
    if path.suffix != ".json":
        path = FOLDER / f"{name_or_manifest}.json"
    if not path.is_file():
        raise WeightsError(
            f"No trained network {str(name_or_manifest)!r}. The kit ships "
            f"{', '.join(_shipped(wanted))}; your own is loaded by "
            f"the path of its manifest, such as runs/dcgan/generator.json."
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        architecture, file = manifest["architecture"], manifest["file"]
        known = architecture in ARCHITECTURES and Path(file).name == file
        manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} is not a manifest of a network ({error!r}).") from error
    if not known:
        raise WeightsError(
            f"{path} names the architecture {architecture!r} and the file {file!r}. Known "
            f"architectures: {', '.join(ARCHITECTURES)}; the file has to lie beside the manifest."
        )
    return {**manifest, "folder": path.parent}


def _shipped(architectures) -> list[str]:
    """The names of the networks in the kit that have one of these architectures."""
    manifests = {file.stem: json.loads(file.read_text("utf-8")) for file in FOLDER.glob("*.json")}
    return sorted(name for name, m in manifests.items() if m["architecture"] in architectures)


def save(network, manifest: str | Path, **facts) -> Path:
    """Write a network's weights and their manifest, for `generator` or `features` to load.

    Args:
        network: One of `ARCHITECTURES`, in its default size.
        manifest: Path of the manifest, ending in `.json`; the weights go beside it, into a file
            named after their content.
        **facts: What else to note in the manifest, such as how it was trained.

    Returns:
        The manifest's path.

    Raises:
        WeightsError: The architecture is not a known one or not in its default size, or a weight
            is NaN or infinite.
        ConfigurationError: The path does not end in `.json`.
        StorageError: The folder cannot be written.
    """
    manifest = Path(manifest)
    if manifest.suffix != ".json":
        raise ConfigurationError(
            f"'{manifest}' does not end in .json. Name the manifest, such as "
            f"runs/dcgan/generator.json; the weights go into an .npz file beside it."
        )
    if network.name not in ARCHITECTURES:
        raise WeightsError(
            f"A network named {network.name!r} cannot be saved here: known architectures "
            f"are {', '.join(ARCHITECTURES)}. `network.save_weights` of Keras saves any network."
        )
    arrays = {name: weight.numpy() for name, weight in weights.by_name(network).items()}
    # What could not be loaded is not saved.
    weights.assign(weights.by_name(ARCHITECTURES[network.name]()), arrays, "This network")
    content = weights.pack(arrays)
    sha256 = hashlib.sha256(content).hexdigest()
    file = manifest.with_name(f"{manifest.stem}-{sha256[:8]}.npz")
    entry = {**facts, "architecture": network.name, "file": file.name, "sha256": sha256}
    text = json.dumps(entry, indent=2) + "\n"
    # The old weights stay until the manifest names the new ones: one of them can always be loaded.
    write_atomically(file, content)
    write_atomically(manifest, text.encode())
    for old in manifest.parent.glob(f"{manifest.stem}-{'[0-9a-f]' * 8}.npz"):
        if old != file:
            old.unlink(missing_ok=True)
    return manifest
