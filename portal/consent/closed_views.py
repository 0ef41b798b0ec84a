"""The administrator's list of people whose content is closed, by the day it is due for disposal."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from portal.accounts.rules import Role
from portal.consent.closed import count_items, list_closed
from portal.consent.rules import day_of
from portal.consent.withdrawal_views import names
from portal.database import Desk
from portal.web.access import open_to
from portal.web.signed_in import signed_in, wired

blueprint = Blueprint("closed", __name__, url_prefix="/administration")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a long list one is, for its pagination."""

    number: int
    last: int
    first_item: int
    last_item: int
    total: int


@blueprint.get("/sealed")
@open_to(Role.ADMINISTRATOR)
def sealed() -> str:
    """Whose content is closed, a page at a time; each name shown is in the log."""
    wiring = wired()
    at = wiring.now()
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        closed = list_closed(connection, wiring.settings.consent.keep_closed_months, at)
        pages = _pages(len(closed), request.args.get("page", 1, type=int))
        shown = closed[pages.first_item - 1 : pages.last_item] if closed else []
        counts = count_items(connection, [each.ref for each in shown])
    found = {each.ref: each for each in wiring.finding.name(signed_in(), [each.ref for each in shown])}
    rows = [(found[each.ref], each.closed, counts.get(each.ref, {})) for each in shown if each.ref in found]
    months = wiring.settings.consent.keep_closed_months
    said = {"rows": rows, "pages": pages, "today": day_of(at), "months": months, **names()}
    return render_template("administration/sealed.html", **said)


def _pages(total: int, wanted: int) -> Pages:
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, wanted), last)
    first = (number - 1) * PAGE_SIZE
    return Pages(number, last, first + 1, min(first + PAGE_SIZE, total), total)
