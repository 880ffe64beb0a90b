"""The exercise of the failure clinic: name what a patient has."""

from difflib import get_close_matches

from fashionlab import clinic
from fashionlab.checks.exercise import Verdict
from fashionlab.clinic.charts import AGAINST


def diagnose(patient: str, illness=...) -> Verdict:
    """Check a diagnosis; the blank `...` is no mistake, and no answer raises.

    Args:
        patient: A letter, a key of `clinic.PATIENTS`.
        illness: A key of `clinic.ILLNESSES`.

    Returns:
        Right; wrong, with what speaks against the illness named (the right one is not betrayed);
        or blank.

    Raises:
        ConfigurationError: There is no such patient.
    """
    case = clinic.get(patient)
    listed = f"Choose from: {', '.join(clinic.ILLNESSES)}."
    if illness is ... or illness is None:
        return Verdict("blank", f"Not attempted yet. {listed}")
    known = {_plain(name): name for name in clinic.ILLNESSES}
    named = known.get(_plain(illness))
    if named is None:
        near = get_close_matches(_plain(illness), known, n=1)
        meant = f"Do you mean “{known[near[0]]}”? " if near else ""
        return Verdict("wrong", f"{illness!r} is not on the list. {meant}{listed}")
    if named == case.illness:
        return Verdict("right", f"Right: {clinic.SYMPTOMS[case.shows[0]].text}.")
    return Verdict("wrong", f"Against “{named}” speaks: {AGAINST[case.illness][named]}")


def _plain(name):
    """A name without regard to capitals, hyphens and blanks around it."""
    return str(name).strip().lower().replace("_", " ").replace("-", " ")
