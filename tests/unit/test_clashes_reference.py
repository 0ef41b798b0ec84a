"""The clash rules agree with a second implementation, written day by day from the contract's words."""

from hypothesis import given, settings

from tests.unit.clashes_drawn import AGENCIES, CASES, STAFF, Case, settings_for_cases
from tests.unit.clashes_reference import TODAY, Reference


@settings(settings_for_cases, max_examples=150)
@given(CASES)
def test_the_rules_agree_with_the_contract_read_day_by_day(case: Case) -> None:
    reference = Reference(case.plans, case.activities, AGENCIES, STAFF, TODAY, case.settings)
    assert case.found() == reference.told()
