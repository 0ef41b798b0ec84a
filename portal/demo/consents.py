"""The invented people's consents: in every state a consent can be in, and as narrow or wide as people draw them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from portal.consent.rules import STOCKHOLM
from portal.demo.client import Client
from portal.demo.lines import EVERYTHING, Parties, draw_lines, line, narrower_line
from portal.demo.rows import Row, days_from, workday

# The state of the consent of every 37th person, in turn; the others have a live one. (37 is prime, so that the
# states meet every situation.)
TURN = 37
STATES = {
    3: "renewed",
    7: "expiring",
    9: "narrowed",
    11: "expired",
    13: "none",
    14: "withdrawn",
    17: "coming",
    19: "expiring",
    22: "renewed",
    25: "narrowed",
    28: "expired",
    30: "none",
    31: "expiring",
    33: "withdrawn",
}
DAYS_A_CONSENT_HOLDS = 365


@dataclass(frozen=True, slots=True)
class Terms:
    """One consent of a person: first and last day counted from today, its lines, and its withdrawal if any."""

    first: int
    last: int
    lines: list[Row]
    withdrawn_days_ago: int | None = None


def consents_of(client: Client, parties: Parties, today: date, rng: Random) -> list[Row]:
    """The consents of one person, oldest first; none where the person has given none."""
    terms = _terms(STATES.get(client.number % TURN, "live"), client, parties, rng)
    return [
        _consent(f"c-{client.number}-{place}", client, parties, one, today, rng)
        for place, one in enumerate(terms, start=1)
    ]


def _terms(state: str, client: Client, parties: Parties, rng: Random) -> list[Terms]:
    lines = draw_lines(client, parties, rng)
    given = rng.randint(30, 200)
    last = DAYS_A_CONSENT_HOLDS - given
    match state:
        case "none":
            return []
        case "expiring":
            return [Terms(-given, rng.randint(3, 29), lines)]
        case "expired":
            ended = rng.randint(2, 60)
            return [Terms(-ended - 180, -ended, lines)]
        case "coming":
            return [Terms(rng.randint(4, 20), rng.randint(180, 300), lines)]
        case "renewed":
            turn = rng.choice((-20, -6, 11))
            return [Terms(turn - 180, turn, lines), Terms(turn + 1, turn + 180, lines)]
        case "withdrawn":
            return [Terms(-given, last, lines, withdrawn_days_ago=rng.randint(3, 25))]
        case "narrowed":
            left = rng.randint(3, 25)
            wide = [line(client, parties.sources, EVERYTHING, parties.recipients, has_stand_ins=True)]
            return [
                Terms(-given, last, wide, withdrawn_days_ago=left),
                Terms(-left, last, [narrower_line(client, parties)]),
            ]
        case _:
            return [Terms(-given, last, lines)]


def _consent(identity: str, client: Client, parties: Parties, terms: Terms, today: date, rng: Random) -> Row:
    valid_from = workday(today, terms.first)
    language = client.name.language
    has_interpreter = language != "sv" and rng.random() < 0.7
    return {
        "id": identity,
        "person": client.id,
        "purpose": _purpose(parties.readers),
        "signed_on": min(valid_from, workday(today, -rng.randint(1, 5))).isoformat(),
        "valid_from": valid_from.isoformat(),
        "valid_until": days_from(today, terms.last),
        "form": {
            "version": f"{language}-1",
            "language": language,
            "interpreter": has_interpreter,
            "place": client.words["ort"],
            "informed_by": rng.choice((parties.lead, "s-eva", "s-karin")),
            "representative": f"{client.name.family}, vårdnadshavare" if client.is_minor else None,
        },
        "lines": [dict(one) for one in terms.lines],
        "withdrawn": _withdrawal(terms.withdrawn_days_ago, today, rng),
    }


def _withdrawal(days_ago: int | None, today: date, rng: Random) -> Row | None:
    if days_ago is None:
        return None
    at = datetime.combine(workday(today, -days_ago), time(rng.randint(8, 15), 40), STOCKHOLM)
    return {
        "at": at.isoformat(),
        "how": rng.choice(("letter", "phone", "visit", "online", "other")),
        "received_by": rng.choice(("s-eva", "s-karin")),
    }


def _purpose(agencies: Mapping[str, str]) -> str:
    if "region" in agencies or "fk" in agencies:
        return "Samordnad rehabilitering och planering mot arbete"
    if "skola" in agencies:
        return "Samordnad planering mot arbete eller studier"
    if "soc" in agencies:
        return "Samordnad planering för arbete och försörjning"
    return "Samordnad planering mot arbete"
