"""The failure clinic: runs that go wrong on purpose, what shows it, and what cures them.

Patients have letters, so that a notebook can show the evidence before the name.
"""

from fashionlab.clinic.cases import CASES, PATIENTS, Case, get, run
from fashionlab.clinic.evidence import Evidence, compare, ward
from fashionlab.clinic.knowledge import ILLNESSES, SYMPTOMS, rank

__all__ = [
    "CASES",
    "ILLNESSES",
    "PATIENTS",
    "SYMPTOMS",
    "Case",
    "Evidence",
    "compare",
    "get",
    "rank",
    "run",
    "ward",
]
