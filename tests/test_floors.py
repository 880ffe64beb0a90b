"""CI tests the oldest versions that pyproject.toml promises, and no others."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def test_the_constraints_are_the_floors():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = {r.name: str(r.specifier) for r in map(Requirement, project["dependencies"])}
    lines = (ROOT / "tests" / "constraints-floors.txt").read_text(encoding="utf-8").splitlines()
    tested = [Requirement(line) for line in lines if not line.startswith("#")]
    assert promised == {r.name: str(r.specifier).replace("==", ">=") for r in tested}
