"""The command `fashionlab`, run in this process wherever that shows the same."""

import importlib.util
import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from jupyter_client import KernelManager
from PIL import Image

import fashionlab
from fashionlab import budgets, cli, lab, shipped
from fashionlab.data import textiles
from fashionlab.style.provenance import read_provenance

COMMANDS = ("lab", "doctor", "train", "sample", "evaluate", "stylize")

# Twenty steps of training rightly look like collapse.
pytestmark = pytest.mark.filterwarnings("ignore::fashionlab.train.TrainingWarning")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(*words):
    return cli.main(["train", "--data", "sample", *words])


@pytest.fixture(autouse=True)
def smoke(monkeypatch):
    monkeypatch.setenv(budgets.VARIABLE, "smoke")


@pytest.fixture(scope="module")
def one_epoch(tmp_path_factory):
    """The folder of a run over one epoch with seed 3."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(budgets.VARIABLE, "smoke")
        assert train("--folder", str(folder), "--seed", "3") == 0
    return folder


@pytest.fixture
def run(one_epoch, here):
    """A copy of it, as `run` in the working folder."""
    return shutil.copytree(one_epoch, here / "run")


def manifest(folder):
    return json.loads(Path(folder, "generator.json").read_text())


def size(picture):
    with Image.open(picture) as image:
        return image.size


# Help and errors


def run_out(capsys, *words):
    """Exit status and output of a command line that argparse ends by itself."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_without_a_command_the_help_names_all_of_them_and_the_exit_statuses(capsys, words):
    status, out, _ = run_out(capsys, *words)
    assert status == 0
    assert all(f"    {command} " in out for command in COMMANDS)
    assert "Exit status: 0 done; 1" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_ends_with_an_example_that_parses(capsys, command):
    status, out, _ = run_out(capsys, command, "--help")
    example = out.strip().splitlines()[-1].split(" -- ")[0].split()
    assert status == 0
    assert example[:2] == ["fashionlab", command]
    assert cli._parser().parse_args(example[1:])


def test_the_version_is_the_packages_own(capsys):
    assert run_out(capsys, "--version")[:2] == (0, f"fashionlab {fashionlab.__version__}\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["bake"], "invalid choice: 'bake'"),
        (["train", "--epochs", "0"], "'0' is not a whole number from 1 up"),
        (["train", "--epochs", "two"], "'two' is not a whole number from 1 up"),
        (["train", "--seed", "4294967296"], "is not a whole number from 0 to 4294967295"),
        (["train", "--seconds", "-1"], "'-1' is not a number of seconds above 0"),
        (["train", "--seconds", "soon"], "'soon' is not a number of seconds above 0"),
        (["sample", "--out", "garments.jpg"], "'garments.jpg' does not end in .png"),
        (["lab", "--port", "70000"], "is not a whole number from 1 to 65535"),
        (["evaluate", "--size", "1999"], "'1999' is not a whole number from 2000 up"),
        (["doctor", "--", "--fast"], "only `fashionlab lab` takes arguments after --"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_wanted(capsys, words, says):
    status, _, err = run_out(capsys, *words)
    assert status == 2
    assert says in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["train", "--recipe", "soup"], "recipe 'soup' is unknown. Use one of dcgan, "),
        (["train", "--data", "nowhere"], "nowhere holds no Fashion-MNIST train set."),
        (["sample", "nothing"], "No trained network 'nothing'."),
        (["evaluate", "nothing"], "No trained network 'nothing'."),
        (["evaluate", "plain_features"], "'plain_features' has the architecture plain_features"),
        (["evaluate", "."], ". holds no PNG or JPEG images, nor the generator.json"),
    ],
)
def test_an_error_of_the_kit_is_one_line_on_stderr(here, capsys, words, says):
    assert cli.main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"fashionlab: {says}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["sample", "evaluate"])
def test_of_a_run_that_is_not_finished_it_is_told_how_to_go_on(here, capsys, command):
    (here / "mine").mkdir()
    (here / "mine" / "checkpoint-0001.npz").touch()
    assert cli.main([command, "mine"]) == 2
    says = "fashionlab: mine holds no generator.json: no run was finished there. Go on with "
    assert capsys.readouterr().err == f"{says}fashionlab train --folder mine\n"


def test_python_dash_m_is_the_same_command():
    words = [sys.executable, "-m", "fashionlab", "sample", "--number", "none"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: fashionlab sample")


# Training and sampling


def test_training_leaves_a_generator_and_pictures(run):
    sha256 = manifest(run)["sha256"]
    assert manifest(run) == {
        "architecture": "conditional_generator",
        "file": f"generator-{sha256[:8]}.npz",
        "sha256": sha256,
        "command": "fashionlab train --recipe conditional --epochs 1 --seed 3 --data sample",
        "images": 640,
        "steps": 20,
    }
    assert size(run / "samples.png") == (714, 714)  # 3 (8 28 + 7 2): 8 x 8 garments
    assert len(list((run / "progress").glob("epoch-*.png"))) == 9  # one before, 8 an epoch


def test_a_recipe_without_classes_trains_on_the_images_alone(here):
    assert train("--recipe", "dcgan", "--folder", "alone") == 0
    assert manifest(here / "alone")["architecture"] == "dcgan_generator"
    assert cli.main(["sample", "alone", "--number", "20"]) == 0
    assert size("samples.png") == (444, 354)  # 3 (5 28 + 4 2), 3 (4 28 + 3 2)


def test_an_autoencoder_leaves_an_encoder_and_a_generator(here, capsys):
    assert train("--recipe", "vaegan", "--folder", "both") == 0
    out = capsys.readouterr().out
    assert f"The encoder is in {Path('both', 'encoder.json')}.\n" in out
    assert manifest(here / "both")["architecture"] == "dcgan_generator"
    encoder = fashionlab.pretrained.encoder(here / "both" / "encoder.json")
    assert encoder.output_shape == [(None, 64), (None, 64)]
    pictures = sorted((here / "both" / "progress").glob("epoch-*.png"))
    assert len(pictures) == 9
    assert size(pictures[-1]) == (714, 714)  # 8 x 8 images: real ones, what comes back, samples


def test_a_run_that_has_all_its_epochs_is_kept_and_what_to_type_next_works(run, capsys):
    before = manifest(run)
    assert train("--folder", "run", "--seed", "3") == 0
    out = capsys.readouterr().out
    assert "run holds 1 epochs already. A higher --epochs trains on." in out
    assert manifest(run) == before

    following = shlex.split(re.search(r"fashionlab (sample .*)", out)[1])
    assert cli.main([*following, "--number", "6"]) == 0
    assert size("samples.png") == (264, 174)  # 3 (3 28 + 2 2), 3 (2 28 + 2)


def test_ctrl_c_leaves_a_run_that_the_same_command_ends_as_if_never_stopped(
    run, capsys, monkeypatch
):
    command = ["--folder", "stopped", "--seed", "3", "--epochs", "2"]
    on_batch_end = fashionlab.train.LiveDashboard.on_train_batch_end

    def press_ctrl_c(self, batch, logs=None):
        on_batch_end(self, batch, logs)
        if (self.epoch, batch) == (1, 3):
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as pressed:
        pressed.setattr(fashionlab.train.LiveDashboard, "on_train_batch_end", press_ctrl_c)
        assert train(*command) == 130
    captured = capsys.readouterr()
    assert "20/20" in captured.out  # the progress bar: 640 images in batches of 32
    assert captured.out.endswith("\nStopped. The same command goes on from epoch 2 of 2.\n")
    assert "Traceback" not in captured.err
    assert not Path("stopped/generator.json").exists()

    assert train(*command) == 0
    assert "Epoch 1/2" not in capsys.readouterr().out
    assert train("--folder", "run", "--seed", "3", "--epochs", "2") == 0
    assert manifest("stopped") == manifest("run")  # the sha256 of the weights among it
    assert manifest("run")["steps"] == 40


def test_ctrl_c_before_the_first_checkpoint_is_no_traceback_either(here, capsys, monkeypatch):
    monkeypatch.setattr(
        fashionlab.data, "load_fashion_mnist", lambda *_, **__: signal.raise_signal(signal.SIGINT)
    )
    assert train() == 130
    assert capsys.readouterr().out == "\nStopped.\n"


def test_time_that_is_up_ends_training_in_the_middle_of_an_epoch(here, capsys):
    assert train("--epochs", "3", "--seconds", "0.000001") == 0
    assert "Time is up. The same command goes on from epoch 1 of 3." in capsys.readouterr().out
    facts = manifest("runs/conditional")
    assert facts["steps"] == 2
    assert facts["command"].endswith("--epochs 3 --seed 0 --data sample --seconds 1e-06")


def test_what_to_type_next_is_quoted(run, here, capsys):
    run.rename(here / "my run")
    assert train("--folder", "my run", "--seed", "3") == 0
    out = capsys.readouterr().out
    assert 'fashionlab sample "my run" --seed 1\n' in out
    assert 'fl.pretrained.generator("my run/generator.json")' in out


def test_a_runs_folder_and_its_manifest_give_the_same_garments(run):
    for weights, out in [("run", "a.png"), ("run/generator.json", "deep/b.png")]:
        assert cli.main(["sample", weights, "--number", "4", "--out", out]) == 0
    assert Path("a.png").read_bytes() == Path("deep/b.png").read_bytes()


def test_another_seed_gives_other_garments(run):
    for seed in "12":
        assert cli.main(["sample", "run", "--seed", seed, "--out", f"{seed}.png"]) == 0
    assert Path("1.png").read_bytes() != Path("2.png").read_bytes()


# Evaluating


@pytest.fixture
def sample_data(monkeypatch):
    monkeypatch.setenv("FASHIONLAB_DATA", "sample")


def evaluate_to_json(*words):
    assert cli.main(["evaluate", "--size", "2000", "--json", "figures.json", *words]) == 0
    return json.loads(Path("figures.json").read_text())


def test_a_run_is_evaluated_by_its_garments_and_progress_is_on_stderr(run, sample_data, capsys):
    report = evaluate_to_json("run", "--seed", "3")
    captured = capsys.readouterr()
    assert captured.out.startswith("2,000 samples against 2,000 real images.")
    assert f"{report['figures']['fashion_fid']['value']:.3f}" in captured.out
    assert "Embedding with" in captured.err
    assert evaluate_to_json("run/generator.json", "--seed", "4") != report


def test_a_folder_of_images_is_evaluated(here, sample_data):
    images = fashionlab.data.load_fashion_mnist("train", path="sample", verbose=False).images
    Path("images").mkdir()
    for number, image in enumerate(images[:2000, ..., 0]):
        pixels = np.uint8(np.round((image + 1) * 127.5))
        Image.fromarray(pixels).save(f"images/{number:05}.png", compress_level=0)
    report = evaluate_to_json("images")
    assert report["figures"]["copied"]["value"] == 1
    assert report["figures"]["fashion_fid"]["value"] < 0.2


def test_a_folder_that_is_sorted_is_shuffled_by_the_seed(here, capsys, monkeypatch):
    Path("images").mkdir()
    for number in range(50):
        Image.new("L", (28, 28), number).save(f"images/{number:02}.png")
    monkeypatch.setattr(
        fashionlab.metrics,
        "evaluate",
        lambda images, size: np.round((images[:, 0, 0, 0] + 1) * 127.5).astype(int).tolist(),
    )
    for seed in "001":
        assert cli.main(["evaluate", "images", "--seed", seed]) == 0
    orders = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert orders[0] == orders[1] != orders[2]
    for order in orders:
        assert order != sorted(order) == list(range(50))


# The lab


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Made-up notebooks in place of the kit's, where an installed kit has them."""
    folder = tmp_path / "installed" / "_shipped" / "notebooks"
    folder.mkdir(parents=True)
    for name in ("00_start_here", "01_gan_math"):
        (folder / f"{name}.ipynb").write_text(f"{name} as shipped")
    (folder / "conftest.py").write_text("no notebook")
    monkeypatch.setattr(shipped, "NOTEBOOKS", folder)
    return folder


def test_the_lab_copies_the_notebooks_and_nothing_else(here, course):
    command = lab.prepare(Path("mine"))
    assert sorted(file.name for file in Path("mine").iterdir()) == [
        "00_start_here.ipynb",
        "01_gan_math.ipynb",
    ]
    assert f"--ServerApp.root_dir={here / 'mine'}" in command


def test_the_lab_keeps_what_the_user_already_has(here, course, capsys):
    Path("mine").mkdir()
    Path("mine/01_gan_math.ipynb").write_text("solved")
    lab.prepare(Path("mine"))
    assert Path("mine/01_gan_math.ipynb").read_text() == "solved"
    assert Path("mine/00_start_here.ipynb").read_text() == "00_start_here as shipped"
    assert "kept as they are: 01_gan_math.ipynb." in capsys.readouterr().out


def test_an_installed_kit_copies_to_a_folder_of_its_own_name(here, course):
    lab.prepare()
    assert Path("fashionlab-notebooks/00_start_here.ipynb").exists()


def test_a_checkout_opens_its_own_notebooks_and_copies_none(here, course, monkeypatch):
    checkout = course.rename(here / "notebooks")
    monkeypatch.setattr(shipped, "NOTEBOOKS", checkout)
    assert f"--ServerApp.root_dir={checkout}" in lab.prepare()
    assert not Path("fashionlab-notebooks").exists()


def test_a_checkout_that_cannot_be_written_is_copied(here, course, monkeypatch):
    monkeypatch.setattr(shipped, "NOTEBOOKS", course.rename(here / "notebooks"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    lab.prepare()
    assert Path("fashionlab-notebooks/00_start_here.ipynb").exists()


def test_the_lab_starts_in_this_python_at_the_first_notebook_with_the_users_wishes(here, course):
    command = lab.prepare(Path("mine"), 9000, True, ["--ip=0.0.0.0"])
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in command
    assert command[-3:] == ["--port=9000", "--no-browser", "--ip=0.0.0.0"]


def test_words_after_two_dashes_go_to_jupyterlab(here, course, monkeypatch):
    commands = []
    monkeypatch.setattr(lab, "serve", lambda command: commands.append(command) or 0)
    assert cli.main(["lab", "--", "--ip=0.0.0.0", "--", "-x"]) == 0
    assert commands[0][-3:] == ["--ip=0.0.0.0", "--", "-x"]
    assert Path("fashionlab-notebooks").exists()  # none of them was taken for FOLDER


def test_without_jupyterlab_one_line_says_how_to_get_it(here, course, capsys, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["lab"]) == 2
    assert 'pip install "fashionlab[lab]"' in capsys.readouterr().err
    assert not Path("fashionlab-notebooks").exists()


def test_notebooks_run_in_this_python_whatever_kernel_the_user_has(tmp_path, monkeypatch):
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/another/python"], "display_name": "Another", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert KernelManager().format_kernel_cmd() == ["/another/python"]

    seen = tmp_path / "seen"
    code = f"import os; open({str(seen)!r}, 'w').write(os.environ['JUPYTER_PATH'])"
    assert lab.serve([sys.executable, "-c", code]) == 0
    monkeypatch.setenv("JUPYTER_PATH", seen.read_text())
    assert KernelManager().format_kernel_cmd()[:3] == [sys.executable, "-m", "ipykernel_launcher"]


@pytest.fixture
def private_jupyter(tmp_path, monkeypatch):
    """Nothing of the user's own Jupyter is read or written."""
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{kind}_DIR", str(tmp_path / f"jupyter-{kind.lower()}"))


def fetch(url):
    """What a server answers that may still be about to listen."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_the_lab_serves_until_ctrl_c(here, private_jupyter):
    Path("course").mkdir()
    notebook = Path("course/00_start_here.ipynb")
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["lab", "course", "--no-browser", "--port", str(port), "--", "--allow-root"]
    server = subprocess.Popen(
        [sys.executable, "-m", "fashionlab", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = iter(server.stdout.readline, "")
        found = (re.search(r"http://127\.0\.0\.1:\d+/lab\S+token=\w+", line) for line in lines)
        url = next(match[0] for match in found if match)
        assert f":{port}/lab/tree/00_start_here.ipynb?" in url
        assert fetch(url).startswith(b"<!doctype html>")
        assert json.loads(fetch(url.replace("/lab/tree/", "/api/contents/")))["type"] == "notebook"
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=60)
        assert server.returncode == 0
        assert "Traceback" not in rest
        with socket.socket() as gone:
            assert gone.connect_ex(("127.0.0.1", port)) != 0
    finally:
        server.terminate()
        server.communicate()


# Style transfer


@pytest.fixture
def gatys(here, monkeypatch):
    """A dress and a print in the working folder, and a stand-in that turns the dress negative."""
    for name, colour in (("dress.png", "teal"), ("print.jpg", "gold")):
        Image.new("RGB", (60, 40), colour).save(name)
    calls = []

    def neural_style(content, styles, *, on_step, progress, **settings):
        assert progress
        calls.append((len(styles), settings))
        on_step(2, 2, 0.5, content)
        return -content

    front = importlib.import_module("fashionlab.style.stylize")
    monkeypatch.setattr(front, "neural_style", neural_style)
    monkeypatch.setattr(front.provenance, "networks", lambda *names: dict.fromkeys(names, "a" * 64))
    return calls


def stylize(*words):
    return cli.main(["stylize", "dress.png", *words, "--method", "gatys"])


def test_a_picture_is_stylized_with_a_record_and_a_word_on_what_was_made(gatys, capsys):
    assert stylize("print.jpg", "-o", "out.png") == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "out.png shows dress.png in the style of print.jpg, 60 x 40 pixels, by gatys in 2 of 2 "
        "steps. It took "
    )
    assert out.endswith(" seconds with the kit's own features (fashion_features).\n")
    teal = fashionlab.data.load_image("dress.png")
    np.testing.assert_allclose(fashionlab.data.load_image("out.png"), -teal, atol=0.01)
    record = read_provenance("out.png")
    assert record["content"]["file"] == "dress.png"
    assert record["styles"][0]["file"] == "print.jpg"
    assert record["licence"] == "not stated"


def test_every_wish_is_passed_on(gatys, capsys):
    Image.new("L", (60, 40), 255).save("mask.png")
    words = "print.jpg batik -o made/out.jpg --mask mask.png --strength 0.5 --size 48 --seed 3"
    words += " --colour content --weights 2 1 --style-scale 1"
    words += " --licence CC0 --sheet made/sheet.png"
    assert stylize(*words.split()) == 0
    assert capsys.readouterr().out.endswith("All side by side are in made/sheet.png.\n")
    number, settings = gatys[0]
    assert number == 2
    assert settings["mask"].shape == (32, 48)
    assert {name: settings[name] for name in ("strength", "seed", "weights")} == {
        "strength": 0.5,
        "seed": 3,
        "weights": [2, 1],
    }
    record, sheet = read_provenance("made/out.jpg"), read_provenance("made/sheet.png")
    assert {**record, "picture": "sheet"} == sheet
    assert record["licence"] == "CC0"
    assert record["parameters"]["colour"] == "content"
    assert record["styles"][1]["width"] == 48  # 32 without --style-scale 1
    assert size("made/out.jpg") == (48, 32)


def test_without_a_name_the_picture_is_called_stylized(gatys, here):
    assert stylize("print.jpg") == 0
    assert size("stylized.png") == (60, 40)
    assert {file.name for file in here.iterdir()} == {"dress.png", "print.jpg", "stylized.png"}


def test_a_picture_that_is_there_is_kept_and_no_work_is_done_for_it(gatys, capsys):
    assert stylize("print.jpg", "-o", "print.jpg") == 2
    assert "print.jpg exists already." in capsys.readouterr().err
    assert stylize("print.jpg", "--sheet", "dress.png") == 2
    assert size("print.jpg") == (60, 40)
    assert gatys == []
    assert stylize("print.jpg", "-o", "print.jpg", "--overwrite") == 0
    assert read_provenance("print.jpg")["method"] == "gatys"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.jpg"], "There is no file"),
        (["tartn"], "'tartn' is neither an image file nor a drawn textile."),
        (["print.jpg", "--method", "cyclegan"], "method='cyclegan' is unknown. Use adain or gatys"),
        (["print.jpg", "--colour", "grey"], "colour='grey' is unknown."),
        (["print.jpg", "--strength", "2"], "strength=2.0: use a number from 0 to 1."),
        (["print.jpg", "--size", "9999"], "size=9999: use a whole number of pixels from 32"),
        (["print.jpg", "--mask", "garment"], "No garment stands out from the ground"),
        (["print.jpg", "--mask", "nowhere.png"], "There is no file"),
        (["print.jpg", "-o", "out.gif"], "out.gif does not end in .png, .jpg or .jpeg."),
        (["print.jpg", "-o", "a.png", "--sheet", "./a.png"], "a.png is both --out and --sheet."),
        (["print.jpg", "-o", "dress.png/out.png"], "dress.png/out.png cannot be written"),
        (["print.jpg"] * 5, "5 styles are given; wanted 1 to 4."),
    ],
)
def test_what_cannot_be_stylized_is_told_in_one_line(gatys, here, capsys, words, says):
    assert cli.main(["stylize", "dress.png", "--method", "gatys", *words]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"fashionlab: {says}")
    assert err.count("\n") == 1
    assert {file.name for file in here.iterdir()} == {"dress.png", "print.jpg"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--size", "31"], "'31' is not a whole number from 32 up"),
        (["--seed", "-1"], "'-1' is not a whole number from 0 to 4294967295"),
        (["--strength", "full"], "invalid float value: 'full'"),
    ],
)
def test_a_wrong_word_for_stylize_is_refused(capsys, words, says):
    status, _, err = run_out(capsys, "stylize", "dress.png", "tartan", *words)
    assert status == 2
    assert says in err


def test_stylize_without_a_style_asks_for_one(capsys):
    status, _, err = run_out(capsys, "stylize", "dress.png")
    assert status == 2
    assert "the following arguments are required: style" in err


def test_the_readme_names_every_textile():
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert text.split("a drawn textile: ")[1].split(".\n")[0].replace("`", "").split(", ") == [
        *textiles.KINDS
    ]
