import pytest
from ipywidgets.widgets import widget


@pytest.fixture
def live_widgets():
    """A function that counts the widgets that exist; ipywidgets 7 keeps them elsewhere than 8."""
    registry = widget._instances if hasattr(widget, "_instances") else widget.Widget.widgets
    return lambda: len(registry)
