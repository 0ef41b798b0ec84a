"""Large exchange documents for the benchmarks: any number of people born 1850–1889, so that nobody in them is alive.

Written as a stream, in constant memory, and the same for the same arguments. Every person has one consent, which
names three of the readers.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from portal.demo.names import MIDDLE
from portal.demo.numbers import check_digit
from portal.demo.trades import TRADES

FIRST_BIRTHDAY = date(1850, 1, 1)
BIRTHDAYS = (date(1890, 1, 1) - FIRST_BIRTHDAY).days
MOST_PEOPLE = BIRTHDAYS * 999
ROWS_A_WRITE = 5_000
VARIANTS = 61
YEAR = 365

AGENCIES = (
    ("ame", "Arbetsmarknadsenheten", "ame"),
    ("af", "Arbetsförmedlingen", "arbetsformedlingen"),
    ("soc", "Socialförvaltningen", "socialtjanst"),
    ("region", "Regionen, psykiatri", "region"),
    ("fk", "Försäkringskassan", "forsakringskassan"),
    ("skola", "Komvux", "skola"),
)
DIRECTIONS = ("work", "work", "work", None, "rehabilitation", "studies")
KINDS = (
    ("work_training", "Arbetsträning"),
    ("job_search", "Söker jobb"),
    ("studies", "Svenska och matematik"),
    ("care", "Samtalskontakt"),
    ("work_placement", "Praktik"),
    ("occupation", "Återbruket"),
    ("rehabilitation", "Grön rehabilitering"),
    ("sick_leave", "Sjukskrivning"),
)
CATEGORIES = ("background", "check_in", "planning", "work_ability")
NOTE = (
    "Avstämning på plats. Det går bra på arbetsplatsen och handledaren är nöjd. Vill gärna prova fler uppgifter, men "
    "behöver tid på sig. Vi höjer närvaron stegvis och följer upp tillsammans med alla parter."
)


@dataclass(frozen=True, slots=True)
class Volume:
    """How much there is of what: ``people`` from number ``first`` on, and for each of them the other numbers."""

    people: int
    plans: int = 3
    activities: int = 12
    notes: int = 4
    readers: int = 200
    seed: int = 0
    first: int = 0

    @property
    def numbers(self) -> range:
        """The numbers of the people."""
        return range(self.first, self.first + self.people)

    def __post_init__(self) -> None:
        if not 1 <= self.people <= MOST_PEOPLE - self.first or self.readers < 3 or self.plans < 1:
            raise ValueError("a bench document has 1–14,595,390 people, 3 readers or more and a plan each")


def write_bench_document(
    path: Path,
    people: int,
    *,
    today: date,
    plans: int = 3,
    activities: int = 12,
    notes: int = 4,
    readers: int = 200,
    seed: int = 0,
    first: int = 0,
) -> None:
    """Write the document of ``people`` persons, from number ``first`` on, to ``path``, dated around ``today``."""
    volume = Volume(people, plans, activities, notes, readers, seed, first)
    with path.open("w", encoding="utf-8") as file:
        pieces = _pieces(volume, today)
        while piece := "".join(islice(pieces, ROWS_A_WRITE)):
            file.write(piece)


def bench_document(people: int, *, today: date, plans: int = 3, activities: int = 12, notes: int = 4) -> object:
    """The same document, read back from JSON; for as many people as memory holds."""
    return json.loads("".join(_pieces(Volume(people, plans, activities, notes), today)))


def identity_number(number: int) -> str:
    """The twelve digits of the ``number``th person; nobody alive has them."""
    born = FIRST_BIRTHDAY + timedelta(number * 7919 % BIRTHDAYS)
    nine = f"{born:%y%m%d}{number // BIRTHDAYS + 1:03d}"
    return f"{born.year // 100}{nine}{check_digit(nine)}"


def reader_of(number: int, place: int, readers: int = 200) -> str:
    """The id of the reader that the ``number``th person's consent names at ``place`` 0–2."""
    step = 1 + number // readers % max(1, (readers - 1) // 2)
    return f"s-{(number + place * step) % readers}"


def _pieces(volume: Volume, today: date) -> Iterator[str]:
    yield '{"format":"gemensam-ingang/1"'
    for name, rows in (
        ("agencies", (_json({"id": a, "name": b, "kind": c}) for a, b, c in AGENCIES)),
        ("staff", _staff(volume, today)),
        ("persons", _persons(volume)),
        ("consents", _consents(volume, today)),
        ("plans", _plans(volume, today)),
        ("activities", _activities(volume, today)),
        ("notes", _notes(volume, today)),
    ):
        yield f',\n"{name}":['
        yield next(rows, "")
        for row in rows:
            yield ",\n" + row
        yield "]"
    yield "}\n"


def _staff(volume: Volume, today: date) -> Iterator[str]:
    named = [(f"s-{number}", "reader", AGENCIES[number % len(AGENCIES)][0]) for number in range(volume.readers)]
    for identity, role, agency in [("s-eva", "administrator", "ame"), ("s-ulla", "auditor", "ame"), *named]:
        yield _json(
            {
                "id": identity,
                "agency": agency,
                "role": role,
                "name": f"Handläggare {identity[2:]}",
                "title": "Handläggare",
                "issuer": f"https://idp.{agency}.example",
                "subject": identity[2:],
                "active_from": _day(today, -900),
            }
        )


def _persons(volume: Volume) -> Iterator[str]:
    families = MIDDLE.families
    for number in volume.numbers:
        given = (MIDDLE.women, MIDDLE.men)[number % 2][number // 2 % 20]
        yield (
            f'{{"id":"p-{number}","personnummer":"{identity_number(number)}","given_name":"{given}",'
            f'"family_name":"{families[number // 7 % len(families)]}","phone":"070-174 06 {5 + number % 95:02d}",'
            f'"email":"person.{number}@example.se","language":"sv","protected":false}}'
        )


def _consents(volume: Volume, today: date) -> Iterator[str]:
    before = f'"purpose":"Samordnad planering mot arbete eller studier","signed_on":"{_day(today, -90)}",'
    before += f'"valid_from":"{_day(today, -90)}","valid_until":"{_day(today, 275)}","form":'
    before += '{"version":"sv-1","language":"sv","interpreter":false,"place":"Hässleholm","informed_by":"s-eva"},'
    before += f'"lines":[{{"sources":{_json([agency for agency, _, _ in AGENCIES[: volume.plans]])},'
    before += f'"categories":{_json(["contacts", *CATEGORIES])},"recipients":["'
    after = '"],"stand_ins":true,"covers_protected":false}]}'
    for number in volume.numbers:
        readers = '","'.join(reader_of(number, place, volume.readers) for place in range(3))
        yield f'{{"id":"c-{number}","person":"p-{number}",{before}{readers}{after}'


def _plans(volume: Volume, today: date) -> Iterator[str]:
    ends = [
        _rest(
            agency=AGENCIES[place % len(AGENCIES)][0],
            category="planning",
            title="Handlingsplan",
            direction=DIRECTIONS[(place * 2 + (variant % 7 == 0)) % len(DIRECTIONS)],
            goal=f"Arbete inom {TRADES[variant % len(TRADES)].field}, stegvis till heltid",
            status="active",
            released_on=_day(today, -(variant % 40)),
            **{"from": _day(today, -120 - variant)},
            last_follow_up=_day(today, -10 - variant * 97 % 95),
            next_follow_up=_day(today, 5 + variant) if variant % 3 else None,
        )
        for place in range(volume.plans)
        for variant in range(VARIANTS)
    ]
    for number in volume.numbers:
        for place in range(volume.plans):
            end = ends[place * VARIANTS + _mix(volume, number, place)]
            reader = reader_of(number, place % 3, volume.readers)
            yield f'{{"id":"pl-{number}-{place}","person":"p-{number}","caseworker":"{reader}",{end}'


def _activities(volume: Volume, today: date) -> Iterator[str]:
    ends = [
        _activity_end(today, place * YEAR // volume.activities - 110, place, variant)
        for place in range(volume.activities)
        for variant in range(VARIANTS)
    ]
    for number in volume.numbers:
        for place in range(volume.activities):
            end = ends[place * VARIANTS + _mix(volume, number, place)]
            yield f'{{"id":"a-{number}-{place}","plan":"pl-{number}-{place % volume.plans}",{end}'


def _activity_end(today: date, earliest: int, place: int, variant: int) -> str:
    """An activity of about two months; those of one person are spread over a year."""
    kind, title = KINDS[(place * 3 + variant) % len(KINDS)]
    begins = earliest + variant % 20
    ends = begins + 40 + variant % 30
    status = "planned" if begins > 0 else "completed" if ends < 0 else "ongoing"
    times = [{"weekday": 1 + (place + variant) % 5, "from": "09:00", "to": "12:00"}] if variant % 4 == 0 else []
    return _rest(
        kind=kind,
        title=f"{title} {TRADES[variant % len(TRADES)].workplace}",
        **{"from": _day(today, begins)},
        until=_day(today, ends),
        status=status,
        extent={"value": (25, 20, 15, 50)[variant % 4], "unit": "percent"} if variant % 6 else None,
        times=times,
        date=None,
        place="Hässleholm",
        measure=None,
    )


def _notes(volume: Volume, today: date) -> Iterator[str]:
    ends = [
        _rest(
            agency=AGENCIES[place % volume.plans % len(AGENCIES)][0],
            category=CATEGORIES[place % len(CATEGORIES)],
            date=_day(today, -7 - variant),
            released_on=_day(today, -5 - variant),
            text=f"{NOTE} Målet är arbete inom {TRADES[variant % len(TRADES)].field}.",
        )
        for place in range(volume.notes)
        for variant in range(VARIANTS)
    ]
    for number in volume.numbers:
        for place in range(volume.notes):
            end = ends[place * VARIANTS + _mix(volume, number, place)]
            yield f'{{"id":"n-{number}-{place}","person":"p-{number}",{end}'


def _mix(volume: Volume, number: int, place: int) -> int:
    """Which of the prepared variants stands at ``place`` for a person: spread, and the same every time."""
    return ((number + volume.seed) * 2_654_435_761 + place * 40_503 >> 8) % VARIANTS


def _rest(**values: object) -> str:
    """The end of an object in JSON, without its opening brace."""
    return _json(values)[1:]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _day(today: date, days: int) -> str:
    return (today + timedelta(days)).isoformat()
