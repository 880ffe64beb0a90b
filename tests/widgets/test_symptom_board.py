import gc

import ipywidgets
import pytest

from fashionlab import clinic
from fashionlab.errors import ConfigurationError
from fashionlab.widgets import symptom_board
from fashionlab.widgets.symptom_board import BoardState


@pytest.fixture
def board():
    view = symptom_board(["wander"])
    yield view
    view.close()


# The state


def test_the_state_ranks_what_was_seen():
    state = BoardState({"pattern"})
    assert "1. checkerboard" in state.html()
    assert "a fine pattern lies on every second pixel" in state.still()
    assert "nothing yet" in BoardState().still()
    with pytest.raises(ConfigurationError, match="wanted a list"):
        BoardState({"fever"})


# The view


def test_every_symptom_has_a_box_with_its_words(board):
    assert list(board.boxes) == list(clinic.SYMPTOMS)
    for name, box in board.boxes.items():
        assert box.description == clinic.SYMPTOMS[name].text
        assert box.value is (name == "wander")


def test_ticking_changes_the_table(board):
    assert "1. oscillation" in board.findings.value
    for name in ("alike", "missing"):
        board.boxes[name].value = True
    assert board.state.seen == {"wander", "alike", "missing"}
    assert "1. mode collapse" in board.findings.value


def test_clear_unticks_all(board):
    board.clear.click()
    assert board.state.seen == set()
    assert "Tick what you see" in board.findings.value


@pytest.mark.skipif(
    not hasattr(ipywidgets.Widget, "_repr_mimebundle_"), reason="ipywidgets 7 shows text only"
)
def test_without_a_kernel_it_is_a_table(board):
    bundle = board._repr_mimebundle_()
    assert "1. oscillation" in bundle["text/html"]
    assert "samples change wholesale" in bundle["text/html"]
    assert repr(board).startswith("Symptom board: ")


def test_many_events_and_closing_leave_nothing_behind(live_widgets):
    before = live_widgets()
    view = symptom_board()
    made = live_widgets()
    for number in range(1000):
        view.boxes["alike"].value = number % 2 == 0
    assert live_widgets() == made
    view.close()
    gc.collect()
    assert live_widgets() == before
