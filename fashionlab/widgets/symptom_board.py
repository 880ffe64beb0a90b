"""Tick what you see on a run; the board says what it may be, and how to tell."""

from collections.abc import Collection
from dataclasses import dataclass, field

import ipywidgets as widgets

from fashionlab.clinic.knowledge import SYMPTOMS, rank, rank_html
from fashionlab.widgets.view import View, in_turn

TITLES = {
    "curves": "On the curves",
    "samples": "On the samples",
    "numbers": "In the numbers",
}


@dataclass
class BoardState:
    """Symptoms that were seen.

    Attributes:
        seen: Keys of `SYMPTOMS`.

    Raises:
        ConfigurationError: There is no such symptom.
    """

    seen: set[str] = field(default_factory=set)

    def __post_init__(self):
        rank(self.seen)  # refuses what is no symptom

    def html(self) -> str:
        """The likely illnesses, best first, as an HTML table."""
        return rank_html(self.seen)

    def still(self) -> str:
        """The board without its controls: what is ticked, and the table."""
        ticked = "; ".join(SYMPTOMS[name].text for name in SYMPTOMS if name in self.seen)
        return f"<p><b>Seen:</b> {ticked or 'nothing yet'}</p>{self.html()}"


class SymptomBoard(View):
    """A checkbox for each symptom, and the illnesses that explain what is ticked.

    Args:
        state: What is ticked at first.

    Attributes:
        state: The state that the checkboxes change.
        boxes: Symptom to checkbox.
        clear: Button that unticks all.
        findings: The table, an `ipywidgets.HTML`.
    """

    def __init__(self, state: BoardState):
        self.state = state
        self.boxes = {
            name: widgets.Checkbox(
                description=symptom.text,
                value=name in state.seen,
                indent=False,
                style={"description_width": "initial"},
                layout=widgets.Layout(width="auto"),
            )
            for name, symptom in SYMPTOMS.items()
        }
        self.clear = widgets.Button(
            description="Clear",
            icon="eraser",
            tooltip="untick all",
            layout=widgets.Layout(width="auto"),
        )
        self.findings = widgets.HTML(state.html())
        columns = [
            widgets.VBox([widgets.HTML(f"<b>{title}</b>"), *self._boxes_about(where)])
            for where, title in TITLES.items()
        ]
        wrap = widgets.Layout(flex_flow="row wrap", grid_gap="0 1.5em")
        super().__init__(
            None,  # its picture is a table, which screen readers can read
            [widgets.HBox(columns, layout=wrap), self.clear, self.findings],
            "Symptom board: tick what you see, and it ranks what explains it",
            flex_flow="column",
            align_items="flex-start",
        )
        for box in self.boxes.values():
            box.observe(self.on_change, "value")
        self.clear.on_click(self.on_clear)

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what explains the symptoms ticked."""
        self.state.seen = {name for name, box in self.boxes.items() if box.value}
        self.findings.value = self.state.html()

    @in_turn
    def on_clear(self, button=None) -> None:
        """Untick all."""
        for box in self.boxes.values():
            box.value = False

    def _boxes_about(self, where):
        return [box for name, box in self.boxes.items() if SYMPTOMS[name].where == where]

    def _repr_mimebundle_(self, **kwargs):
        bundle = widgets.Box._repr_mimebundle_(self, **kwargs)
        return bundle | {"text/html": self.state.still()}


def symptom_board(seen: Collection[str] = ()) -> SymptomBoard:
    """Tick symptoms, and see which illnesses explain them, how to tell, and what helps.

    Args:
        seen: Symptoms ticked at first, keys of `clinic.SYMPTOMS`.

    Returns:
        A view that shows itself at the end of a notebook cell; without a kernel it is a table.

    Raises:
        ConfigurationError: There is no such symptom.
    """
    return SymptomBoard(BoardState(set(seen)))
