"""Merging opens what a live line of either opens of the individual, and nothing else; and the page foretells it."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import AgencyId, Staff, StaffId
from portal.consent.drafts import Pair
from portal.consent.merge_foreseeing import Change, Registration, foresee_merger, together
from portal.consent.rules import Category, Consent, ConsentId, Line
from portal.people.rules import PersonId
from tests.support.records import staff

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCES = [AgencyId("ame"), AgencyId("af")]
CATEGORIES = [Category.PLANNING, Category.HEALTH, Category.CONTACTS]
READERS = [staff("s-lina"), staff("s-anna")]
PAIRS = [(source, category) for source in SOURCES for category in CATEGORIES[:2]]

lines = st.builds(
    Line,
    sources=st.frozensets(st.sampled_from(SOURCES), min_size=1),
    categories=st.frozensets(st.sampled_from(CATEGORIES), min_size=1),
    recipients=st.frozensets(st.sampled_from([each.id for each in READERS]), min_size=1),
    stand_ins=st.booleans(),
    covers_protected=st.booleans(),
)
consents = st.builds(
    Consent,
    id=st.uuids().map(lambda key: ConsentId(key.hex)),
    person=st.just(PersonId("p")),
    valid_from=st.sampled_from([date(2026, 1, 1), date(2026, 4, 1)]),
    valid_until=st.sampled_from([date(2026, 2, 1), date(2026, 12, 31)]),
    lines=st.lists(lines, min_size=1, max_size=2).map(tuple),
    withdrawn_at=st.sampled_from([None, None, datetime(2026, 2, 1, tzinfo=UTC)]),
    is_confirmed=st.sampled_from([True, True, False]),
)
registrations = st.builds(
    Registration,
    consents=st.lists(consents, max_size=2),
    is_protected=st.booleans(),
    counts=st.dictionaries(st.sampled_from(PAIRS), st.integers(1, 3)),
)


def opened(registration: Registration, reader: Staff) -> Counter[Pair]:
    """What some live line opens, by the words of the contract and not by the decision."""
    live = [line for consent in registration.consents if consent.is_live(AT) for line in consent.lines]
    return Counter(
        {
            (source, category): many
            for (source, category), many in registration.counts.items()
            if any(
                source in line.sources and category in line.categories and reader.id in line.recipients
                for line in live
                if line.covers_protected or not registration.is_protected
            )
        }
    )


@given(registrations, registrations)
def test_what_is_foretold_is_what_the_lines_of_both_open(one: Registration, other: Registration) -> None:
    changes = {each.reader.id: each for each in foresee_merger(one, other, READERS, AT)}
    for reader in READERS:
        before, after = opened(one, reader) + opened(other, reader), opened(together(one, other), reader)
        change = changes.get(reader.id)
        assert (change.gains if change else {}) == after - before
        assert (change.loses if change else {}) == before - after


@given(registrations, registrations)
def test_nobody_reads_a_kind_that_no_line_of_either_opened(one: Registration, other: Registration) -> None:
    pairs = {pair for each in (one, other) for pair in PAIRS}
    for reader in READERS:
        whole = [Registration(each.consents, each.is_protected, dict.fromkeys(pairs, 1)) for each in (one, other)]
        before = {pair for each in whole for pair in opened(each, reader)}
        merged = together(*whole)
        after = {pair for pair in pairs if merged.opens(reader, AT).opens(*pair)}
        assert after <= before


@given(registrations, registrations)
def test_which_of_the_two_is_kept_makes_no_difference_to_readers(one: Registration, other: Registration) -> None:
    assert foresee_merger(one, other, READERS, AT) == foresee_merger(other, one, READERS, AT)


def test_whoever_loses_everything_is_told_as_shut_out() -> None:
    line = Line(frozenset(SOURCES), frozenset({Category.CONTACTS}), frozenset({StaffId("s-lina")}), False, False)
    consent = Consent(ConsentId("c"), PersonId("p"), date(2026, 1, 1), date(2026, 12, 31), (line,))
    changes = foresee_merger(Registration([consent], False, {}), Registration([], True, {}), READERS, AT)
    assert changes == [Change(READERS[0], {}, {}, gains_contacts=False, loses_contacts=True, is_shut_out=True)]
