"""Agencies, staff and stand-ins as the desk changes them: each change once, in the trail, and never over another's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from portal import clock
from portal.accounts import desk
from portal.accounts.directory import find_staff, list_agencies
from portal.accounts.rules import (
    Agency,
    AgencyId,
    AgencyKind,
    Role,
    Staff,
    StaffDetails,
    StaffId,
    StandIn,
    StandInId,
)
from portal.accounts.sealing import staff_subject, stand_in_subject
from portal.accounts.service import end_staff, end_stand_in
from portal.acting import Act
from portal.database import Desk
from portal.errors import ConflictError, NotOpenError
from tests import factories
from tests.support.installation import Installation
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    ENDED,
    OPEN,
    READER,
    SEALED,
    STAND_IN,
    STRANGER,
    Situation,
    situate,
)
from tests.support.stocking import stock

NEW_PHONE = StaffDetails("Anna Berg", "Arbetsförmedlare", None, "010-00 00 00", None)


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """Staff in every role at three agencies."""
    return situate(installation)


def kept(situation: Situation, staff: str) -> Staff:
    """A staff entry as the register has it."""
    wiring = situation.installation.wiring
    with wiring.engine(Desk.READING).connect() as connection:
        found = find_staff(connection, wiring.keyring, staff)
    assert found is not None
    return found.entry


def act(situation: Situation, change: Callable[[Act], object]) -> None:
    """Make one change at the desk."""
    with situation.installation.wiring.act_for(kept(situation, ADMINISTRATOR)) as acting:
        change(acting)


def changes(situation: Situation, event: str) -> list[tuple[str, str]]:
    """What the trail says was changed since the situation was stocked, and by whom."""
    return [
        (entry["change"], entry["actor"]) for entry in situation.portal.told(event) if entry["actor"] == ADMINISTRATOR
    ]


def newcomer(subject: str = "tove", role: Role = Role.READER, from_: date | None = None) -> Staff:
    """A new entry at Arbetsförmedlingen."""
    begins = from_ or clock.today()
    who = (StaffId("s-new"), AgencyId("af"), role, "Tove Ny", "Vikarie", None, None, None)
    return Staff(*who, "https://idp.af.example", subject, begins, None)


def test_details_are_changed_and_what_ties_the_entry_to_others_stays(situation: Situation) -> None:
    before = kept(situation, READER)
    act(situation, lambda acting: desk.change_staff(acting, READER, NEW_PHONE, 1))
    assert kept(situation, READER) == replace(before, email=None, phone="010-00 00 00", phone_hours=None)
    assert changes(situation, "staff_changed")[-1] == ("changed", ADMINISTRATOR)


def test_the_same_change_sent_twice_is_one_change(situation: Situation) -> None:
    before = len(changes(situation, "staff_changed"))
    for _ in range(2):
        act(situation, lambda acting: desk.change_staff(acting, READER, NEW_PHONE, 1))
    assert len(changes(situation, "staff_changed")) == before + 1


def test_a_change_of_what_somebody_else_has_changed_is_refused(situation: Situation) -> None:
    act(situation, lambda acting: desk.change_staff(acting, READER, NEW_PHONE, 1))
    with pytest.raises(desk.ChangedMeanwhileError):
        act(situation, lambda acting: desk.change_staff(acting, READER, replace(NEW_PHONE, phone="1"), 1))
    assert kept(situation, READER).phone == "010-00 00 00"


def test_of_two_administrators_at_once_one_changes_the_entry(situation: Situation) -> None:
    start, refused = Barrier(2), []

    def change(phone: str) -> None:
        start.wait()
        try:
            act(situation, lambda acting: desk.change_staff(acting, READER, replace(NEW_PHONE, phone=phone), 1))
        except desk.ChangedMeanwhileError:
            refused.append(phone)

    both = [Thread(target=change, args=(phone,)) for phone in ("1", "2")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert refused == ["2" if kept(situation, READER).phone == "1" else "1"]


@pytest.mark.parametrize("staff", [ENDED, "nobody"])
def test_whoever_has_ended_is_not_changed_and_does_not_come_back(situation: Situation, staff: str) -> None:
    with pytest.raises(ConflictError):
        act(situation, lambda acting: desk.change_staff(acting, staff, NEW_PHONE, 2))


def test_an_entry_that_has_ended_is_not_added_back_by_its_own_form(situation: Situation) -> None:
    def end(acting: Act) -> None:
        acting.hold([staff_subject("s-new")])
        end_staff(acting, "s-new")

    act(situation, lambda acting: desk.add_staff(acting, newcomer()))
    act(situation, end)
    act(situation, lambda acting: desk.add_staff(acting, newcomer()))
    assert [change for change, _ in changes(situation, "staff_changed")][-2:] == ["added", "ended"]
    with pytest.raises(ConflictError):
        act(situation, lambda acting: desk.add_staff(acting, newcomer("another")))


def test_a_subject_is_one_persons_at_a_time(situation: Situation) -> None:
    with pytest.raises(desk.TakenSubjectError):
        act(situation, lambda acting: desk.add_staff(acting, newcomer("anna")))
    act(situation, lambda acting: desk.add_staff(acting, newcomer("gone")))
    assert kept(situation, "s-new").subject == "gone"


def test_a_successor_may_have_the_subject_once_the_entry_before_is_over(situation: Situation) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    first = replace(newcomer(), active_until=clock.today())
    act(situation, lambda acting: desk.add_staff(acting, first))
    successor = replace(newcomer(from_=tomorrow), id=StaffId("s-successor"))
    act(situation, lambda acting: desk.add_staff(acting, successor))
    with pytest.raises(desk.TakenSubjectError):
        act(situation, lambda acting: desk.add_staff(acting, replace(successor, id=StaffId("s-third"))))


@pytest.mark.parametrize(("of", "role"), [(AUDITOR, Role.ADMINISTRATOR), (ADMINISTRATOR, Role.AUDITOR)])
def test_nobody_is_both_administrator_and_auditor(situation: Situation, of: str, role: Role) -> None:
    entry = replace(kept(situation, of), id=StaffId("s-both"), role=role, active_from=date(2099, 1, 1))
    with pytest.raises(desk.BothRolesError):
        act(situation, lambda acting: desk.add_staff(acting, entry))


def stand_in(id_: str = "si-new", by: str = "s-carl", **changes: str) -> StandIn:
    """Somebody reads in place of Anna from today for a week."""
    today = clock.today()
    absent = changes.get("absent", READER)
    return StandIn(StandInId(id_), StaffId(absent), StaffId(by), today, today + timedelta(days=7))


def carl(situation: Situation) -> Staff:
    """One more colleague of Anna's, who reads nothing yet."""
    entry = replace(newcomer("carl"), id=StaffId("s-carl"))
    act(situation, lambda acting: desk.add_staff(acting, entry))
    return entry


def may_read(situation: Situation, reader: Staff, person: str) -> bool:
    """Whether ``reader`` gets to a person's record."""
    try:
        situation.installation.wiring.reading.open_record(reader, situation.refs[person], "ongoing")
    except NotOpenError:
        return False
    return True


def test_a_stand_in_reads_from_the_first_day_and_not_once_ended(situation: Situation) -> None:
    reader = carl(situation)
    assert not may_read(situation, reader, OPEN)
    act(situation, lambda acting: desk.add_stand_in(acting, stand_in()))
    assert may_read(situation, reader, OPEN)

    def end(acting: Act) -> None:
        acting.hold([stand_in_subject("si-new")])
        end_stand_in(acting, "si-new")

    act(situation, end)
    assert not may_read(situation, reader, OPEN)
    assert changes(situation, "stand_in_changed") == [("added", ADMINISTRATOR), ("ended", ADMINISTRATOR)]


def test_a_stand_in_reads_only_where_the_line_says_so(situation: Situation) -> None:
    reader, today = carl(situation), clock.today()
    dates = {"signed_on": f"{today}", "valid_from": f"{today}", "valid_until": f"{today + timedelta(days=9)}"}
    line = factories.line(recipients=[READER], stand_ins=False)
    consent = factories.consent("c-alone", person=SEALED, lines=[line], **dates)
    stock(situation.installation, factories.document(consents=[consent]), ADMINISTRATOR)
    act(situation, lambda acting: desk.add_stand_in(acting, stand_in()))
    assert may_read(situation, kept(situation, READER), SEALED)
    assert not may_read(situation, reader, SEALED)


def test_a_stand_in_sent_twice_is_one_and_does_not_begin_again_once_ended(situation: Situation) -> None:
    carl(situation)

    def end(acting: Act) -> None:
        acting.hold([stand_in_subject("si-new")])
        end_stand_in(acting, "si-new")

    for change in (lambda acting: desk.add_stand_in(acting, stand_in()), end):
        act(situation, change)
        act(situation, lambda acting: desk.add_stand_in(acting, stand_in()))
    assert [change for change, _ in changes(situation, "stand_in_changed")] == ["added", "ended"]
    with pytest.raises(ConflictError):
        act(situation, lambda acting: desk.add_stand_in(acting, stand_in(by=STAND_IN)))


@pytest.mark.parametrize("by", [STRANGER, READER, ENDED, ADMINISTRATOR, "nobody"])
def test_only_a_reader_who_is_there_at_the_same_agency_stands_in(situation: Situation, by: str) -> None:
    with pytest.raises(desk.NoStandInError):
        act(situation, lambda acting: desk.add_stand_in(acting, stand_in(by=by)))


def test_nobody_stands_in_for_an_administrator(situation: Situation) -> None:
    with pytest.raises(desk.NoStandInError):
        act(situation, lambda acting: desk.add_stand_in(acting, stand_in(by="s-lina", absent=ADMINISTRATOR)))


def test_what_one_stand_in_says_another_does_not_say_again(situation: Situation) -> None:
    carl(situation)
    act(situation, lambda acting: desk.add_stand_in(acting, stand_in()))
    last = stand_in().until
    with pytest.raises(desk.AlreadyStandsInError):
        act(situation, lambda acting: desk.add_stand_in(acting, replace(stand_in("si-again"), from_=last, until=last)))
    after = last + timedelta(days=1)
    act(situation, lambda acting: desk.add_stand_in(acting, replace(stand_in("si-after"), from_=after, until=after)))
    act(situation, lambda acting: desk.add_stand_in(acting, stand_in("si-other", absent=STAND_IN)))


def test_of_two_administrators_at_once_one_adds_the_stand_in(situation: Situation) -> None:
    carl(situation)
    start, refused = Barrier(2), []

    def add(id_: str) -> None:
        start.wait()
        try:
            act(situation, lambda acting: desk.add_stand_in(acting, stand_in(id_)))
        except desk.AlreadyStandsInError:
            refused.append(id_)

    both = [Thread(target=add, args=(id_,)) for id_ in ("si-one", "si-two")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(refused) == 1
    assert [change for change, _ in changes(situation, "stand_in_changed")] == ["added"]


def test_an_agency_added_twice_is_one_and_its_id_is_no_others(situation: Situation) -> None:
    agency = Agency(AgencyId("skola"), "Komvux Hässleholm", AgencyKind.SKOLA)
    for _ in range(2):
        act(situation, lambda acting: desk.add_agency(acting, agency))
    assert [change for change, _ in changes(situation, "agency_changed")] == ["added"]
    with pytest.raises(desk.TakenAgencyError):
        act(situation, lambda acting: desk.add_agency(acting, replace(agency, name="Komvux")))
    with pytest.raises(desk.TakenAgencyError):
        act(situation, lambda acting: desk.add_agency(acting, replace(agency, kind=AgencyKind.OTHER)))


def test_an_agency_is_renamed_once_and_not_over_another_name(situation: Situation) -> None:
    for _ in range(2):
        act(situation, lambda acting: desk.rename_agency(acting, "af", "AF Skåne", "Arbetsförmedlingen"))
    with pytest.raises(desk.ChangedMeanwhileError):
        act(situation, lambda acting: desk.rename_agency(acting, "af", "AF", "Arbetsförmedlingen"))
    assert [change for change, _ in changes(situation, "agency_changed")] == ["changed"]
    with situation.installation.wiring.engine(Desk.READING).connect() as connection:
        assert Agency(AgencyId("af"), "AF Skåne", AgencyKind.ARBETSFORMEDLINGEN) in list_agencies(connection)
    with pytest.raises(ConflictError):
        act(situation, lambda acting: desk.rename_agency(acting, "none", "x", "y"))
