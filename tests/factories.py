"""Exchange documents and their objects for tests: valid as they come, changed by keyword.

Every builder returns a fresh dict with the keys of the exchange format; the id comes first, and a key that is
a Python keyword is given with a trailing underscore (``from_``). The identity numbers are published test
numbers (Skatteverket, CC0).
"""

from typing import Any

Json = dict[str, Any]

NUMBERS = (
    "199205172381",
    "199001012385",
    "195501142284",
    "195501212137",
    "195501292303",
    "195502052656",
    "195502242687",
)
COORDINATION_NUMBERS = ("195501862394", "195501912389")
COORDINATION_NUMBER_WITHOUT_MONTH = "195500652382"
COORDINATION_NUMBER_WITHOUT_DAY = "195807602395"


def _object(defaults: Json, changes: Json) -> Json:
    return {**defaults, **{key.rstrip("_"): value for key, value in changes.items()}}


def agency(id_: str = "ame", /, **changes: Any) -> Json:
    """An agency, the arbetsmarknadsenhet unless told otherwise."""
    return _object({"id": id_, "name": "Arbetsmarknadsenheten", "kind": "ame"}, changes)


def staff(id_: str = "s-anna", /, **changes: Any) -> Json:
    """A named reader at Arbetsförmedlingen; its subject is the id without ``s-``."""
    return _object(
        {
            "id": id_,
            "agency": "af",
            "role": "reader",
            "name": "Anna Berg",
            "title": "Arbetsförmedlare",
            "email": "anna.berg@example.se",
            "phone": "040-628 04 03",
            "phone_hours": "mån–fre 10–11",
            "issuer": "https://idp.af.example",
            "subject": id_.removeprefix("s-"),
            "active_from": "2026-01-01",
            "active_until": None,
        },
        changes,
    )


def stand_in(id_: str = "si-1", /, **changes: Any) -> Json:
    """Bo reads in place of Anna during July 2026."""
    return _object({"id": id_, "absent": "s-anna", "by": "s-bo", "from": "2026-07-01", "until": "2026-07-31"}, changes)


def person(id_: str = "p-1", /, **changes: Any) -> Json:
    """A person with a published test number."""
    return _object(
        {
            "id": id_,
            "personnummer": NUMBERS[0],
            "given_name": "Test",
            "family_name": "Persson",
            "phone": "070-174 06 58",
            "email": None,
            "language": "sv",
            "protected": False,
        },
        changes,
    )


def line(**changes: Any) -> Json:
    """A consent line: what AME and Arbetsförmedlingen plan, and the contacts, for Anna."""
    return _object(
        {
            "sources": ["ame", "af"],
            "categories": ["planning", "contacts"],
            "recipients": ["s-anna"],
            "stand_ins": False,
            "covers_protected": False,
        },
        changes,
    )


def form(**changes: Any) -> Json:
    """How a consent was given: the Swedish form, informed by the administrator Eva."""
    return _object(
        {
            "version": "sv-1",
            "language": "sv",
            "interpreter": False,
            "place": "Hässleholm",
            "informed_by": "s-eva",
            "representative": None,
        },
        changes,
    )


def withdrawal(**changes: Any) -> Json:
    """A consent taken back by phone on 1 June 2026 at noon."""
    return _object({"at": "2026-06-01T12:00:00+02:00", "how": "phone", "received_by": "s-eva"}, changes)


def consent(id_: str = "c-1", /, **changes: Any) -> Json:
    """A consent that holds during 2026, from 10 January."""
    return _object(
        {
            "id": id_,
            "person": "p-1",
            "purpose": "Samordnad planering mot arbete eller studier",
            "signed_on": "2026-01-10",
            "valid_from": "2026-01-10",
            "valid_until": "2026-12-31",
            "form": form(),
            "lines": [line()],
            "withdrawn": None,
        },
        changes,
    )


def plan(id_: str = "pl-af", /, **changes: Any) -> Json:
    """Arbetsförmedlingen's plan towards work, open-ended from 1 January 2026."""
    return _object(
        {
            "id": id_,
            "person": "p-1",
            "agency": "af",
            "category": "planning",
            "title": "Individuell handlingsplan",
            "direction": "work",
            "goal": "Arbete inom lager",
            "status": "active",
            "released_on": "2026-02-01",
            "from": "2026-01-01",
            "until": None,
            "last_follow_up": "2026-02-01",
            "next_follow_up": None,
            "caseworker": "s-anna",
        },
        changes,
    )


def activity(id_: str = "a2", /, **changes: Any) -> Json:
    """A work placement of 75 percent during the spring of 2026."""
    return _object(
        {
            "id": id_,
            "plan": "pl-af",
            "kind": "work_placement",
            "title": "Praktik, Lager AB",
            "from": "2026-03-16",
            "until": "2026-05-31",
            "status": "planned",
            "extent": {"value": 75, "unit": "percent"},
            "times": [],
            "date": None,
            "place": "Hässleholm",
            "measure": None,
        },
        changes,
    )


def meeting(id_: str = "a-m", /, **changes: Any) -> Json:
    """A meeting on Tuesday 10 March 2026, half past eleven to half past twelve."""
    defaults = activity(
        id_,
        kind="meeting",
        title="Avstämning",
        from_="2026-03-10",
        until="2026-03-10",
        extent=None,
        times=[{"weekday": 2, "from": "11:30", "to": "12:30"}],
        date="2026-03-10",
    )
    return _object(defaults, changes)


def note(id_: str = "n-1", /, **changes: Any) -> Json:
    """A note on the background, released by AME."""
    return _object(
        {
            "id": id_,
            "person": "p-1",
            "agency": "ame",
            "category": "background",
            "date": "2026-01-12",
            "released_on": "2026-01-12",
            "text": "Vill bli klar med gymnasiet innan sommaren.",
        },
        changes,
    )


def document(**lists: Any) -> Json:
    """A whole document of exactly these top-level lists."""
    return {"format": "gemensam-ingang/1", **lists}


def anna(**lists: Any) -> Json:
    """The founding example, studies, work and rest for one person; lists may be replaced."""
    ame = {"agency": "ame", "issuer": "https://idp.ame.example"}
    return document(
        **{
            "agencies": [
                agency(),
                agency("af", name="Arbetsförmedlingen", kind="arbetsformedlingen"),
                agency("region", name="Region Skåne, psykiatri", kind="region"),
            ],
            "staff": [
                staff("s-eva", **ame, role="administrator", name="Eva Ek", title="Samordnare"),
                staff("s-ulla", **ame, role="auditor", name="Ulla Falk", title="Granskare"),
                staff("s-lina", **ame, name="Lina Holm", title="Arbetsmarknadssekreterare"),
                staff(),
                staff("s-bo", name="Bo Dahl", email="bo.dahl@example.se"),
                staff(
                    "s-omar",
                    agency="region",
                    issuer="https://idp.region.example",
                    name="Omar Nilsson",
                    title="Rehabiliteringskoordinator",
                ),
            ],
            "stand_ins": [],
            "persons": [person()],
            "consents": [
                consent(
                    lines=[
                        line(recipients=["s-lina", "s-anna", "s-omar"]),
                        line(sources=["region"], categories=["planning"], recipients=["s-lina"]),
                    ]
                )
            ],
            "plans": [
                plan(
                    "pl-ame",
                    agency="ame",
                    title="Handlingsplan",
                    direction="studies",
                    goal="Gymnasieexamen via komvux",
                    next_follow_up="2026-05-01",
                    caseworker="s-lina",
                ),
                plan(),
                plan(
                    "pl-region",
                    agency="region",
                    title="Vårdplan",
                    direction="rest",
                    goal="Återhämtning",
                    caseworker="s-omar",
                ),
            ],
            "activities": [
                activity(
                    "a1",
                    plan="pl-ame",
                    kind="studies",
                    title="Komvux, svenska och matematik",
                    from_="2026-02-01",
                    until="2026-06-05",
                    status="ongoing",
                    extent={"value": 50, "unit": "percent"},
                ),
                activity(),
                activity(
                    "a3",
                    plan="pl-region",
                    kind="sick_leave",
                    title="Sjukskrivning 50 %",
                    from_="2026-02-15",
                    until="2026-04-15",
                    status="ongoing",
                    extent={"value": 50, "unit": "percent"},
                    place=None,
                ),
            ],
            "notes": [note()],
            **lists,
        }
    )
