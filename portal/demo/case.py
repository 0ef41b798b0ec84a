"""The founding example: one person, and plans that say study, placement and rest in the same month.

It is the worked example of the clash rules (today 2026-03-02), with every day moved to lie to today
as it lay to that day.
"""

from datetime import date

from portal.demo.rows import Document, Row

CASE_TODAY = date(2026, 3, 2)

PERSON: Row = {
    "id": "p-1",
    "personnummer": "199205172381",
    "given_name": "Test",
    "family_name": "Persson",
    "phone": "070-174 06 58",
    "email": None,
    "language": "sv",
    "protected": False,
}


def add_case(document: Document, today: date) -> None:
    """Put the person of the founding example, with consent, plans and note, into the document."""

    def day(month: int, day_of_month: int) -> str:
        return (today + (date(CASE_TODAY.year, month, day_of_month) - CASE_TODAY)).isoformat()

    document["persons"].append(dict(PERSON))
    document["consents"].append(_consent(day(1, 10), day(12, 31)))
    document["plans"] += [
        _plan("ame", "Handlingsplan", "studies", "Gymnasieexamen via komvux", day(1, 1), day(2, 1))
        | {"next_follow_up": day(5, 1), "caseworker": "s-lina"},
        _plan("af", "Individuell handlingsplan", "work", "Arbete inom lager", day(1, 1), day(2, 1))
        | {"caseworker": "s-anna"},
        _plan("region", "Vårdplan", "rest", "Återhämtning", day(1, 1), day(2, 1)) | {"caseworker": "s-omar"},
    ]
    document["activities"] += [
        _activity("a1", "pl-ame", "studies", "Komvux, svenska och matematik", 50)
        | {"from": day(2, 1), "until": day(6, 5), "status": "ongoing"},
        _activity("a2", "pl-af", "work_placement", "Praktik, Lager AB", 75)
        | {"from": day(3, 16), "until": day(5, 31), "status": "planned"},
        _activity("a3", "pl-region", "sick_leave", "Sjukskrivning 50 %", 50)
        | {"from": day(2, 15), "until": day(4, 15), "status": "ongoing", "place": None},
    ]
    document["notes"].append(
        {
            "id": "n-1",
            "person": "p-1",
            "agency": "ame",
            "category": "background",
            "date": day(1, 12),
            "released_on": day(1, 12),
            "text": "Vill bli klar med gymnasiet innan sommaren.",
        }
    )


def _consent(signed_on: str, valid_until: str) -> Row:
    def line(sources: list[str], categories: list[str], recipients: list[str]) -> Row:
        return {
            "sources": sources,
            "categories": categories,
            "recipients": recipients,
            "stand_ins": False,
            "covers_protected": False,
        }

    return {
        "id": "c-1",
        "person": "p-1",
        "purpose": "Samordnad planering mot arbete eller studier",
        "signed_on": signed_on,
        "valid_from": signed_on,
        "valid_until": valid_until,
        "form": {
            "version": "sv-1",
            "language": "sv",
            "interpreter": False,
            "place": "Hässleholm",
            "informed_by": "s-eva",
            "representative": None,
        },
        "lines": [
            line(["ame", "af"], ["planning", "contacts"], ["s-lina", "s-anna", "s-omar"]),
            line(["region"], ["planning"], ["s-lina"]),
        ],
        "withdrawn": None,
    }


def _plan(agency: str, title: str, direction: str, goal: str, begun: str, followed_up: str) -> Row:
    return {
        "id": f"pl-{agency}",
        "person": "p-1",
        "agency": agency,
        "category": "planning",
        "title": title,
        "direction": direction,
        "goal": goal,
        "status": "active",
        "from": begun,
        "until": None,
        "last_follow_up": followed_up,
        "next_follow_up": None,
        "released_on": followed_up,
    }


def _activity(identity: str, plan: str, kind: str, title: str, percent: int) -> Row:
    return {
        "id": identity,
        "plan": plan,
        "kind": kind,
        "title": title,
        "extent": {"value": percent, "unit": "percent"},
        "times": [],
        "date": None,
        "place": "Hässleholm",
        "measure": None,
    }
