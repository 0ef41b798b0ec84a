"""What readers ask the desk for: what a request leaves behind, who sees it, and that it tells nobody who is known."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from portal.accounts.rules import Staff, StaffId
from portal.accounts.sealing import staff_subject
from portal.accounts.service import end_staff
from portal.consent.desk import withdraw_consent
from portal.database import Desk
from portal.errors import NotOpenError, TamperedError, UnavailableError
from portal.requests.models import requests
from portal.requests.rules import About, Answer, DeskRequest
from portal.requests.service import AnsweredAlreadyError, answer_request
from tests.faults.test_outages import trail_that_takes_nothing
from tests.support.attacking import Attacker
from tests.support.installation import Installation
from tests.support.register import staff_entry, verified
from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    ENDED,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OF_OTHERS,
    OPEN,
    PROTECTED,
    READER,
    SEALED,
    STAND_IN,
    STRANGER,
    WITHDRAWN,
    Situation,
    situate,
)

WHY, WRONG = "Vi ska planera praktik ihop.", "Praktiken slutade i går."


@pytest.fixture
def situation(installation: Installation) -> Situation:
    """People in every state of consent."""
    return situate(installation)


def test_a_request_for_consent_reaches_the_desk_with_who_asks_and_why(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    (waiting,) = opened(situation)
    assert (waiting.about, waiting.reader, waiting.agency) == (About.CONSENT, READER, "af")
    assert (waiting.number, waiting.words, waiting.person, waiting.answered) == (NOBODYS_NUMBER, WHY, None, None)
    made, seen = situation.portal.told("request_made", "request_opened")
    assert (made["actor"], made["request"], made["about"]) == (READER, waiting.id, "consent")
    assert (seen["actor"], seen["request"]) == (ADMINISTRATOR, waiting.id)


@pytest.mark.parametrize("person", [OPEN, OF_OTHERS, WITHDRAWN, SEALED, PROTECTED])
def test_a_known_number_leaves_the_same_as_an_unknown_one(situation: Situation, person: str) -> None:
    ask(situation, NOBODYS_NUMBER)
    ask(situation, NUMBER_OF[person])
    nobodys, somebodys = rows(situation)
    for name in (column.name for column in requests.columns):
        values = nobodys[name], somebodys[name]
        if name in ("id", "asked", "content"):
            assert len(values[0]) == len(values[1])
        elif name != "made_at":
            assert values[0] == values[1], name
    first, second = situation.portal.told("request_made")
    assert first.keys() == second.keys()
    assert "person" not in second
    assert len(first["number"]) == len(second["number"])


def test_asked_twice_it_waits_once_and_both_are_in_the_trail(situation: Situation) -> None:
    for _ in range(2):
        ask(situation, NOBODYS_NUMBER)
    assert len(rows(situation)) == 1
    first, second = situation.portal.told("request_made")
    assert first["request"] == second["request"]
    assert "cause" not in first
    assert second["cause"] == "asked_already"


def test_asked_by_many_windows_at_once_it_waits_once(situation: Situation) -> None:
    with ThreadPoolExecutor(4) as windows:
        list(windows.map(lambda _: ask(situation, NOBODYS_NUMBER), range(8)))
    assert len(rows(situation)) == 1
    assert len(situation.portal.told("request_made")) == 8


def test_two_readers_who_ask_for_one_number_have_nothing_in_common_in_the_row(situation: Situation) -> None:
    for reader in (READER, STRANGER):
        ask(situation, NOBODYS_NUMBER, reader)
    first, second = rows(situation)
    assert first["asked"] != second["asked"]
    ask(situation, NUMBER_OF[OPEN])
    with situation.installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        indexes = {
            bytes(each) for each in connection.execute(text("SELECT number_index FROM person_numbers")).scalars()
        }
    assert indexes.isdisjoint(row["asked"] for row in rows(situation))


def test_an_answered_number_can_be_asked_for_anew(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    (waiting,) = opened(situation)
    answer(situation, waiting, Answer.NO, "Ville inte än.")
    ask(situation, NOBODYS_NUMBER)
    assert [row["asked"] is None for row in rows(situation)] == [True, False]
    (again,) = opened(situation)
    assert again.id != waiting.id


def test_an_answer_reaches_who_asked_and_the_note_stays_at_the_desk(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    (waiting,) = opened(situation)
    answer(situation, waiting, Answer.NO, "Ville inte än.")
    (own,) = situation.installation.wiring.requesting.own_requests(entry(situation, READER)).shown
    assert (own.answer, own.words, own.person) == (Answer.NO, WHY, None)
    kept = situation.installation.wiring.answering.open_request(entry(situation, ADMINISTRATOR), waiting.id)
    assert kept.note == "Ville inte än."
    assert kept.answered is not None
    assert (kept.answered.answer, kept.answered.by) == (Answer.NO, ADMINISTRATOR)
    (told,) = situation.portal.told("request_answered")
    assert (told["actor"], told["request"], told["answer"]) == (ADMINISTRATOR, waiting.id, "no")


def test_the_first_answer_stands(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    (waiting,) = opened(situation)
    for _ in range(2):
        answer(situation, waiting, Answer.YES)
    with pytest.raises(AnsweredAlreadyError):
        answer(situation, waiting, Answer.NO)
    with pytest.raises(AnsweredAlreadyError):
        answer(situation, waiting, Answer.YES, by="s-lina")
    assert len(situation.portal.told("request_answered")) == 1
    assert rows(situation)[0]["answer"] == "yes"


def test_a_reader_sees_their_own_requests_and_no_other(situation: Situation) -> None:
    for reader in (READER, STRANGER):
        ask(situation, NOBODYS_NUMBER, reader)
    requesting = situation.installation.wiring.requesting
    assert len(requesting.own_requests(entry(situation, READER)).shown) == 1
    assert requesting.own_requests(entry(situation, STAND_IN)).shown == ()
    told = situation.portal.told("request_opened")
    assert [(each["actor"], each["about"]) for each in told] == [(READER, "consent")]


@pytest.mark.parametrize("who", [ADMINISTRATOR, AUDITOR, ENDED])
def test_nobody_but_a_reader_asks(situation: Situation, who: str) -> None:
    with pytest.raises(NotOpenError):
        ask(situation, NOBODYS_NUMBER, who)
    assert rows(situation) == []


@pytest.mark.parametrize("who", [READER, AUDITOR, ENDED])
def test_nobody_but_an_administrator_sees_what_waits(situation: Situation, who: str) -> None:
    ask(situation, NOBODYS_NUMBER)
    answering = situation.installation.wiring.answering
    (row,) = rows(situation)
    attempts: list[Callable[[Staff], Any]] = [
        answering.waiting,
        answering.open_waiting,
        answering.answered,
        lambda staff: answering.open_request(staff, row["id"]),
    ]
    for attempt in attempts:
        with pytest.raises(NotOpenError):
            attempt(entry(situation, who))
    assert situation.portal.told("request_opened") == []


def test_a_mistake_is_told_by_whoever_may_read_and_rests_on_the_consent(situation: Situation) -> None:
    report(situation, OPEN)
    (waiting,) = opened(situation)
    assert (waiting.about, waiting.person) == (About.MISTAKE, situation.refs[OPEN])
    assert (waiting.words, waiting.number) == (WRONG, None)
    (made,) = situation.portal.told("request_made")
    assert made["lines"] == [{"consent": f"c-{OPEN}", "line": 0}]
    assert made["rests_on"].keys() == {f"person:{situation.refs[OPEN]}", staff_subject(READER)}
    assert verified(situation.installation).holds


@pytest.mark.parametrize(
    ("who", "person"), [(READER, OF_OTHERS), (READER, WITHDRAWN), (READER, PROTECTED), (STRANGER, OPEN)]
)
def test_a_mistake_is_told_by_nobody_who_may_not_read(situation: Situation, who: str, person: str) -> None:
    with pytest.raises(NotOpenError):
        report(situation, person, who)
    assert rows(situation) == []
    (refused,) = situation.portal.told("refused")
    assert (refused["actor"], refused["cause"], refused["person"]) == (who, "no_consent", situation.refs[person])


def test_what_is_wrong_with_somebody_sealed_is_closed_to_the_desk_too(situation: Situation) -> None:
    report(situation, OPEN)
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        assert withdraw_consent(act, situation.refs[OPEN], f"c-{OPEN}", "phone", entry(situation, ADMINISTRATOR).id)
    (waiting,) = opened(situation)
    assert (waiting.person, waiting.words) == (situation.refs[OPEN], None)
    assert situation.portal.told("request_opened") == []
    answer(situation, waiting, Answer.NO, "Återkallat.")
    (own,) = situation.installation.wiring.requesting.own_requests(entry(situation, READER)).shown
    assert (own.answer, own.words) == (Answer.NO, None)


def test_a_reader_who_has_left_tells_of_nothing(situation: Situation) -> None:
    anna = entry(situation, READER)
    with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
        act.hold([staff_subject(READER)])
        end_staff(act, READER)
    with pytest.raises(NotOpenError):
        situation.installation.wiring.requesting.report_mistake(anna, situation.refs[OPEN], WRONG, "ongoing")
    with pytest.raises(NotOpenError):
        situation.installation.wiring.requesting.ask_for_consent(anna, NOBODYS_NUMBER, WHY)
    assert rows(situation) == []


def test_a_withdrawal_between_decision_and_report_refuses_the_report(situation: Situation) -> None:
    withdrawals = iter([situation.refs[OPEN]])

    def withdraw(*_: object) -> None:
        # As the connection that puts the report in is taken, before it begins and has any lock.
        for ref in withdrawals:
            with situation.installation.wiring.act(ADMINISTRATOR, "ame") as act:
                assert withdraw_consent(act, ref, f"c-{OPEN}", "phone", StaffId(ADMINISTRATOR))

    event.listen(situation.installation.wiring.engine(Desk.REQUESTING), "checkout", withdraw)
    with pytest.raises(NotOpenError):
        report(situation, OPEN)
    assert rows(situation) == []
    assert verified(situation.installation).holds


def test_what_the_trail_cannot_take_is_not_asked(situation: Situation) -> None:
    with trail_that_takes_nothing(situation):
        with pytest.raises(UnavailableError):
            ask(situation, NOBODYS_NUMBER)
        with pytest.raises(UnavailableError):
            report(situation, OPEN)
    assert rows(situation) == []
    ask(situation, NOBODYS_NUMBER)
    assert len(rows(situation)) == 1


def test_what_has_been_destroyed_with_its_log_is_gone_from_every_list(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    (waiting,) = opened(situation)
    situation.installation.wiring.keyring.destroy_lookup_key(f"{waiting.made_at:%Y}")
    assert opened(situation) == ()
    with pytest.raises(NotOpenError):
        situation.installation.wiring.answering.open_request(entry(situation, ADMINISTRATOR), waiting.id)
    assert situation.installation.wiring.requesting.own_requests(entry(situation, READER)).shown == ()


def test_a_row_given_to_another_reader_shows_that_one_nothing(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    attacker = Attacker(situation.installation)
    attacker.does(f"UPDATE requests SET reader = '{STRANGER}'")
    attacker.leaves()
    with pytest.raises(TamperedError):
        situation.installation.wiring.requesting.own_requests(entry(situation, STRANGER))


def test_the_desk_answers_and_neither_makes_nor_removes_requests(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    for statement in ("DELETE FROM requests", "INSERT INTO requests SELECT * FROM requests WHERE 1 = 0"):
        with situation.installation.wiring.engine(Desk.ADMINISTRATION).connect() as connection:
            with pytest.raises(DBAPIError):
                connection.exec_driver_sql(statement)
            connection.rollback()


@pytest.mark.postgresql
def test_by_hand_a_readers_connection_finds_that_readers_requests_alone(postgresql_installation: Installation) -> None:
    situation = situate(postgresql_installation)
    for reader in (READER, STRANGER):
        ask(situation, NOBODYS_NUMBER, reader)
    found = {READER: {READER}, STRANGER: {STRANGER}, STAND_IN: set(), AUDITOR: set(), ENDED: set(), "": set()}
    found[ADMINISTRATOR] = {READER, STRANGER}
    for who, theirs in found.items():
        for desk in (Desk.READING, Desk.REQUESTING):
            with postgresql_installation.wiring.engine(desk).connect() as connection:
                connection.execute(select(func.set_config("portal.reader", who, True)))
                assert set(connection.execute(select(requests.c.reader)).scalars()) == theirs, who
                for statement in ("UPDATE requests SET answer = 'yes'", "DELETE FROM requests"):
                    with pytest.raises(DBAPIError, match=r"permission denied|read-only"), connection.begin_nested():
                        connection.execute(text(statement))


@pytest.mark.postgresql
@pytest.mark.parametrize("answered", ["NULL, NULL, NULL", f"1, '{ADMINISTRATOR}', 'yes'"])
def test_by_hand_a_readers_connection_makes_no_request_of_anothers_nor_an_answered_one(
    postgresql_installation: Installation, answered: str
) -> None:
    situation = situate(postgresql_installation)
    who = READER if "yes" in answered else STRANGER
    asked = "NULL" if "yes" in answered else "'x'::bytea"
    statement = (
        "INSERT INTO requests (id, reader, agency, about, made_at, asked, content, answered_at, answered_by, answer) "
        f"VALUES ('x', '{who}', 'af', 'consent', 1, {asked}, 'x'::bytea, {answered})"
    )
    with situation.installation.wiring.engine(Desk.REQUESTING).connect() as connection:
        connection.execute(select(func.set_config("portal.reader", READER, True)))
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(text(statement))


def entry(situation: Situation, who: str) -> Staff:
    return staff_entry(situation.installation, who)


def ask(situation: Situation, number: str, who: str = READER) -> None:
    situation.installation.wiring.requesting.ask_for_consent(entry(situation, who), number, WHY)


def test_every_request_is_on_some_page_and_none_on_two(situation: Situation) -> None:
    for number in range(103):
        ask(situation, f"{number:012}")
    wiring = situation.installation.wiring
    reader, desk = entry(situation, READER), entry(situation, ADMINISTRATOR)
    first = wiring.requesting.own_requests(reader)
    second = wiring.requesting.own_requests(reader, first.more or "")
    assert (len(first.shown), len(second.shown), second.more) == (100, 3, None)
    made = [each.made_at for each in (*first.shown, *second.shown)]
    assert made == sorted(made, reverse=True)
    assert wiring.requesting.own_requests(entry(situation, STAND_IN), first.more or "").shown == ()
    seen: list[DeskRequest] = []
    after: str | None = ""
    while after is not None:
        page = wiring.answering.open_waiting(desk, after)
        assert len(page.shown) <= 50
        seen += page.shown
        after = page.more
        # What one has seen is answered before one goes on.
        answer(situation, page.shown[-1], Answer.NO)
    assert len({each.id for each in seen}) == len(seen) == 103
    for request in seen:
        if len(wiring.answering.answered(desk).shown) < 20:
            answer(situation, request, Answer.NO)
    answer(situation, seen[60], Answer.NO)
    page = wiring.answering.answered(desk)
    assert len(page.shown) == 20
    later = wiring.answering.answered(desk, page.more or "")
    assert later.shown
    assert not {each.id for each in page.shown} & {each.id for each in later.shown}


def test_a_page_after_nothing_is_the_first(situation: Situation) -> None:
    ask(situation, NOBODYS_NUMBER)
    requesting = situation.installation.wiring.requesting
    for after in ("", "0" * 32, "\0", "' OR 1=1", "x" * 5000):
        assert len(requesting.own_requests(entry(situation, READER), after).shown) == 1


def report(situation: Situation, person: str, who: str = READER) -> None:
    reader = entry(situation, who)
    situation.installation.wiring.requesting.report_mistake(reader, situation.refs[person], WRONG, "ongoing")


def opened(situation: Situation) -> tuple[DeskRequest, ...]:
    """What waits, as the administrator opens it."""
    return situation.installation.wiring.answering.open_waiting(entry(situation, ADMINISTRATOR)).shown


def answer(
    situation: Situation, request: DeskRequest, said: Answer, note: str | None = None, by: str = ADMINISTRATOR
) -> None:
    with situation.installation.wiring.act(by, "ame") as act:
        answer_request(act, request.id, said, note)


def rows(situation: Situation) -> list[dict[str, Any]]:
    """The rows as they stand, the oldest first."""
    with situation.installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        found = connection.execute(select(requests).order_by(requests.c.made_at)).mappings()
        return [dict(row) for row in found]
