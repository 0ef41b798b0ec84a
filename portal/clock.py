"""The only place that asks what time it is, so that every time in the portal is aware, UTC and testable."""

from datetime import UTC, date, datetime

from portal.consent.rules import day_of


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The current Europe/Stockholm date."""
    return day_of(now())


def microseconds(at: datetime) -> int:
    """The instant as whole microseconds since 1970-01-01T00:00Z, the form the database keeps."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(since_epoch: int) -> datetime:
    """The aware UTC instant of ``since_epoch`` microseconds."""
    seconds, rest = divmod(since_epoch, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
