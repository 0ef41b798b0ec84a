"""The clashes follow from what the viewer may read and from nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.plans.clashes import ClashSettings, find_clashes
from tests.unit.clashes_cases import activity, find, plan
from tests.unit.clashes_drawn import AGENCIES, CASES, STAFF, Case, settings_for_cases
from tests.unit.clashes_reference import TODAY


def told_whole(case: Case) -> list[dict[str, object]]:
    """The clashes with their sentences, to the letter."""
    clashes = find_clashes(case.plans, case.activities, AGENCIES, STAFF, TODAY, case.settings)
    return [clash.as_json() for clash in clashes]


@settings_for_cases
@given(CASES, st.data())
def test_the_order_in_which_things_are_given_does_not_matter(case: Case, data: st.DataObject) -> None:
    shuffled = replace(
        case,
        plans=data.draw(st.permutations(case.plans)),
        activities=data.draw(st.permutations(case.activities)),
    )
    assert told_whole(shuffled) == told_whole(case)


@settings_for_cases
@given(CASES, st.sets(st.sampled_from(sorted(AGENCIES))))
def test_what_may_not_be_read_is_not_needed_and_changes_nothing(case: Case, hidden: set[str]) -> None:
    plans = [each for each in case.plans if each.agency not in hidden]
    plan_ids = {each.id for each in plans}
    visible = replace(case, plans=plans, activities=[each for each in case.activities if each.plan in plan_ids])
    agencies = {agency: AGENCIES[agency] for agency in AGENCIES if agency not in hidden}
    staff = {each.caseworker: STAFF[each.caseworker] for each in plans if each.caseworker in STAFF}
    alone = find_clashes(visible.plans, visible.activities, agencies, staff, TODAY, case.settings)
    assert told_whole(visible) == [clash.as_json() for clash in alone]
    assert told_whole(replace(visible, activities=case.activities)) == [clash.as_json() for clash in alone]


@settings_for_cases
@given(CASES)
def test_asking_twice_gives_equal_clashes(case: Case) -> None:
    def ask(settings: ClashSettings) -> Sequence[object]:
        return find_clashes(case.plans, case.activities, AGENCIES, STAFF, TODAY, settings)

    assert ask(case.settings) == ask(case.settings)
    assert set(ask(case.settings)) == set(ask(case.settings))


def test_clashes_differ_where_a_fact_does() -> None:
    def overload(extent: int) -> object:
        (clash,) = find([plan("pl-ame")], [activity("a1", "pl-ame", "work", extent, "2026-03-10", None)])
        return clash

    assert overload(120) == overload(120)
    assert overload(120) != overload(130)
    assert overload(120) != 120
    assert len({overload(120), overload(120), overload(130)}) == 2


def test_a_clash_cannot_be_changed() -> None:
    (clash,) = find([plan("pl-ame", caseworker=None)])
    with pytest.raises(AttributeError):
        clash.from_ = date(2026, 1, 1)  # type: ignore[misc]  # the point of the test
    with pytest.raises(TypeError):
        clash.figures["days"] = 1  # type: ignore[index]  # the point of the test


def test_what_is_handed_out_as_json_is_a_copy() -> None:
    (clash,) = find([plan("pl-ame", caseworker=None)])
    clash.as_json()["involved"].append("x")
    clash.as_json()["figures"]["days"] = 1
    assert clash.as_json()["involved"] == ["pl-ame"]
    assert clash.as_json()["figures"] == {}


def test_a_clash_prints_nothing_personal() -> None:
    (clash,) = find([plan("pl-ame", caseworker=None, title="Hemlig titel")])
    assert "Hemlig titel" not in repr(clash)
    assert "Arbetsmarknadsenheten" not in repr(clash)
