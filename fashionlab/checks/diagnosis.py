"""The exercise of the failure clinic: name what a patient has."""

from fashionlab import clinic
from fashionlab.checks.exercise import Verdict


def diagnose(patient: str, illness=...) -> Verdict:
    """Check a diagnosis; the blank `...` is no mistake, and no answer raises.

    Args:
        patient: A letter, a key of `clinic.PATIENTS`.
        illness: A key of `clinic.ILLNESSES`.

    Returns:
        Right; wrong, with what speaks against the illness named; or blank.

    Raises:
        ConfigurationError: There is no such patient.
    """
    case = clinic.get(patient)
    if illness is ... or illness is None:
        return Verdict("blank", f"Not attempted yet. Choose from: {', '.join(clinic.ILLNESSES)}.")
    named = str(illness).strip().lower().replace("_", " ")
    if named == case.illness:
        return Verdict("right", f"Right: {_seen(case.shows[0])}.")
    if named not in clinic.ILLNESSES:
        return Verdict(
            "wrong", f"{illness!r} is not on the list. Choose from: {', '.join(clinic.ILLNESSES)}."
        )
    signs = clinic.ILLNESSES[named].signs
    unexplained = next(symptom for symptom in case.shows if symptom not in signs)
    return Verdict(
        "wrong",
        f"Against “{named}” speaks that it would not explain this: {_seen(unexplained)}. Its own "
        f"mark would be: {_seen(signs[0])}.",
    )


def _seen(symptom):
    return clinic.SYMPTOMS[symptom].text
