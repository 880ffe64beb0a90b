import threading

import ipywidgets as widgets

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
