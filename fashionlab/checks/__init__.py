"""Exercises that check themselves: `fl.checks.e04_2(answer)` is exercise 2 of notebook 04.

Each tells in one sentence what is right, or what is wrong and why; a blank (`...`) is "not
attempted yet". `.hint()` helps on, `.solution()` shows an answer that passes.
`fl.checks.diagnose(patient, illness)` judges a diagnosis of notebook 06.
"""

import importlib
import importlib.util
import re

from fashionlab.checks.exercise import Exercise, Verdict

__all__ = ["Exercise", "Verdict"]


def __getattr__(name):
    """Exercises are loaded notebook by notebook, on first use."""
    if name == "diagnose":
        return importlib.import_module("fashionlab.checks.diagnosis").diagnose
    if match := re.fullmatch(r"(e\d\d)_\d+", name):
        module = f"fashionlab.checks.{match[1]}"
        if importlib.util.find_spec(module) is not None:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'fashionlab.checks' has no exercise {name!r}")
