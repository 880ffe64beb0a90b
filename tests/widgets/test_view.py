import threading

import ipywidgets as widgets
import pytest

from fashionlab.widgets import (
    damage_explorer,
    dirac_explorer,
    divergence_explorer,
    shape_calculator,
    symptom_board,
)
from fashionlab.widgets.view import View, in_turn


class Slow(View):
    """Reads its number at once, and shows it when it is let go."""

    def __init__(self):
        self.number = 1
        self.shown = []
        self.reading, self.let_go = threading.Event(), threading.Event()
        super().__init__(widgets.Image(value=b""), [], "a slow view")

    @in_turn
    def on_change(self, change=None):
        number = self.number
        if change == "slow":
            self.reading.set()
            assert self.let_go.wait(10)
        self.shown.append(number)


def test_what_is_shown_last_is_what_was_asked_for_last():
    view = Slow()
    first = threading.Thread(target=view.on_change, args=("slow",))
    first.start()
    assert view.reading.wait(10)
    view.number = 2
    second = threading.Thread(target=view.on_change)
    second.start()
    second.join(0.1)
    assert second.is_alive()  # it waits for its turn
    view.let_go.set()
    first.join(10)
    second.join(10)
    assert view.shown == [1, 2]


def test_a_change_may_lead_to_another_one():
    calls = []

    class Nested(Slow):
        @in_turn
        def on_change(self, change=None):
            calls.append(change)
            if change is None:
                self.on_change("again")

    Nested().on_change()
    assert calls == [None, "again"]


@pytest.mark.parametrize(
    ("make", "shows"),
    [
        (damage_explorer, "change"),
        (dirac_explorer, "png"),
        (divergence_explorer, "png"),
        (shape_calculator, "png"),
        (symptom_board, "html"),
    ],
)
def test_views_of_several_controls_take_turns(make, shows, monkeypatch):
    view = make()
    shown, begun, let_go = getattr(view.state, shows), threading.Event(), threading.Event()
    at_work = []

    def slow(*arguments):
        at_work.append(threading.current_thread())
        begun.set()
        assert let_go.wait(10)
        return shown(*arguments)

    monkeypatch.setattr(view.state, shows, slow)
    threads = [threading.Thread(target=view.on_change) for _ in range(2)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    threads[1].join(0.1)
    assert at_work == threads[:1]
    let_go.set()
    for thread in threads:
        thread.join(10)
    assert at_work == threads
    view.close()
