"""Every entry of the vocabulary is told in plain words, and every code that can stand in one has its own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from audit.entry import Entry, seal
from audit.findings import Fault
from audit.merkle import leaf_hash
from audit.store import Stored
from audit.vocabulary import FORMS, Event, Outcome
from portal.accounts.openid import Refusal
from portal.accounts.sessions import Ending
from portal.auditing.examining import Leaf, Row, examine
from portal.auditing.integrity import Part, State
from portal.auditing.names import Names
from portal.auditing.rules import Criteria
from portal.auditing.telling import Told, by_day, short, tell
from portal.auditing.words import CAUSES, CHECKS, EVENTS, FAULTS, OUTCOMES, STATES
from portal.consent.merging import Known
from portal.web.language import install_language
from tests.support.records import staff

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = "A" * 43 + "="
NAMES = Names({"s-lina": staff("s-lina"), "s-spoilt": None}, {"ame": "AME"})
REASONS = {"decision": {"sv": "beslut", "en": "decision"}}
# A value of its form for every field that an event requires.
VALUES: dict[str, Any] = {
    "actor": "s-lina",
    "person": "0" * 32,
    "listing": "0" * 16,
    "rests_on": {},
    "lines": [{"consent": "c-1", "line": 0}],
    "outcome": "permitted",
    "reason": "decision",
    "provider": "kommunen",
    "cause": "idle",
    "consent": "c-1",
    "subject": "staff:s-lina",
    "version": 1,
    "state": DIGEST,
    "digest": DIGEST,
    "items": [{"id": "a", "change": "created"}, {"id": "b", "change": "created"}, {"id": "c", "change": "removed"}],
    "change": "added",
    "changed": "ame",
    "criteria": {"event": "read", "staff": "s-lina", "from": "2026-03-01"},
    "review": "r-1",
    "entry": 1,
    "judgement": "justified",
    "size": 12345,
    "findings": 0,
    "request": "q-1",
    "about": "consent",
    "answer": "yes",
    "draft": "0" * 32,
    "evidence": "0" * 32,
    "same_as": "1" * 32,
    "moved_from": "1" * 32,
    "form": "7K2M-Q9XH-83JE-QDZ3",
    "text": "sv-1",
    "language": "sv",
}


@pytest.fixture(autouse=True)
def _swedish() -> Iterator[None]:
    app = Flask("portal")
    app.config["SESSION_COOKIE_SECURE"] = False
    install_language(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize("event", Event)
def test_every_event_is_told_in_plain_words(event: Event) -> None:
    told = _tell(event)
    assert told.what[0].isupper()
    assert told.what.endswith(".")
    assert event.value not in told.what
    assert "_" not in told.what + told.name + " ".join(f"{label} {text}" for label, text in told.facts)
    assert {name for name, _ in told.fields} == {"event", "at", *FORMS[event].required}


def test_every_code_has_its_words() -> None:
    assert EVENTS.keys() == set(Event)
    assert OUTCOMES.keys() == set(Outcome)
    assert STATES.keys() == set(State)
    assert CAUSES.keys() >= {*map(str, Refusal), *map(str, Ending), *map(str, Known)}
    could_not_tell = {Part.SIGNATURE, Part.MEMORY}
    assert CHECKS.keys() == {
        (part, state) for part in Part for state in State if state is not State.UNKNOWN or part in could_not_tell
    }


@pytest.mark.parametrize(
    ("event", "fields", "label", "words"),
    [
        (Event.READ, {"items": ["a", "b"]}, "Omfattning", "2 uppgifter"),
        (Event.LISTED, {"count": 1}, "Omfattning", "1 uppgift"),
        (Event.RECORDS_CHANGED, {}, "Omfattning", "2 nya och 1 borttagen"),
        (Event.TRAIL_VERIFIED, {}, "Omfattning", "12\u00a0345 poster, 0 fel"),
        (
            Event.IMPORTED,
            {"counts": {"persons_created": 2, "persons_changed": 1, "consents_created": 1, "some_new_kind": 3}},
            "Omfattning",
            "personer: 2 nya och 1 ändrad; samtycken: 1 ny; some_new_kind: 3",
        ),
        (Event.READ, {"reason": "unstated"}, "Skäl", "inget skäl valt"),
        (Event.READ, {"reason": "since_removed"}, "Skäl", "since_removed"),
        (Event.REFUSED, {"cause": "some_new_cause"}, "Orsak", "some_new_cause"),
        (Event.CONSENT_WITHDRAWN, {"how": "phone"}, "Hur", "På telefon"),
        (Event.CONSENT_WITHDRAWN, {"received_by": "s-lina"}, "Mottaget av", "Lina Holm"),
        (Event.CONSENT_CONFIRMED, {"confirmed_by": "s-spoilt"}, "Bekräftat av", "s-spoilt"),
        (Event.IMPORTED, {"through": "system:anna"}, "Genom", "Kommandoraden"),
        (Event.REQUEST_ANSWERED, {}, "Svar", "Samtycke finns"),
        (Event.REQUEST_ANSWERED, {"about": "mistake", "answer": "no"}, "Svar", "Inget fel"),
        (Event.REQUEST_OPENED, {}, "Förfrågan", "q-1"),
        (Event.LOG_SEARCHED, {}, "Filter", "händelse Läste en person, från 2026-03-01, personal Lina Holm"),
        (
            Event.READ,
            {"lines": [{"consent": "c-1", "line": 1}, {"consent": "c-1", "line": 0}, {"consent": "f" * 32, "line": 0}]},
            "Stöd",
            "samtycke c-1, rad 1 och 2; samtycke ffffffff…, rad 1",
        ),
        (
            Event.READ,
            {"lines": [{"consent": "c-1", "line": 0, "through": "si-1"}]},
            "Stöd",
            "samtycke c-1, rad 1, som ersättare",
        ),
    ],
)
def test_facts_are_told(event: Event, fields: dict[str, Any], label: str, words: str) -> None:
    assert dict(_tell(event, **fields).facts)[label] == words


@pytest.mark.parametrize(
    ("actor", "name", "title"),
    [
        ("s-lina", "Lina Holm", "Arbetsmarknadssekreterare"),
        ("system:anna", "Kommandoraden", "användaren anna"),
        ("s-gone", "s-gone", "finns inte i registret"),
        ("s-spoilt", "s-spoilt", "finns inte i registret"),
    ],
)
def test_who_it_was_is_named(actor: str, name: str, title: str) -> None:
    told = _tell(Event.SIGNED_OUT, actor=actor)
    assert (told.name, told.title) == (name, title)


def test_a_sign_in_by_nobody_we_know_is_told() -> None:
    row = _row(Entry(Event.SIGN_IN_REFUSED, AT, {"cause": "unknown_staff"}))
    assert tell(row, NAMES, REASONS).name == "Okänd"


def test_a_listing_is_told_as_one() -> None:
    told = _tell(Event.LISTED, listed=12)
    assert told.what == "Öppnade en lista med 12 personer."
    assert told.person is None
    assert told.unfolds == {"listing": "0" * 16, "event": "listed"}


def test_of_a_row_that_is_not_believed_nothing_is_told_as_fact() -> None:
    sealed = seal(Entry(Event.SIGNED_OUT, AT, {"actor": "s-lina"}), lambda _: b"mac")
    row = examine(Stored(7, sealed.payload, sealed.mac, sealed.columns), None, 0, lambda *_: False)
    told = tell(row, NAMES, REASONS)
    assert (told.at, told.actor, told.name, told.facts) == (None, None, "", ())
    assert told.faults == (str(FAULTS[Fault.ENTRY_FORGED]),)
    assert ("actor", "s-lina") in told.fields


def test_every_fault_of_a_row_is_named_rightly() -> None:
    sealed = seal(Entry(Event.SIGNED_OUT, AT, {"actor": "s-lina"}), lambda _: b"mac")
    stored = Stored(7, sealed.payload, sealed.mac, sealed.columns)
    leaf = Leaf(0, leaf_hash(sealed.payload))
    moved = Stored(7, sealed.payload, sealed.mac, {**sealed.columns, "actor": "s-bo"})
    spoilt = Stored(7, b"spoilt", sealed.mac, sealed.columns)

    def faults(row: Stored, place: Leaf | None, *, signed_up_to: int = 0, is_ours: bool = True) -> set[Fault]:
        found = examine(row, place, signed_up_to, lambda *_: is_ours).faults
        assert FAULTS.keys() >= set(found)
        return set(found)

    assert faults(stored, leaf) == set()
    assert faults(stored, None) == set()
    assert faults(stored, None, signed_up_to=7) == {Fault.ENTRY_LEFT_OUT}
    assert faults(stored, leaf, is_ours=False) == {Fault.ENTRY_FORGED}
    assert faults(stored, Leaf(0, bytes(32))) == {Fault.ENTRY_ALTERED}
    assert faults(moved, leaf) == {Fault.COLUMNS_ALTERED}
    assert faults(spoilt, leaf) == {Fault.ENTRY_MALFORMED, Fault.ENTRY_ALTERED}


def test_rows_are_laid_under_their_stockholm_day() -> None:
    late, early = datetime(2026, 3, 1, 23, 30, tzinfo=UTC), datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    told = [tell(_row(Entry(Event.SIGNED_OUT, at, {"actor": "s-lina"})), NAMES, REASONS) for at in (late, early)]
    unbelieved = Row(1, None, (Fault.ENTRY_MALFORMED,), None)
    days = by_day([told[0], tell(unbelieved, NAMES, REASONS), told[1]])
    assert [(day, len(rows)) for day, rows in days] == [(date(2026, 3, 2), 2), (date(2026, 3, 1), 1)]


def test_a_period_is_whole_stockholm_days_also_when_the_clocks_change() -> None:
    spring = Criteria(from_=date(2026, 3, 29), until=date(2026, 3, 29)).period
    assert [each.astimezone(UTC).isoformat() for each in spring] == [
        "2026-03-28T23:00:00+00:00",
        "2026-03-29T22:00:00+00:00",
    ]


def test_long_ids_are_shortened_and_short_ones_are_not() -> None:
    assert (short("c-22-1"), short("0123456789abcdef")) == ("c-22-1", "01234567…")


def _tell(event: Event, listed: int = 1, **changes: Any) -> Told:
    fields = {name: VALUES[name] for name in FORMS[event].required} | changes
    return tell(_row(Entry(event, AT, fields), listed), NAMES, REASONS)


def _row(entry: Entry, listed: int = 1) -> Row:
    # Sealed once, so that no test tells an entry that could not be written.
    seal(entry, lambda _: b"mac")
    return Row(1, entry, (), None, listed)
