"""Importing: what a document brings stands in the register, sealed and recorded, and comes only once."""

import io
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.accounts import models as accounts
from portal.accounts.rules import StaffId
from portal.consent import models as consent_models
from portal.errors import NotOpenError
from portal.exchange.document import read_document
from portal.exchange.preparing import AT_A_TIME
from portal.exchange.preview import preview
from portal.people import models as people
from portal.plans import models as plans
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents, read, ref_of, rows, trail, verified
from tests.support.stocking import OPERATOR, attempt, stock

NOON = datetime(2026, 6, 10, 10, tzinfo=UTC)
EVA = StaffId("s-eva")


@pytest.fixture(autouse=True)
def at_noon(installation: Installation) -> None:
    installation.rewire(lambda: NOON)


def test_what_was_imported_opens_as_the_preview_says(installation: Installation) -> None:
    document = make.anna()
    stock(installation, document, confirmed_by=EVA)
    whole = read_document(io.BytesIO(json.dumps(document).encode()))
    for reader in ("s-lina", "s-anna", "s-omar"):
        (foreseen,) = preview(whole, StaffId(reader), NOON)["people"]
        opened = read(installation, reader)
        ids = [*(p.id for p in opened.plans), *(a.id for a in opened.activities), *(n.id for n in opened.notes)]
        assert sorted(ids) == foreseen["items"]
        assert (opened.contacts is not None) == foreseen["contacts"]
    with pytest.raises(NotOpenError):
        read(installation, "s-bo")
    assert verified(installation).holds


def test_the_same_document_again_changes_nothing(installation: Installation) -> None:
    document = make.anna(
        stand_ins=[make.stand_in()], consents=[make.consent(), make.consent("c-2", withdrawn=make.withdrawal())]
    )
    first = stock(installation, document, confirmed_by=EVA)
    before = contents(installation)
    again = stock(installation, document, confirmed_by=EVA)
    assert contents(installation) == before
    assert again.changes == 0
    assert {name: each.unchanged for name, each in again.counts.items()} == {
        name: each.created for name, each in first.counts.items()
    }


def test_a_dry_run_says_what_an_import_would_do_and_writes_nothing(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    before = contents(installation)
    document = _changed()
    foreseen = attempt(installation, document, is_dry_run=True)
    assert contents(installation) == before
    done = attempt(installation, document)
    assert done.as_json() == foreseen.as_json() | {"dry_run": False}
    assert done.counts["plans"].as_json() == {"created": 1, "changed": 1, "unchanged": 0, "removed": 1}
    assert done.counts["activities"].as_json() == {"created": 1, "changed": 0, "unchanged": 0, "removed": 1}
    assert verified(installation).holds


def test_consents_are_live_only_once_confirmed(installation: Installation) -> None:
    stock(installation, make.anna())
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    report = stock(installation, make.anna(), confirmed_by=EVA)
    assert (report.changes, report.counts["consents"].changed) == (1, 1)
    assert read(installation, "s-anna").identity.name == "Test Persson"
    (entry,) = trail(installation, "consent_confirmed")
    assert (entry.fields["actor"], entry.fields["confirmed_by"]) == (OPERATOR, "s-eva")


def test_the_import_leaves_one_entry_of_its_own_first(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    everything = trail(installation)
    assert [entry.event for entry in everything].index("imported") == 0
    fields = everything[0].fields
    assert (fields["actor"], fields["through"], fields["confirmed_by"]) == (OPERATOR, OPERATOR, "s-eva")
    assert fields["counts"] == {
        "agencies_created": 3,
        "staff_created": 6,
        "persons_created": 1,
        "consents_created": 1,
        "plans_created": 3,
        "activities_created": 3,
        "notes_created": 1,
    }
    assert {entry.fields["actor"] for entry in everything} == {OPERATOR}


def test_a_changed_plan_replaces_the_old_one_and_the_history_keeps_it(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    before = rows(installation, plans.items)["pl-af"]
    stock(installation, make.document(plans=[make.plan(goal="Arbete som truckförare")]))
    after = rows(installation, plans.items)["pl-af"]
    assert (before.version, after.version) == (1, 2)
    (plan,) = [each for each in read(installation, "s-anna").plans if each.id == "pl-af"]
    assert plan.goal == "Arbete som truckförare"
    (past,) = contents(installation)["item_history"]
    assert (past[0], past[1], past[7]) == ("pl-af", 1, before.content)
    assert [entry.fields["items"] for entry in trail(installation, "records_changed")][1:] == [
        [{"id": "pl-af", "change": "replaced", "digest": _digest_said(installation, "pl-af")}]
    ]


def test_a_removed_plan_takes_its_activities_along_and_can_come_back(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    gone = make.document(removed={"plans": ["pl-af"], "notes": ["n-1"]})
    report = stock(installation, gone)
    assert {name: each.removed for name, each in report.counts.items() if each.removed} == {
        "plans": 1,
        "activities": 1,
        "notes": 1,
    }
    assert rows(installation, plans.items).keys() == {"pl-ame", "pl-region", "a1", "a3"}
    assert stock(installation, gone).changes == 0
    stock(installation, make.document(plans=[make.plan()], activities=[make.activity()]))
    assert rows(installation, plans.items)["a2"].version == 2
    assert "a2" in {each.id for each in read(installation, "s-anna").activities}
    assert verified(installation).holds


def test_what_a_document_both_brings_and_removes_never_comes(installation: Installation) -> None:
    stock(installation, make.anna(removed={"notes": ["n-1"], "stand_ins": ["si-1"]}, stand_ins=[make.stand_in()]))
    assert "n-1" not in rows(installation, plans.items)
    assert rows(installation, accounts.stand_ins) == {}


def test_an_activity_may_lean_on_a_plan_in_the_register(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    stock(installation, make.document(activities=[make.activity("a9", title="Studiebesök")]))
    assert "a9" in {each.id for each in read(installation, "s-anna").activities}
    report = attempt(installation, make.document(activities=[make.activity("a10", plan="pl-none")]))
    assert [fault.path for fault in report.faults] == ["activities[0].plan"]


def test_the_order_of_the_lists_does_not_matter(installation: Installation) -> None:
    document = make.anna(stand_ins=[make.stand_in()])
    stock(installation, dict(reversed(document.items())), confirmed_by=EVA)
    assert stock(installation, document, confirmed_by=EVA).changes == 0
    assert {each.id for each in read(installation, "s-anna").activities} == {"a1", "a2"}


def test_very_many_activities_may_stand_before_their_plan(installation: Installation) -> None:
    activities = [make.activity(f"a-{number}") for number in range(AT_A_TIME + 1)]
    document = {"activities": activities} | make.anna(activities=activities)
    assert stock(installation, document, confirmed_by=EVA).counts["activities"].created == AT_A_TIME + 1
    assert len(read(installation, "s-anna").activities) == AT_A_TIME + 1
    assert verified(installation).holds


def test_a_withdrawal_closes_the_record_and_is_never_altered(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    withdrawn = make.document(consents=[_consent(withdrawn=make.withdrawal())])
    report = stock(installation, withdrawn)
    assert report.counts["consents"].changed == 1
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    assert stock(installation, withdrawn).changes == 0
    for changed, path in (
        (None, "consents[0].withdrawn"),
        (make.withdrawal(how="letter"), "consents[0].withdrawn.how"),
        (make.withdrawal(received_by=None), "consents[0].withdrawn.received_by"),
        (make.withdrawal(at="2026-06-02T12:00:00+02:00"), "consents[0].withdrawn.at"),
    ):
        report = attempt(installation, make.document(consents=[_consent(withdrawn=changed)]))
        assert [fault.path for fault in report.faults] == [path]
    assert verified(installation).holds


def test_a_narrower_consent_and_the_withdrawal_of_the_old_come_in_one_document(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    narrower = make.consent("c-2", lines=[make.line(sources=["ame"])])
    stock(
        installation,
        make.document(consents=[_consent(withdrawn=make.withdrawal()), narrower]),
        confirmed_by=EVA,
    )
    assert {each.id for each in read(installation, "s-anna").plans} == {"pl-ame"}
    versions = [e.fields["version"] for e in trail(installation) if str(e.fields.get("subject")).startswith("person:")]
    assert versions == [1, 2, 3, 4, 5, 6, 7]
    assert verified(installation).holds


def test_a_stand_in_ends_when_a_document_removes_it(installation: Installation) -> None:
    dates = {"from_": "2026-06-01", "until": "2026-06-30"}
    line = make.line(stand_ins=True)
    stock(
        installation,
        make.anna(stand_ins=[make.stand_in(**dates)], consents=[make.consent(lines=[line])]),
        confirmed_by=EVA,
    )
    assert read(installation, "s-bo").lines[0].through == "si-1"
    report = stock(installation, make.document(removed={"stand_ins": ["si-1"]}))
    assert report.counts["stand_ins"].removed == 1
    with pytest.raises(NotOpenError):
        read(installation, "s-bo")
    assert stock(installation, make.document(removed={"stand_ins": ["si-1"]})).changes == 0


def test_a_staff_entry_that_ends_closes_at_once(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    anna = read(installation, "s-anna")
    report = stock(installation, make.document(staff=[make.staff(active_until="2026-06-09")]))
    assert (anna.lines != (), report.counts["staff"].changed) == (True, 1)
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    assert rows(installation, consent_models.consents)["c-1"].confirmed_by == "s-eva"


def test_a_person_taken_away_from_view_by_protection_has_no_contacts_left(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by=EVA)
    stock(installation, make.document(persons=[make.person(protected=True, phone=None)]))
    with pytest.raises(NotOpenError):
        read(installation, "s-anna")
    covering = make.consent("c-2", lines=[make.line(covers_protected=True)])
    stock(installation, make.document(consents=[covering]), confirmed_by=EVA)
    opened = read(installation, "s-anna")
    assert (opened.is_protected, opened.contacts and opened.contacts.phone) == (True, None)
    assert [entry.fields["change"] for entry in trail(installation, "person_changed")] == ["details", "protected"]
    assert verified(installation).holds


def test_whoever_was_imported_is_found_by_number(installation: Installation) -> None:
    stock(installation, make.anna())
    assert [row[1] for row in contents(installation)[people.person_numbers.name]] == [ref_of(installation)]


def _consent(**changes: Any) -> dict[str, Any]:
    """The consent of the founding example."""
    return {**make.anna()["consents"][0], **changes}


def _changed() -> dict[str, Any]:
    """Something of everything: new, replaced and removed."""
    return make.document(
        persons=[make.person(phone=None), make.person("p-2", personnummer=make.NUMBERS[1])],
        plans=[make.plan(goal=None), make.plan("pl-2", person="p-2")],
        activities=[make.activity("a9")],
        consents=[make.consent("c-2", person="p-2")],
        stand_ins=[make.stand_in()],
        removed={"plans": ["pl-region"]},
    )


def _digest_said(installation: Installation, item: str) -> str:
    return b64encode(rows(installation, plans.items)[item].digest).decode()
