"""Where the files that the kit ships lie: images, weights and notebooks.

A wheel carries the checkout's `data/` and `notebooks/` inside the package; a checkout (and an
editable install) keeps them at its top level.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE / "_shipped" if (_PACKAGE / "_shipped").is_dir() else _PACKAGE.parent

DATA = _ROOT / "data"
NOTEBOOKS = _ROOT / "notebooks"
