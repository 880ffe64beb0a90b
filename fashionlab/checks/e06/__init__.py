"""Exercises of notebook 06: the bug hunt.

Each exercise takes a short program as tutorials print it, to be repaired. The programs as printed
stand in the notebook; here are their repairs and the checks, which run what they are given and
judge by what it does, never by its text.
"""

from fashionlab.checks.e06.inputs import e06_1, e06_2, e06_3, e06_4
from fashionlab.checks.e06.learning import e06_5, e06_6, e06_7, e06_8, e06_9
from fashionlab.checks.e06.results import e06_10, e06_11, e06_12

__all__ = [
    "e06_1",
    "e06_2",
    "e06_3",
    "e06_4",
    "e06_5",
    "e06_6",
    "e06_7",
    "e06_8",
    "e06_9",
    "e06_10",
    "e06_11",
    "e06_12",
]
