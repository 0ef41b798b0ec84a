"""The demo's six agencies, their 24 named staff and who stands in for whom."""

from collections.abc import Mapping
from datetime import date

from portal.demo.contacts import email_address, office_phone
from portal.demo.rows import Row, days_from, weekday_of_week

AGENCIES: tuple[Row, ...] = (
    {"id": "ame", "name": "Arbetsmarknadsenheten", "kind": "ame"},
    {"id": "soc", "name": "Socialförvaltningen", "kind": "socialtjanst"},
    {"id": "af", "name": "Arbetsförmedlingen", "kind": "arbetsformedlingen"},
    {"id": "fk", "name": "Försäkringskassan", "kind": "forsakringskassan"},
    {"id": "region", "name": "Region Skåne, psykiatri", "kind": "region"},
    {"id": "skola", "name": "Komvux Hässleholm", "kind": "skola"},
)

# Agency, role, name, title, phone (the last two digits, or none) and phone hours; the subject is the given name in a–z.
STAFF: tuple[tuple[str, str, str, str, int | None, str | None], ...] = (
    ("ame", "administrator", "Eva Ek", "Samordnare", 1, "mån–fre 9–10"),
    ("ame", "administrator", "Karin Sjö", "Enhetssamordnare", 5, "mån–fre 8–9"),
    ("ame", "auditor", "Ulla Falk", "Granskare", None, None),
    ("ame", "reader", "Lina Holm", "Arbetsmarknadssekreterare", 2, "mån–tor 8–9"),
    ("ame", "reader", "Mehmet Kaya", "Arbetskonsulent", 6, "mån–fre 13–14"),
    ("ame", "reader", "Maja Hedlund", "Ungdomscoach", 7, None),
    ("ame", "reader", "Per-Olof Wikander", "Arbetskonsulent", 8, "tis och tor 9–11"),
    ("soc", "reader", "Sofia Lindell", "Socialsekreterare, försörjningsstöd", 9, "mån–fre 8.30–9.30"),
    ("soc", "reader", "Johan Ståhl", "Socialsekreterare, vuxen", 10, "mån–tor 9–10"),
    ("soc", "reader", "Amina Farah", "Socialsekreterare, försörjningsstöd", 11, "mån–fre 8.30–9.30"),
    ("soc", "reader", "Gunilla Rask", "Socialsekreterare, försörjningsstöd", 12, "mån–fre 8.30–9.30"),
    ("af", "reader", "Anna Berg", "Arbetsförmedlare", 3, "mån–fre 10–11"),
    ("af", "reader", "Bo Dahl", "Arbetsförmedlare", 13, "mån–fre 10–11"),
    ("af", "reader", "Fatima Saleh", "Arbetsförmedlare, etablering", 14, "tis–fre 9–10"),
    ("af", "reader", "Peter Grahn", "SIUS-konsulent", 15, None),
    ("fk", "reader", "Helena Brodin", "Personlig handläggare", 16, "mån–fre 10–11.30"),
    ("fk", "reader", "Daniel Öst", "Personlig handläggare", 17, "mån–fre 10–11.30"),
    ("fk", "reader", "Yasmin Rahimi", "Samverkansansvarig", 18, None),
    ("region", "reader", "Omar Nilsson", "Rehabiliteringskoordinator", 4, None),
    ("region", "reader", "Maria Kvist", "Kurator", 19, "mån 13–15"),
    ("region", "reader", "Henrik Thulin", "Arbetsterapeut", 20, "ons 8–9"),
    ("skola", "reader", "Elin Ask", "Studie- och yrkesvägledare", 21, "mån–ons 10–12"),
    ("skola", "reader", "Hassan Noori", "Lärare i sfi, samordnare", 22, "tor 14–15"),
    ("skola", "reader", "Britt-Marie Ödman", "Specialpedagog", 23, None),
)

# Who leads the work with a person at each agency, where the plan does not ask for somebody special; the oftener named
# has more clients.
CASEWORKERS: Mapping[str, tuple[str, ...]] = {
    "ame": ("s-lina", "s-mehmet", "s-per-olof", "s-lina", "s-mehmet"),
    "soc": ("s-sofia", "s-amina"),
    "af": ("s-anna", "s-bo", "s-anna", "s-bo", "s-anna"),
    "fk": ("s-helena", "s-daniel", "s-yasmin"),
    "region": ("s-omar", "s-maria", "s-henrik", "s-omar"),
    "skola": ("s-elin",),
}
ENDED_CASEWORKER, ENDED_AGENCY = "s-gunilla", "soc"


def agencies() -> list[Row]:
    """The agencies."""
    return [dict(agency) for agency in AGENCIES]


def staff(today: date, issuers: Mapping[str, str]) -> list[Row]:
    """The named staff; ``issuers`` says by agency id which sign-in provider vouches for its people."""
    return [_entry(today, issuers[row[0]], *row) for row in STAFF]


def stand_ins(today: date) -> list[Row]:
    """Three stand-ins: one that holds today, one that is over and one that is to come."""
    return [
        _stand_in("si-1", "s-fatima", "s-anna", today, -1, 2),
        _stand_in("si-2", "s-lina", "s-mehmet", today, -14, -11),
        _stand_in("si-3", "s-omar", "s-maria", today, 3, 5),
    ]


def _entry(
    today: date,
    issuer: str,
    agency: str,
    role: str,
    name: str,
    title: str,
    phone: int | None,
    phone_hours: str | None,
) -> Row:
    given, _, family = name.partition(" ")
    email = email_address(given, family)
    subject = email.partition(".")[0]
    identity = f"s-{subject}"
    return {
        "id": identity,
        "agency": agency,
        "role": role,
        "name": name,
        "title": title,
        "email": email,
        "phone": None if phone is None else office_phone(phone),
        "phone_hours": phone_hours,
        "issuer": issuer,
        "subject": subject,
        "active_from": days_from(today, -900),
        "active_until": days_from(today, -24) if identity == ENDED_CASEWORKER else None,
    }


def _stand_in(identity: str, absent: str, by: str, today: date, first_week: int, last_week: int) -> Row:
    return {
        "id": identity,
        "absent": absent,
        "by": by,
        "from": weekday_of_week(today, first_week, 1).isoformat(),
        "until": weekday_of_week(today, last_week, 7).isoformat(),
    }
