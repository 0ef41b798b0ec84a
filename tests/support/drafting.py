"""Going through the four steps of a draft as a browser would, page by page."""

import re
from datetime import timedelta
from typing import Any

from portal import clock
from portal.accounts.rules import StaffId
from portal.consent.desk import confirm_consent
from tests.support.browserless import Browser, Portal
from tests.support.situation import ADMINISTRATOR, READER

_VERSION = re.compile(r'name="version" value="(\d+)"')

_FIELDS = {
    "readers": ("recipients", "stand_ins", "covers_protected"),
    "shared": ("shared",),
    "terms": (
        "purpose",
        "valid_from",
        "valid_until",
        "form",
        "informed_by",
        "interpreter",
        "place",
        "representative",
        "not_shared",
    ),
    "signed": ("signed_on", "place", "informed_by", "interpreter", "representative"),
}


def begin(browser: Browser, ref: str, **sent: str) -> str:
    """A new draft for the person; the address under which its pages are."""
    location: str = browser.post(f"/administration/people/{ref}/drafts", sent).location
    return location.removesuffix("/readers")


def step(browser: Browser, draft: str, name: str) -> dict[str, Any]:
    """What somebody would send from that page of the draft."""
    today = clock.today()
    filled: dict[str, dict[str, Any]] = {
        "readers": {"recipients": [READER]},
        "shared": {"shared": ["af|af|planning"]},
        "terms": {
            "purpose": "Samordnad planering",
            "valid_from": today.isoformat(),
            "valid_until": (today + timedelta(days=90)).isoformat(),
            "form": "sv",
            "informed_by": ADMINISTRATOR,
            "place": "Hässleholm",
        },
        "signed": {"signed_on": today.isoformat(), "place": "Hässleholm", "informed_by": ADMINISTRATOR},
        "refused": {"day": today.isoformat(), "how": "visit", "note": ""},
    }
    found = _VERSION.search(browser.get(f"{draft}/{name}").text)
    assert found is not None
    return {"version": found[1], **filled[name]}


def take(browser: Browser, draft: str, name: str, **changes: Any) -> str:
    """Fill in a step and go on; where that leads."""
    location: str = browser.post(f"{draft}/{name}", {**step(browser, draft, name), **changes}).location
    return location


def fill(browser: Browser, ref: str, **changes: Any) -> str:
    """A draft that lacks nothing, with other answers by the names of their fields; its address."""
    draft = begin(browser, ref)
    for name in ("readers", "shared", "terms"):
        take(browser, draft, name, **{key: value for key, value in changes.items() if key in _FIELDS[name]})
    return draft


def register(browser: Browser, ref: str, *, is_confirmed: bool = True, **changes: Any) -> str:
    """A consent from the first step to the last; its id."""
    draft = fill(browser, ref, **changes)
    take(browser, draft, "signed", **{key: value for key, value in changes.items() if key in _FIELDS["signed"]})
    consent = draft.rpartition("/")[2]
    if is_confirmed:
        confirm(browser.portal, ref, consent)
    return consent


def confirm(portal: Portal, ref: str, consent: str) -> bool:
    """What confirming comes to in the end, without a paper and a colleague; whether it was not confirmed already."""
    with portal.wiring.act(ADMINISTRATOR, "ame") as act:
        return confirm_consent(act, ref, consent, StaffId(ADMINISTRATOR))
