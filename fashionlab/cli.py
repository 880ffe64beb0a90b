"""The command `fashionlab`. TensorFlow is loaded only in the commands that need it."""

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

from fashionlab import __version__, doctor, lab
from fashionlab.errors import ConfigurationError, FashionlabError, WeightsError
from fashionlab.files import write_atomically

STOPPED = 130  # what a shell reports for a program ended with Ctrl-C
DESCRIPTION = """\
Learn, teach and explore GANs and style transfer on fashion images.
New here? Type `fashionlab lab`. `fashionlab COMMAND --help` tells more about a command."""
EPILOG = """\
Exit status: 0 done; 1 doctor found something that will not work; 2 a wrong argument or an error
told in one line; 130 stopped with Ctrl-C."""


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Words after `fashionlab`; by default those that the process was started with.

    Returns:
        The exit status, see `EPILOG`.
    """
    words = sys.argv[1:] if argv is None else argv
    cut = words.index("--") if "--" in words else len(words)
    parser = _parser()
    options = parser.parse_args(words[:cut] or ["--help"])
    options.jupyter = words[cut + 1 :]
    if options.jupyter and options.run is not _lab:
        parser.error("only `fashionlab lab` takes arguments after --")
    try:
        return options.run(options)
    except FashionlabError as error:
        print(f"fashionlab: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.")
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("fashionlab", description=DESCRIPTION, epilog=EPILOG)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--version", action="version", version=f"fashionlab {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name, run, summary, details, example):
        added = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.\n\n{details}",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        return added.add_argument

    option = command(
        "lab",
        _lab,
        "open the course in JupyterLab",
        "An installed kit first copies its notebooks to FOLDER; notebooks that are already there\n"
        "stay as they are. Ctrl-C ends JupyterLab. What follows -- goes to JupyterLab.",
        "fashionlab lab my-course --port 9000 -- --ip=0.0.0.0",
    )
    option(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="where your notebooks lie (default: ./fashionlab-notebooks; in a checkout of the "
        "kit that can be written: its own notebooks, without copying)",
    )
    option("--no-browser", action="store_true", help="only print the address")
    option("--port", type=_whole(1, 65535), help="port of the server (default: the first free one)")

    command(
        "doctor",
        _doctor,
        "tell whether this machine is ready, and what to do if not",
        "Looks at versions, GPU, CPU, memory, data and disk. Downloads and changes nothing.\n"
        "Each line begins with ok, with note (works, read the advice), or with FIX.",
        "fashionlab doctor",
    )

    option = command(
        "train",
        _train,
        "train a GAN or an autoencoder on Fashion-MNIST",
        "Everything goes to one folder. Stop with Ctrl-C at any time; the same command goes on\n"
        "after the last full epoch.",
        "fashionlab train --epochs 8 --folder runs/mine",
    )
    option(
        "--recipe",
        default="conditional",
        help="what to train, see fl.recipes (default: conditional)",
    )
    option("--epochs", type=_whole(1), help="passes over the images (default: fits the machine)")
    option("--seed", type=_whole(0, 2**32 - 1), default=0, help="the same seed trains the same")
    option("--folder", type=Path, help="where the run lies (default: runs/RECIPE)")
    option("--data", metavar="PATH", help="folder with Fashion-MNIST, or the word sample")
    option("--seconds", type=_seconds, help="stop when this time is up")

    option = command(
        "sample",
        _sample,
        "make a picture of garments that a trained generator invents",
        "The garments are the first that the seed gives, not picked.",
        "fashionlab sample runs/dcgan --number 100 --seed 7 --out garments.png",
    )
    option(
        "weights",
        nargs="?",
        default="conditional",
        metavar="WEIGHTS",
        help="name of a generator that the kit ships, folder of a training run, or path of a "
        "generator.json (default: conditional)",
    )
    option("--number", type=_whole(1), default=64, help="how many garments (default: 64)")
    option("--seed", type=_whole(0), default=0, help="the same seed gives the same garments")
    option("--out", type=_png, default=Path("samples.png"), help="PNG file (default: samples.png)")

    option = command(
        "evaluate",
        _evaluate,
        "measure a generator's garments, or a folder of images, against real ones",
        "Every figure comes with its floor, which is what other real images get. Takes about a\n"
        "minute on two cores for 10,000 garments.",
        "fashionlab evaluate runs/dcgan --json figures.json",
    )
    option(
        "what",
        nargs="?",
        default="conditional",
        metavar="WHAT",
        help="name of a generator that the kit ships, folder of a training run, path of a "
        "generator.json, or folder of grey PNG or JPEG images of 28x28 pixels (default: "
        "conditional)",
    )
    option(
        "--size",
        type=_whole(2_000),
        default=10_000,
        help="how many garments, 2000 at least (default: 10000)",
    )
    option(
        "--seed",
        type=_whole(0),
        default=0,
        help="draws the garments, or their order in a folder (default: 0)",
    )
    option("--json", type=Path, metavar="FILE", help="write the figures there, too")

    option = command(
        "stylize",
        _stylize,
        "give a picture the style of another one, or of several",
        "The picture keeps what it shows and takes on the colours and patterns of the styles. Its\n"
        "file holds a record of where it comes from.",
        "fashionlab stylize dress.jpg houndstooth --mask garment --method gatys --style-scale 0.2",
    )
    option("content", help="PNG, JPEG or WebP file")
    option(
        "styles",
        nargs="+",
        metavar="style",
        help="one to four files, or names of drawn textiles such as tartan or batik",
    )
    option(
        "-o",
        "--out",
        default=Path("stylized.png"),
        type=Path,
        metavar="FILE",
        help="PNG or JPEG file (default: stylized.png)",
    )
    option(
        "--method",
        default="adain",
        metavar="NAME",
        help="adain: colours and texture, at once; gatys: the motif, too, slowly (default: adain)",
    )
    option(
        "--mask",
        help="what may change: the word garment, which finds one on a plain ground, or a file that "
        "is white there and black elsewhere (default: all)",
    )
    option("--strength", type=float, default=1.0, help="of the style, from 0 to 1 (default: 1)")
    option("--size", type=_whole(32), default=256, help="longer side in pixels (default: 256)")
    option(
        "--style-scale",
        type=float,
        help="the less, the finer the motif: longer side of the style as a share of --size "
        "(default: 1; of drawn textiles 0.25, repeated)",
    )
    option(
        "--colour",
        default="style",
        metavar="WHOSE",
        help="style takes its colours, content keeps its own (default: style)",
    )
    option("--weights", type=float, nargs="+", help="how much each style counts (default: alike)")
    option("--seed", type=_whole(0, 2**32 - 1), default=0, help="another one draws textiles anew")
    option("--licence", default="not stated", metavar="TEXT", help="of the pictures, for the file")
    option("--sheet", type=Path, metavar="FILE", help="save all pictures side by side there, too")
    option("--overwrite", action="store_true", help="replace files that are there already")
    return parser


def _whole(low: int, high: int | None = None):
    """A parser of whole numbers from `low` to `high`."""

    def parse(text):
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or number < low or (high is not None and number > high):
            bounds = f"from {low} up" if high is None else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {bounds}")
        return number

    return parse


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _png(text: str) -> Path:
    if Path(text).suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png")
    return Path(text)


def _lab(options) -> int:
    return lab.serve(lab.prepare(options.folder, options.port, options.no_browser, options.jupyter))


def _doctor(options) -> int:
    findings = doctor.examine()
    print(f"fashionlab {__version__}", *findings, sep="\n")
    broken = sum(finding.broken for finding in findings)
    print(f"\n{broken} to fix." if broken else "\nReady. Next: fashionlab lab")
    return 1 if broken else 0


def _train(options) -> int:
    import fashionlab as fl

    recipe = fl.recipes.get(options.recipe)
    epochs = options.epochs or recipe.epochs()
    folder = options.folder or Path("runs") / options.recipe
    data = fl.data.load_fashion_mnist("train", path=options.data)
    some = slice(fl.budget(smoke=640, laptop=None, gpu=None))
    images, classes = data.images[some], data.class_weights[some]
    model = fl.recipes.build(options.recipe, seed=options.seed)
    progress = folder / "progress"
    checkpointer = fl.train.Checkpointer(folder)
    callbacks = [
        fl.train.LiveDashboard(progress)
        if isinstance(model, fl.train.GAN)
        else fl.train.ReconstructionDashboard(images, progress),
        checkpointer,
        fl.train.HealthMonitor(images),
    ]
    if options.seconds is not None:
        callbacks.append(fl.train.StopAfter(options.seconds))
    if not model.conditional:
        classes = None
    batches = fl.data.Batches(images, recipe.batch_size, seed=options.seed, classes=classes)
    try:
        history = model.fit(batches, epochs=epochs, callbacks=callbacks)
    except KeyboardInterrupt:
        following = checkpointer.saved[-1]["epoch"] + 1 if checkpointer.saved else 1
        print(f"\nStopped. The same command goes on from epoch {following} of {epochs}.")
        return STOPPED
    done = checkpointer.saved[-1]["epoch"]
    if not history.epoch:
        print(f"{folder} holds {done} epochs already. A higher --epochs trains on.")
    elif done < epochs:
        print(f"Time is up. The same command goes on from epoch {done + 1} of {epochs}.")
    command = f"fashionlab train --recipe {options.recipe} --epochs {epochs} --seed {options.seed}"
    if options.data is not None:
        command += f" --data {shlex.quote(options.data)}"
    if options.seconds is not None:
        command += f" --seconds {options.seconds:g}"
    _keep(model, folder, command, images=len(images), seed=options.seed)
    return 0


def _keep(model, folder: Path, command: str, images: int, seed: int) -> None:
    """Write the trained networks and a picture, and say what to type next."""
    from fashionlab import plots, pretrained, train

    facts = {"command": command, "images": images, "steps": int(model.step.numpy())}
    if isinstance(model, train.GAN):
        generator = model.averaged_generator
    else:
        generator = model.averaged_decoder
        encoder = pretrained.save(model.averaged_encoder, folder / "encoder.json", **facts)
        print(f"The encoder is in {encoder}.")
    manifest = pretrained.save(generator, folder / "generator.json", **facts)
    picture = folder / "samples.png"
    write_atomically(picture, plots.png(model.sample(64, seed=seed)))
    print(
        f"The generator is in {manifest}, 64 garments of it, not picked, in {picture}.\n"
        f'Next, more garments: fashionlab sample "{folder.as_posix()}" --seed 1\n'
        f"or, in a notebook: "
        f'fl.widgets.garment_explorer(fl.pretrained.generator("{manifest.as_posix()}"))'
    )


def _sample(options) -> int:
    from fashionlab import latent, plots

    images = latent.sample(_generator(options.weights), options.number, options.seed)
    write_atomically(options.out, plots.png(images))
    print(f"{options.number} garments of {options.weights} are in {options.out}.")
    return 0


def _generator(weights: str):
    """The generator that a name, the folder of a run or the path of a manifest stands for."""
    from fashionlab import pretrained

    of_run = Path(weights) / "generator.json"
    if Path(weights).is_dir() and not of_run.is_file():
        raise WeightsError(
            f"{weights} holds no generator.json: no run was finished there. Go on with "
            f"fashionlab train --folder {weights}"
        )
    return pretrained.generator(of_run if of_run.is_file() else weights)


def _evaluate(options) -> int:
    import numpy as np

    from fashionlab import latent, metrics

    folder = Path(options.what)
    of_run = [*folder.glob("generator.json"), *folder.glob("checkpoint-*.npz")]
    if folder.is_dir() and not of_run:
        # Names may sort the images by class, and of a large folder only the front is used.
        images = np.random.default_rng(options.seed).permutation(metrics.read_folder(folder))
    else:
        images = latent.sample(_generator(options.what), options.size, options.seed)
    report = metrics.evaluate(images, size=options.size)
    print(report)
    if options.json is not None:
        write_atomically(options.json, json.dumps(report.to_dict(), indent=2).encode() + b"\n")
    return 0


def _stylize(options) -> int:
    from fashionlab.style import provenance
    from fashionlab.style.stylize import stylize

    files = [options.out] if options.sheet is None else [options.out, options.sheet]
    if len({file.absolute() for file in files}) < len(files):
        raise ConfigurationError(f"{options.out} is both --out and --sheet. Name two files.")
    for file in files:  # before any work is done for it
        provenance.check_target(file, options.overwrite)
    begun = time.monotonic()
    names = ("method", "mask", "strength", "size", "style_scale", "colour", "weights", "seed")
    settings = {name: getattr(options, name) for name in names}
    made = stylize(options.content, options.styles, licence=options.licence, **settings)
    seconds = time.monotonic() - begun
    made.save(options.out, overwrite=options.overwrite)
    height, width = made.image.shape[:2]
    steps = ""
    if options.method == "gatys":
        taken = made.record["parameters"]
        steps = f" in {taken['steps_taken']} of {taken['steps']} steps"
    print(
        f"{options.out} shows {options.content} in the style of {' and '.join(options.styles)}, "
        f"{width} x {height} pixels, by {options.method}{steps}. "
        f"It took {seconds:.1f} seconds with the kit's own features (fashion_features)."
    )
    if options.sheet is not None:
        made.save_sheet(options.sheet, overwrite=options.overwrite)
        print(f"All side by side are in {options.sheet}.")
    return 0
