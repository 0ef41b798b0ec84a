"""The portal as the demo shows it: the real one, with the demo's sign-in beside it and a page of whom one can be."""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Flask, render_template
from sqlalchemy import select

from portal import clock
from portal.accounts import views as account_views
from portal.accounts.models import agencies, staff
from portal.accounts.rules import Staff
from portal.accounts.sealing import read_staff
from portal.app import create_app
from portal.database import Desk
from portal.demo.issuer import DemoPerson
from portal.demo.provider import DemoAgency, stand_beside
from portal.home import VISITORS_HOME
from portal.wiring import Wiring

GUIDES = ("lina", "anna", "omar", "eva", "ulla")


class Guide(NamedTuple):
    """Somebody the start page offers to be: the staff entry, its agency's name, and the way in."""

    staff: Staff
    agency: str
    address: str


def demo_portal(wiring: Wiring) -> Flask:
    """The portal over a demo's working parts; raises SettingsError where the settings are not a demo's."""
    app = create_app(wiring)
    settings = wiring.settings
    names = _agency_names(wiring)
    stand_beside(
        app,
        is_demo=settings.demo,
        address=settings.web.address,
        agencies=[
            DemoAgency(provider.id, names[agency], partial(_demo_people, wiring, agency))
            for provider in settings.providers
            for agency in provider.agencies
        ],
        providers=app.extensions[account_views.EXTENSION].providers,
    )
    ways_in = {agency: f"/login/{provider.id}" for provider in settings.providers for agency in provider.agencies}
    _welcome(
        app,
        [
            Guide(each, names[each.agency], f"{ways_in[each.agency]}?login_hint={each.subject}")
            for each in guides(active_staff(wiring))
        ],
    )
    return app


def active_staff(wiring: Wiring) -> list[Staff]:
    """The named staff one can be today."""
    with wiring.engine(Desk.READING).connect() as connection:
        rows = connection.execute(select(staff).order_by(staff.c.id)).mappings()
        found = [read_staff(wiring.keyring, row) for row in map(dict, rows)]
    return [each for each in found if each.is_active(clock.today())]


def guides(people: Iterable[Staff]) -> list[Staff]:
    """Those of ``people`` who between them show what the portal does, in the order one may want to be them."""
    known = {each.subject: each for each in people}
    return [known[subject] for subject in GUIDES if subject in known]


def _welcome(app: Flask, offered: list[Guide]) -> None:
    app.register_blueprint(Blueprint("demo", __name__, template_folder="templates"))
    app.extensions[VISITORS_HOME] = lambda: render_template("demo_home.html", guides=offered)


def _agency_names(wiring: Wiring) -> dict[str, str]:
    with wiring.engine(Desk.READING).connect() as connection:
        return {row.id: row.name for row in connection.execute(select(agencies))}


def _demo_people(wiring: Wiring, agency: str) -> Iterable[DemoPerson]:
    """Whom one can be at the agency now, whoever was added a moment ago among them."""
    people = active_staff(wiring)
    return (DemoPerson(each.subject, each.name, each.title, each.role) for each in people if each.agency == agency)
