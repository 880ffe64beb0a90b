from html.parser import HTMLParser

import pytest

from fashionlab import clinic
from fashionlab.checks.diagnosis import diagnose
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
    assert [s.name for s in clinic.rank(["wander"])] == ["oscillation", "mode collapse"]
    suspects = clinic.rank(["missing", "wander"])
    assert [s.name for s in suspects] == ["mode collapse", "oscillation"]
    assert suspects[0].explained == ("missing", "wander")
    assert suspects[0].expected == ("alike",)


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
    assert page.count == 6 * 3
    assert "1. mode collapse" in page.text
    assert "2. oscillation" in page.text
    assert "color:" not in rank_html(["missing"]).replace("border-color:", "")
    assert "Tick what you see" in rank_html([])


# The diagnosis


@pytest.mark.parametrize("letter", clinic.PATIENTS)
def test_the_right_name_passes_and_every_other_one_is_told_what_speaks_against_it(letter):
    case = clinic.get(letter)
    for name in clinic.ILLNESSES:
        verdict = diagnose(letter, name.upper().replace(" ", "_"))
        assert verdict.status == ("right" if name == case.illness else "wrong")
        assert any(clinic.SYMPTOMS[symptom].text in verdict.message for symptom in case.shows)
    # What is said to speak against an illness is no sign of it.
    for name in set(clinic.ILLNESSES) - {case.illness}:
        message = diagnose(letter, name).message
        evidence = message.split("explain this: ")[1].split(". Its own")[0]
        explained = [clinic.SYMPTOMS[sign].text for sign in clinic.ILLNESSES[name].signs]
        assert evidence not in explained


def test_a_blank_and_an_unknown_name_get_the_list():
    assert diagnose("A").status == diagnose("A", None).status == "blank"
    assert "mode collapse" in diagnose("A", ...).message
    for oddity in ("flu", 3, [], object()):
        assert diagnose("A", oddity).status == "wrong"
    assert "'flu' is not on the list" in diagnose("A", "flu").message
    with pytest.raises(ConfigurationError, match="no patient"):
        diagnose("Z", "flu")
