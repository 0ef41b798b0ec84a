"""How often somebody may look somebody up: counted for each staff entry, in memory or in Valkey where several serve."""

from flask import current_app, request
from flask_limiter import Limiter
from flask_login import current_user

from audit.vocabulary import Event, Outcome


def who_asks() -> str:
    """Whose requests are counted together: a staff entry's, else an address's."""
    return str(current_user.staff.id) if current_user.is_authenticated else request.remote_addr or ""


def look_ups() -> str:
    """How many look-ups by number the settings allow."""
    return f"{current_app.extensions['portal'].settings.reading.look_ups_per_hour} per hour"


def record_breach(_limit: object) -> None:
    """Leave an entry about a look-up that was one too many; the page says that there is one."""
    if current_user.is_authenticated:
        staff = current_user.staff
        current_app.extensions["portal"].append(
            Event.REFUSED, actor=staff.id, agency=staff.agency, outcome=Outcome.REFUSED, cause="too_many"
        )


limiter = Limiter(who_asks, headers_enabled=False)
