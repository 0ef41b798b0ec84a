"""Since when somebody is closed, and when what is closed is due: from the end of the last consent that was live."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given

from portal.consent.retention import Closed, closed_of
from tests.unit.test_narrowing import CONSENT, CONSENTS

AT = datetime(2026, 6, 10, 10, tzinfo=UTC)
UNTIL_APRIL = replace(CONSENT, valid_from=date(2026, 1, 1), valid_until=date(2026, 4, 30))


def test_somebody_with_a_live_consent_is_not_closed() -> None:
    live = replace(UNTIL_APRIL, valid_until=date(2026, 6, 10))
    assert closed_of([live, UNTIL_APRIL], 24, AT) is None


def test_the_time_runs_from_the_last_end() -> None:
    taken_back = replace(UNTIL_APRIL, withdrawn_at=datetime(2026, 2, 27, 23, 30, tzinfo=UTC))
    assert closed_of([taken_back], 24, AT) == Closed(date(2026, 2, 28), date(2028, 2, 28))
    assert closed_of([taken_back, UNTIL_APRIL], 1, AT) == Closed(date(2026, 5, 1), date(2026, 6, 1))


def test_a_withdrawal_after_the_last_day_starts_no_new_time() -> None:
    late = replace(UNTIL_APRIL, withdrawn_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert closed_of([late], 24, AT) == Closed(date(2026, 5, 1), date(2028, 5, 1))


def test_what_never_opened_anything_counts_for_nothing() -> None:
    never = (
        replace(UNTIL_APRIL, is_confirmed=False),
        replace(UNTIL_APRIL, valid_from=date(2026, 7, 1), valid_until=date(2026, 8, 1)),
        replace(UNTIL_APRIL, withdrawn_at=datetime(2025, 12, 1, tzinfo=UTC)),
    )
    assert closed_of(never, 24, AT) == Closed(None, None)
    assert closed_of([], 24, AT) == Closed(None, None)


@given(consent=CONSENTS)
def test_whoever_is_not_open_is_closed_and_never_from_after_today(consent: object) -> None:
    assert isinstance(consent, type(CONSENT))
    closed = closed_of([consent], 24, AT)
    assert (closed is None) == consent.is_live(AT)
    assert closed is None or closed.since is None or closed.since <= date(2026, 6, 10)
