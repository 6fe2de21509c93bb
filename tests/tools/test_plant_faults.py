"""The planted faults fit the code that is there."""

from tests.running import ROOT
from tools import plant_faults


def test_each_fault_changes_one_place_and_names_a_test_that_is_there() -> None:
    faults = plant_faults.read([])
    assert len(faults) > 500
    wrong = []
    for fault in faults:
        file, _, test = fault.test.partition("::")
        found = (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old)
        name = test.rpartition("::")[2].partition("[")[0]
        named = not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
        if found != 1 or not named:
            wrong.append(f"{fault.area}, {fault.why}: in {found} places, {fault.test}")
    assert wrong == []
