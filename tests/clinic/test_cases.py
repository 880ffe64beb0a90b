import numpy as np
import pytest

from fashionlab import clinic
from fashionlab.clinic import images, plane
from fashionlab.clinic.evidence import Evidence, Measurement
from fashionlab.errors import ConfigurationError

SEEDS = range(5)


@pytest.fixture
def smoke(monkeypatch):
    monkeypatch.setenv("FASHIONLAB_BUDGET", "smoke")


# Every case


@pytest.mark.parametrize("name", clinic.CASES)
def test_a_case_leaves_evidence_with_and_without_its_cure(name, smoke):
    for cured in (False, True):
        evidence = clinic.run(name, seed=1, cured=cured)
        looks = len(evidence.updates)
        assert {len(curve) for curve in evidence.curves.values()} == {looks}
        assert set(evidence.curves) == {"discriminator_loss", "generator_loss", "measurement"}
        assert np.isfinite(evidence.value)
        assert len(evidence.samples) == 3
        assert evidence._repr_png_().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("name", clinic.CASES)
def test_a_case_reproduces_and_its_cure_works_on_four_of_five_seeds(name, monkeypatch):
    monkeypatch.setenv("FASHIONLAB_BUDGET", "laptop")
    sick, cured = ([clinic.run(name, seed, c) for seed in SEEDS] for c in (False, True))
    for runs in (sick, cured):
        print(f"\n{runs[0].title}: {[round(run.value, 4) for run in runs]}")
    assert sum(run.sick for run in sick) >= 4
    assert sum(not run.sick for run in cured) >= 4


@pytest.mark.parametrize("case", clinic.CASES.values(), ids=clinic.CASES)
def test_a_cure_changes_settings_that_there_are_and_the_board_finds_the_illness(case):
    assert case.cure
    for name, new in case.cure.items():
        assert case.settings[name] != new
        assert name.replace("_", " ") in case.changes()
    assert clinic.rank(case.shows)[0].name == case.illness
    assert case.illness.capitalize() in case._repr_html_()
    assert case.changes() in case._repr_html_().replace("&#x27;", "'")


def test_a_patient_is_found_by_letter_and_by_name():
    assert list(clinic.PATIENTS) == list("ABCDEFG")
    for letter, name in clinic.PATIENTS.items():
        assert clinic.get(letter) is clinic.get(name)
        illness = clinic.ILLNESSES[clinic.get(letter).illness]
        assert illness.place == f"patient {letter}"
    with pytest.raises(ConfigurationError, match="'H' is no patient"):
        clinic.run("H")


def test_the_same_seed_gives_the_same_run(smoke):
    first, again, other = (clinic.run("oscillation", seed) for seed in (3, 3, 4))
    assert np.array_equal(first.curves["measurement"], again.curves["measurement"])
    assert not np.array_equal(first.curves["measurement"], other.curves["measurement"])


@pytest.mark.parametrize(("name", "moment"), [("B", 30), ("G", 20), ("C", 22)])
def test_a_head_start_ends_with_the_first_picture(name, moment, smoke):
    assert next(iter(clinic.run(name).samples)) == f"{moment} updates"


def test_a_title_hides_the_illness_behind_the_letter(smoke):
    assert clinic.run("f").title == "patient F"
    assert clinic.run("F", cured=True).title == "patient F, with the cure"
    assert clinic.run("oscillation").title == "oscillation"


# Evidence


def evidence(curve, losses=(1.0, 1.0), samples=None, sick_above=True, running=False):
    losses = np.array(losses)
    return Evidence(
        "patient X",
        np.arange(1, 1 + len(losses)),
        {
            "discriminator_loss": losses,
            "generator_loss": losses,
            "measurement": np.array(curve, float),
        },
        samples or {"now": np.zeros((4, 28, 28, 1))},
        Measurement("size", "m", 2.0, sick_above, running=running),
    )


def test_the_value_is_the_mean_over_the_last_quarter():
    assert evidence([9, 9, 9, 9, 9, 9, 1, 2], np.ones(8)).value == 1.5
    assert evidence([9, 4], np.ones(2)).value == 4  # one look at least
    assert evidence([9, 9, 9, 9, 9, 9, 1, 2], np.ones(8), running=True).value == 2


def test_before_the_diagnosis_nothing_tells_what_is_measured():
    one = evidence([9, 4])
    assert repr(one) == "patient X: 2 updates of D"
    assert [axes.get_title() for axes in one.figure().axes] == ["now", "losses (nats)"]


def test_a_comparison_shows_the_measurement_of_both_on_the_same_axes():
    above, below = clinic.compare(evidence([9, 4]), evidence([1, 1], (5.0, 5.0))).subfigs
    titles = ["now", "losses (nats)", "size (m)"]
    assert [[axes.get_title() for axes in row.axes] for row in (above, below)] == [titles] * 2
    for column in (1, 2):
        assert above.axes[column].get_ylim() == below.axes[column].get_ylim()
    assert above.axes[1].get_ylim()[1] > 5
    assert above.axes[2].get_ylim()[1] > 9


def test_which_side_of_the_threshold_is_sick():
    assert evidence([1, 3]).sick
    assert not evidence([1, 1]).sick
    assert evidence([1, 1], sick_above=False).sick
    assert not evidence([1, 3], sick_above=False).sick


def test_a_loss_that_is_not_finite_is_marked():
    def labels(losses):
        axes = evidence([1, 1, 1], losses).figure().axes[1]
        return [text.get_text() for text in axes.get_legend().get_texts()]

    assert labels([1.0, np.nan, np.nan]) == ["D", "G", "D: not finite"]
    assert labels([1.0, 1.0, 1.0]) == ["D", "G"]


def test_the_picture_steps_back_from_fakes_that_went_astray():
    def reach(points):
        made = {"now": (np.zeros((9, 2)), points)}
        return evidence([1, 1], samples=made).figure().axes[0].get_xlim()[1]

    assert reach(np.ones((9, 2))) == pytest.approx(1.5)
    assert reach(np.full((9, 2), 50.0)) == pytest.approx(60)


def test_a_ward_has_a_panel_for_each_patient():
    figure = clinic.ward(dict.fromkeys("ABCDE", evidence([1, 1])))
    assert [bool(axes.get_title()) for axes in figure.axes] == [True] * 5 + [False] * 3


# What the cases measure


def test_the_pattern_of_every_second_pixel_stands_out():
    rows, columns = np.mgrid[:28, :28]
    smooth = np.cos(2 * np.pi * 3 * rows / 28) * np.cos(2 * np.pi * 2 * columns / 28)
    noise = np.random.default_rng(0).normal(size=(64, 28, 28))
    stripes = smooth + 0.5 * (-1) ** columns + 0.01 * noise
    assert images.finest_waves(noise[..., None]) == pytest.approx(1, abs=0.15)
    assert images.finest_waves((smooth + 0.01 * noise)[..., None]) == pytest.approx(1, abs=0.15)
    assert images.finest_waves((stripes * np.cos(rows))[..., None]) > 100


class _Judge:
    """Stands for a GAN whose discriminator gives the mean pixel as its logit."""

    @staticmethod
    def discriminator(some, training):
        assert not training
        return some.mean(axis=(1, 2, 3))


def test_the_gap_is_0_for_equal_treatment_and_1_where_unseen_images_count_as_fakes(monkeypatch):
    train, unseen, fake = (np.full((8, 28, 28, 1), v) for v in (3.0, 2.0, -1.0))
    monkeypatch.setattr(images, "_garments", lambda: (train, unseen))
    assert images.memorised(_Judge, train, fake) == pytest.approx(0.25)
    assert images.memorised(_Judge, unseen, fake) == pytest.approx(0)
    assert images.memorised(_Judge, train, unseen) == pytest.approx(1)


def test_augmentation_is_off_when_the_discriminator_judges():
    gan = images.build("resize 3", augmented=True, seed=0)
    some = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 1)).astype("float32")
    judged = [gan.discriminator(some, training=False).numpy() for _ in "12"]
    trained = gan.discriminator(some, training=True).numpy()
    assert np.array_equal(*judged)
    assert not np.allclose(judged[0], trained)


@pytest.mark.parametrize("upsampling", ["transposed 3", "transposed 4", "resize 3"])
def test_generators_make_images_of_the_right_size(upsampling):
    made = images.generator(upsampling)(np.zeros((2, images.LATENT_DIM), "float32"))
    assert made.shape == (2, 28, 28, 1)


def test_the_unstable_formula_equals_the_stable_one_until_it_breaks():
    from fashionlab.losses import NonSaturating

    real, fake = np.float32([[1.0], [-2.0]]), np.float32([[0.5], [3.0]])
    for play in ("discriminator", "generator"):
        unstable, stable = (
            float(getattr(loss, play)(real, fake))
            for loss in (plane.LogOfSigmoid(), NonSaturating())
        )
        assert unstable == pytest.approx(stable, abs=1e-5)
    sure = np.float32([[20.0]])
    assert np.isinf(float(plane.LogOfSigmoid().discriminator(real, sure)))
    assert np.isfinite(float(NonSaturating().discriminator(real, sure)))


class _Lab:
    """Stands for a lab: two networks of one weight each."""

    class gan:  # noqa: N801
        class generator:  # noqa: N801
            weights = (np.array([1.0]),)

        class discriminator:  # noqa: N801
            weights = (np.array([4.0]),)


def test_the_lead_compares_ways_relative_to_the_size_of_the_weights():
    for network in (_Lab.gan.generator, _Lab.gan.discriminator):
        network.get_weights = lambda weights=network.weights: list(weights)
    # From 2 to 1 is half the way; from 5 to 4 a fifth.
    assert plane.lead(_Lab, None, [np.array([2.0]), np.array([5.0])]) == pytest.approx(2.5)
