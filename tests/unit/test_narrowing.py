"""A narrower consent opens less and nothing else: tried against the consent decision itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as draw

from portal.accounts.rules import AgencyId, Role, Staff, StaffId, StandIn, StandInId
from portal.consent.narrowing import Opening, is_narrower, joined, narrowed, openings, taken_back
from portal.consent.rules import Category, Consent, ConsentId, Line, decide
from portal.people.rules import PersonId
from tests.support.records import staff

AGENCIES = tuple(map(AgencyId, ("ame", "af", "region")))
READERS = tuple(map(StaffId, ("s-anna", "s-bo")))
CATEGORIES = (Category.PLANNING, Category.HEALTH, Category.CONTACTS)
FIRST = date(2026, 3, 2)

LINES = draw.builds(
    Line,
    sources=draw.frozensets(draw.sampled_from(AGENCIES)),
    categories=draw.frozensets(draw.sampled_from(CATEGORIES), min_size=1),
    recipients=draw.frozensets(draw.sampled_from(READERS), min_size=1),
    stand_ins=draw.booleans(),
    covers_protected=draw.booleans(),
)
DAYS = draw.integers(0, 3).map(lambda days: FIRST + timedelta(days=days))
CONSENTS = draw.builds(
    Consent,
    id=draw.just(ConsentId("c-1")),
    person=draw.sampled_from((PersonId("p-1"), PersonId("p-2"))),
    valid_from=DAYS,
    valid_until=DAYS,
    lines=draw.lists(LINES, min_size=1, max_size=3).map(tuple),
    is_confirmed=draw.sampled_from((True, True, True, False)),
    withdrawn_at=draw.sampled_from((None, None, None, datetime(2026, 3, 3, tzinfo=UTC))),
)
LINE = Line(frozenset(AGENCIES), frozenset(CATEGORIES), frozenset(READERS), stand_ins=True, covers_protected=True)
CONSENT = Consent(ConsentId("c-1"), PersonId("p-1"), FIRST, FIRST + timedelta(days=30), (LINE,))


@given(new=CONSENTS, old=CONSENTS)
def test_what_is_narrower_opens_nothing_that_was_not_open(new: Consent, old: Consent) -> None:
    if is_narrower(new, old):
        assert new.person == old.person
        assert _opened(replace(new, is_confirmed=True, withdrawn_at=None)) < _opened(old)


@given(old=CONSENTS, new=CONSENTS)
def test_whatever_opens_less_on_the_same_days_is_narrower(old: Consent, new: Consent) -> None:
    old = replace(old, is_confirmed=True, withdrawn_at=None, valid_until=old.valid_from)
    new = replace(old, lines=new.lines)
    opened = _opened(new)
    assert is_narrower(new, old) == (bool(opened) and opened < _opened(old))


@given(
    line=LINES,
    kept=draw.frozensets(draw.builds(Opening, draw.sampled_from((None, *AGENCIES)), draw.sampled_from(CATEGORIES))),
    recipients=draw.frozensets(draw.sampled_from(READERS)),
)
def test_what_is_kept_of_a_line_is_what_was_ticked_and_was_there(
    line: Line, kept: frozenset[Opening], recipients: frozenset[StaffId]
) -> None:
    left = narrowed(line, kept, recipients)
    whom = recipients & line.recipients
    opened = frozenset(opening for each in left for opening in openings(each))
    assert opened == (kept & openings(line) if whom else frozenset())
    assert all(each.recipients == whom for each in left)
    assert all((each.stand_ins, each.covers_protected) == (line.stand_ins, line.covers_protected) for each in left)


@given(consent=CONSENTS)
def test_joined_lines_open_the_same(consent: Consent) -> None:
    whole = replace(consent, is_confirmed=True, withdrawn_at=None)
    few = joined(consent.lines)
    assert len(few) <= len(consent.lines)
    assert _opened(replace(whole, lines=few)) == _opened(whole)


def test_contacts_go_with_what_else_is_kept() -> None:
    kept = openings(LINE) - {Opening(AgencyId("af"), Category.HEALTH)}
    assert [sorted(line.categories) for line in narrowed(LINE, kept, READERS)] == [
        ["contacts", "health", "planning"],
        ["contacts", "planning"],
    ]
    (own,) = narrowed(LINE, [Opening(None, Category.CONTACTS)], READERS)
    assert not own.sources
    assert own.categories == {Category.CONTACTS}


def test_what_was_taken_back_is_what_one_opened_and_the_other_does_not() -> None:
    left = replace(CONSENT, lines=narrowed(LINE, [Opening(AgencyId("af"), Category.PLANNING)], READERS[:1]))
    gone = taken_back(CONSENT, left)
    of_anna = {opening for line in gone for opening in openings(line) if READERS[0] in line.recipients}
    assert of_anna == openings(LINE) - {Opening(AgencyId("af"), Category.PLANNING)}
    assert {opening for line in gone for opening in openings(line) if READERS[1] in line.recipients} == openings(LINE)
    assert taken_back(CONSENT, None) == (LINE,)
    assert taken_back(CONSENT, CONSENT) == ()


def test_the_same_again_and_nothing_at_all_are_no_withdrawal_in_part() -> None:
    assert not is_narrower(replace(CONSENT, id=ConsentId("c-2")), CONSENT)
    assert not is_narrower(replace(CONSENT, lines=()), CONSENT)


def test_less_is_not_narrower_where_it_holds_on_other_days() -> None:
    less = replace(CONSENT, lines=(replace(LINE, recipients=frozenset(READERS[:1])),))
    assert is_narrower(less, CONSENT)
    assert not is_narrower(replace(less, valid_from=FIRST - timedelta(days=1)), CONSENT)
    assert not is_narrower(replace(less, valid_until=FIRST + timedelta(days=31)), CONSENT)


def test_nothing_is_narrower_than_what_never_opened_anything() -> None:
    less = replace(CONSENT, lines=(replace(LINE, stand_ins=False),))
    assert is_narrower(less, CONSENT)
    assert not is_narrower(less, replace(CONSENT, is_confirmed=False))
    assert not is_narrower(less, replace(CONSENT, withdrawn_at=datetime(2026, 3, 2, tzinfo=UTC)))


def _opened(consent: Consent) -> set[tuple[object, ...]]:
    """Everything the consent decision opens: day, reader, way in, protection, agency and category."""
    bo, carl = _reader("s-bo"), _reader("s-carl")
    found: set[tuple[object, ...]] = set()
    for days in range(5):
        at = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=days)
        for is_protected in (False, True):
            for reader, absent in ((_reader("s-anna"), None), (bo, None), (carl, bo), (carl, _reader("s-anna"))):
                stand_ins = [] if absent is None else [(_stand_in(absent), absent)]
                decision = decide(reader, stand_ins, is_protected, [consent], at)
                who = (days, is_protected, reader.id, absent and absent.id)
                found |= {(*who, a, c) for a in AGENCIES for c in CATEGORIES[:2] if decision.opens(a, c)}
                found |= {(*who, "contacts")} if decision.shows_contacts else set()
    return found


def _reader(id_: str) -> Staff:
    return staff(id_, role=Role.READER)


def _stand_in(absent: Staff) -> StandIn:
    return StandIn(StandInId("si-1"), absent.id, StaffId("s-carl"), FIRST, FIRST + timedelta(days=9))
