from html.parser import HTMLParser

import pytest

import fashionlab as fl
from fashionlab import clinic
from fashionlab.checks.diagnosis import diagnose
from fashionlab.clinic.charts import AGAINST
from fashionlab.clinic.knowledge import rank_html
from fashionlab.errors import ConfigurationError


def test_every_sign_is_a_symptom_and_every_symptom_a_sign():
    signs = {sign for illness in clinic.ILLNESSES.values() for sign in illness.signs}
    assert signs == set(clinic.SYMPTOMS)
    assert {symptom.where for symptom in clinic.SYMPTOMS.values()} == {
        "curves",
        "samples",
        "numbers",
    }


@pytest.mark.parametrize("name", clinic.ILLNESSES)
def test_all_signs_together_name_their_illness_first(name):
    first = clinic.rank(clinic.ILLNESSES[name].signs)[0]
    assert first.name == name
    assert first.expected == ()


def test_more_symptoms_explained_come_first_then_fewer_signs_not_seen():
    assert clinic.rank([]) == []
    imbalance = "learning-rate imbalance"
    suspects = clinic.rank(["wander"])
    assert [s.name for s in suspects] == ["oscillation", "mode collapse", imbalance]
    suspects = clinic.rank(["missing", "wander"])
    assert [s.name for s in suspects] == ["mode collapse", imbalance, "oscillation"]
    assert suspects[0].explained == ("missing", "wander")
    assert suspects[0].expected == ("alike",)


@pytest.mark.parametrize("tick", ["astray", "unequal", "d_below_chance"])
def test_one_more_tick_tells_unequal_rates_from_mode_collapse(tick):
    assert clinic.rank(["missing", "wander", tick])[0].name == "learning-rate imbalance"


@pytest.mark.parametrize("wrong", [["fever"], "gap"])
def test_an_unknown_symptom_is_refused(wrong):
    with pytest.raises(ConfigurationError, match="wanted a list with some of d_wins"):
        clinic.rank(wrong)


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.count, self.text = [], 0, []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.count += tag in ("td", "th")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_table_is_whole_and_says_what_the_ranking_says():
    page = Cells()
    page.feed(rank_html(["missing", "wander"]))
    assert page.open == []
    assert page.count == 6 * 4
    assert "1. mode collapse" in page.text
    assert "2. learning-rate imbalance" in page.text
    assert "3. oscillation" in page.text
    assert "color:" not in rank_html(["missing"]).replace("border-color:", "")
    assert "Tick what you see" in rank_html([])


# The diagnosis


@pytest.mark.parametrize("letter", clinic.PATIENTS)
def test_the_right_name_passes_and_every_other_one_is_told_what_speaks_against_it(letter):
    case = clinic.get(letter)
    right = diagnose(letter, case.illness)
    assert right.status == "right"
    assert clinic.SYMPTOMS[case.shows[0]].text in right.message
    for name in set(clinic.ILLNESSES) - {case.illness}:
        verdict = diagnose(letter, name)
        assert verdict.status == "wrong"
        assert AGAINST[case.illness][name] in verdict.message


def test_there_is_a_fact_against_every_other_illness_and_none_betrays_the_right_one():
    assert set(AGAINST) == {case.illness for case in clinic.CASES.values()}
    for illness, facts in AGAINST.items():
        assert set(facts) == set(clinic.ILLNESSES) - {illness}
        signs = [clinic.SYMPTOMS[sign].text for sign in clinic.ILLNESSES[illness].signs]
        for fact in facts.values():
            assert illness not in fact
            assert not any(sign in fact for sign in signs)


@pytest.mark.parametrize(
    "spelling",
    ["learning-rate imbalance", "Learning rate imbalance", " LEARNING_RATE_IMBALANCE"],
)
def test_a_name_may_be_spelled_freely_and_so_may_a_letter(spelling):
    assert diagnose("C", spelling).status == diagnose("c", spelling).status == "right"
    assert fl.checks.diagnose is diagnose


def test_a_blank_and_an_unknown_name_get_the_list():
    assert diagnose("A").status == diagnose("A", None).status == "blank"
    assert "mode collapse" in diagnose("A", ...).message
    for oddity in ("flu", 3, [], object()):
        assert diagnose("A", oddity).status == "wrong"
    assert "'flu' is not on the list. Choose from" in diagnose("A", "flu").message
    assert "Do you mean “oscillation”?" in diagnose("A", "oscilation").message
    with pytest.raises(ConfigurationError, match="no patient"):
        diagnose("Z", "flu")
