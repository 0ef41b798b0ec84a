"""Drafts of consents: the lines a matrix becomes, what a draft lacks, what it changes, and how it is written down."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import AgencyId, Role, Staff, StaffId
from portal.consent.drafts import (
    MATRIX,
    Content,
    DraftId,
    Lack,
    Present,
    Refusal,
    Share,
    as_before,
    consent_of,
    lacks_of,
    lines_of,
    narrowest,
)
from portal.consent.foreseeing import foresee
from portal.consent.rules import Category, Consent, decide
from portal.consent.written_drafts import read_content, write_content

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGENCIES = [AgencyId(each) for each in ("ame", "af", "region", "fk")]
AGENCY_OF = {StaffId(f"s-{agency}-{number}"): agency for agency in AGENCIES for number in range(3)}
PRESENT = Present(AGENCY_OF, frozenset({StaffId("s-eva")}))

pairs = st.frozensets(st.tuples(st.sampled_from(AGENCIES), st.sampled_from(MATRIX)))
shares = st.builds(Share, pairs, st.booleans())
contents = st.builds(
    Content,
    readers=st.frozensets(st.sampled_from(sorted(AGENCY_OF)), min_size=1),
    shares=st.dictionaries(st.sampled_from(AGENCIES), shares),
    stand_ins=st.booleans(),
    covers_protected=st.booleans(),
    purpose=st.text(max_size=20),
    valid_from=st.just(TODAY),
    valid_until=st.just(TODAY + timedelta(days=90)),
    not_shared=st.text(max_size=20),
    refusal=st.none() | st.builds(Refusal, st.just(TODAY), st.just("phone"), st.text(max_size=20)),
)


LAST = TODAY + timedelta(days=90)


def again_on(content: Content) -> Content:
    return replace(content, valid_from=TODAY, valid_until=LAST)


def confirmed(consent: Consent) -> Consent:
    return replace(consent, is_confirmed=True)


def reader(key: StaffId) -> Staff:
    return Staff(key, AGENCY_OF[key], Role.READER, key, "", None, None, None, "", "", date(2026, 1, 1), None)


@given(contents)
def test_the_lines_open_to_everybody_exactly_what_was_ticked(content: Content) -> None:
    consent = consent_of(DraftId("c"), "p", content, None, lines_of(content, AGENCY_OF))
    for foreseen in foresee(consent, [], map(reader, AGENCY_OF), False, AT):
        share = content.shares.get(foreseen.reader.agency, Share())
        assert foreseen.opens == share.pairs
        assert foreseen.after.shows_contacts == share.contacts
    for key in AGENCY_OF.keys() - content.readers:
        assert not decide(reader(key), (), False, [consent], AT).is_open


@given(contents)
def test_the_lines_are_no_more_than_the_sources_and_the_categories_need(content: Content) -> None:
    lines = lines_of(content, AGENCY_OF)
    asked = {AGENCY_OF[each] for each in content.readers}
    most = 0
    for agency in asked:
        share = content.shares.get(agency, Share())
        sources, categories = {each for each, _ in share.pairs}, {what for _, what in share.pairs}
        most += min(len(sources), len(categories)) + share.contacts
    assert len(lines) <= most
    assert len({(line.sources, line.categories) for line in lines}) == len(lines)
    assert all(line.stand_ins == content.stand_ins for line in lines)


@given(contents)
def test_agencies_that_may_read_the_same_share_their_lines(content: Content) -> None:
    alike = Content(content.readers, shares=dict.fromkeys(AGENCIES, narrowest(AGENCIES)))
    (line,) = lines_of(alike, AGENCY_OF)
    assert line.recipients == content.readers


@given(contents)
def test_what_is_written_down_is_read_back(content: Content) -> None:
    assert read_content(write_content(content)) == content


@given(contents)
def test_a_renewal_begins_with_what_was_and_never_with_more(content: Content) -> None:
    former = consent_of(DraftId("c"), "p", content, None, lines_of(content, AGENCY_OF))
    here = frozenset(sorted(AGENCY_OF)[::2])
    again = as_before(former, AGENCY_OF, here)
    assert again.readers == former.recipients & here
    assert again.left == former.recipients - here
    renewed = consent_of(DraftId("d"), "p", again_on(again), "c", lines_of(again, AGENCY_OF))
    for foreseen in foresee(renewed, [confirmed(former)], map(reader, AGENCY_OF), False, AT):
        assert not foreseen.gains
        assert foreseen.is_unchanged or foreseen.reader.id not in here


def test_where_readers_of_one_agency_read_different_things_the_renewal_is_the_narrowest() -> None:
    one, two = StaffId("s-af-0"), StaffId("s-af-1")
    content = Content(
        frozenset({one}), shares={AgencyId("af"): narrowest(AGENCIES)}, valid_from=TODAY, valid_until=LAST
    )
    lines = lines_of(content, AGENCY_OF)
    wider = Share(frozenset({(AgencyId("ame"), Category.PLANNING), (AgencyId("ame"), Category.HEALTH)}), True)
    lines += lines_of(Content(frozenset({two}), shares={AgencyId("af"): wider}), AGENCY_OF)
    former = consent_of(DraftId("c"), "p", content, None, lines)
    again = as_before(former, AGENCY_OF, AGENCY_OF)
    assert again.shares == {AgencyId("af"): narrowest([AgencyId("ame")])}


def test_a_draft_says_by_name_what_it_lacks() -> None:
    longest = TODAY + timedelta(days=365)
    whole = Content(
        frozenset({StaffId("s-af-0")}),
        shares={AgencyId("af"): narrowest(AGENCIES)},
        purpose="Planering",
        informed_by=StaffId("s-eva"),
        valid_from=TODAY,
        valid_until=LAST,
    )
    former = consent_of(DraftId("c"), "p", whole, None, ())
    soon = TODAY + timedelta(days=5)
    for changes, lacks in (
        ({}, []),
        ({"readers": frozenset()}, [Lack.NOBODY]),
        ({"readers": frozenset({StaffId("s-gone")})}, [Lack.LEFT]),
        ({"shares": {}}, [Lack.NOTHING]),
        ({"shares": {AgencyId("af"): Share()}}, [Lack.NOTHING]),
        ({"purpose": ""}, [Lack.NO_PURPOSE]),
        ({"valid_from": None}, [Lack.NO_DAYS]),
        ({"valid_until": TODAY - timedelta(days=1)}, [Lack.WRONG_DAYS]),
        ({"valid_until": TODAY + timedelta(days=400)}, [Lack.TOO_LONG]),
        ({"valid_from": soon}, [Lack.OVERLAPS]),
        ({"informed_by": StaffId("s-gone")}, [Lack.NO_INFORMANT]),
    ):
        changed = replace(whole, **changes)
        assert lacks_of(changed, PRESENT, longest, former, TODAY) == lacks, changes
    assert lacks_of(replace(whole, valid_from=soon), PRESENT, longest, None, TODAY) == []


def test_what_begins_later_is_foreseen_on_the_day_it_begins() -> None:
    content = Content(
        frozenset({StaffId("s-af-0")}),
        shares={AgencyId("af"): narrowest(AGENCIES)},
        valid_from=TODAY + timedelta(days=30),
        valid_until=TODAY + timedelta(days=60),
    )
    consent = consent_of(DraftId("c"), "p", content, None, lines_of(content, AGENCY_OF))
    (foreseen,) = foresee(consent, [], map(reader, AGENCY_OF), False, AT)
    assert foreseen.is_new
    (protected,) = foresee(consent, [], map(reader, AGENCY_OF), True, AT)
    assert not protected.after.is_open
