"""The harness of seeded faults stays able to run: `make faults` commits each, which takes minutes; this takes none."""

from __future__ import annotations

import pytest

from dagster_project.settings import PROJECT_ROOT
from tests.mutation.fault import Fault
from tests.mutation.faults import FAULTS, FIGURES
from tests.mutation.surroundings import SURROUNDINGS

TWENTY = 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_each_fault_can_be_committed_in_one_place(fault: Fault) -> None:
    assert (PROJECT_ROOT / fault.path).read_text("utf-8").count(fault.old) == 1
    assert fault.old != fault.new
    for name in fault.tests.split():
        assert (PROJECT_ROOT / name).exists()


def test_there_are_twenty_of_each_kind() -> None:
    """In figures, and in what surrounds them."""
    assert len({one.name for one in FAULTS}) == len(FAULTS)
    assert len(FIGURES) >= TWENTY and len(SURROUNDINGS) >= TWENTY
    assert {one.path.rsplit(".", 1)[1] for one in FAULTS} == {"sql", "py", "csv", "j2", "yml", "json"}
