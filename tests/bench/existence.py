"""Whether the time of a refusal tells who exists: several kinds of refused persons, asked for in turn.

The same reader asks over one connection; each round asks for one of every kind, in random order. What is compared is
the median time of each kind with that of a reference nobody has.
"""

import http.client
import io
import json
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from statistics import median

from sqlalchemy import select

from portal import clock
from portal.accounts.rules import StaffId
from portal.consent.desk import withdraw_consent
from portal.database import Desk
from portal.exchange.importing import import_document
from portal.people.models import persons
from portal.wiring import Wiring
from tests import factories
from tests.bench.documents import identity_number, reader_of
from tests.bench.figures import Figure, Topic
from tests.bench.ground import ADMINISTRATOR, Ground
from tests.bench.options import Options
from tests.bench.readers import PATIENCE, Browser, sign_in, staff_entry
from tests.bench.serving import serving

ROUNDS = 2_000
OF_A_KIND = 20
RESAMPLES = 500
NOBODY = "no such person"


def run(ground: Ground, _options: Options) -> Topic:
    """Measure refusals on this ground; a few people's consents are withdrawn for it, and a few people added."""
    wiring = ground.wire()
    try:
        kinds = _refused_people(ground, wiring)
    finally:
        wiring.close()
    with serving("gated", str(ground.settings_file)) as server:
        times = _ask(server.port, sign_in(ground, server.port)[0], kinds)
    base = times.pop(NOBODY)
    middle, chance = median(base), random.Random(0)  # noqa: S311 - a measurement
    figures = [Figure(NOBODY, round(middle, 3), "ms")]
    for kind, took in times.items():
        figures.append(Figure(f"{kind}: difference", round((median(took) / middle - 1) * 100, 2), "%"))
        figures.append(Figure(f"{kind}: far end of the 95 % interval", _far_end(took, base, chance), "%", "≤ 2"))
    return Topic(
        f"what the time of a refusal tells, {ground.kind}",
        f"{ROUNDS} requests for the record of each kind, interleaved on one connection, {OF_A_KIND} people of a kind; "
        "the difference of the median from that of a reference nobody has, and the end of its 95 % interval "
        "(bootstrap) that lies farther from nothing.",
        "A portal so busy that refusals take longer than one beat; very many more requests.",
        tuple(figures),
    )


def _refused_people(ground: Ground, wiring: Wiring) -> Mapping[str, Sequence[str]]:
    """References by kind, all refused to the reader with number 0."""
    mine = [
        number
        for number in range(len(ground.refs))
        if "s-0" in {reader_of(number, place, ground.readers) for place in range(3)}
    ]
    others = [ref for number, ref in enumerate(ground.refs) if number not in set(mine)]
    withdrawn = mine[:OF_A_KIND]
    administrator = staff_entry(wiring, ADMINISTRATOR)
    for number in withdrawn:
        with wiring.act_for(administrator) as act:
            withdraw_consent(act, ground.refs[number], f"c-{number}", "phone", administrator.id)
    return {
        NOBODY: [secrets.token_hex(16) for _ in range(OF_A_KIND)],
        "malformed reference": [f"nobody-{number}" for number in range(OF_A_KIND)],
        "no consent": others[:OF_A_KIND],
        "withdrawn": [ground.refs[number] for number in withdrawn],
        "protected": _protected(ground, wiring),
    }


def _protected(ground: Ground, wiring: Wiring) -> list[str]:
    """People whose consent names the reader, but does not cover their protected identity."""
    numbers = range(len(ground.refs), len(ground.refs) + OF_A_KIND)
    today = clock.today()
    line = factories.line(recipients=["s-0"], stand_ins=False, covers_protected=False)
    document = {
        "format": "gemensam-ingang/1",
        "persons": [
            factories.person(
                f"p-{number}", personnummer=identity_number(number), phone=None, email=None, protected=True
            )
            for number in numbers
        ],
        "consents": [
            factories.consent(
                f"c-{number}",
                person=f"p-{number}",
                signed_on=today.isoformat(),
                valid_from=today.isoformat(),
                valid_until=today.replace(year=today.year + 1, day=1).isoformat(),
                lines=[line],
                form=factories.form(informed_by=ADMINISTRATOR),
            )
            for number in numbers
        ],
    }
    stream = io.BytesIO(json.dumps(document).encode())
    report = import_document(wiring, stream, operator="system:bench", confirmed_by=StaffId(ADMINISTRATOR))
    if not report.is_accepted:
        raise ValueError([str(fault) for fault in report.faults])
    with wiring.engine(Desk.READING).connect() as connection:
        wanted = persons.c.id.in_([f"p-{number}" for number in numbers])
        return list(connection.execute(select(persons.c.ref).where(wanted)).scalars())


def _ask(port: int, browser: Browser, kinds: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Milliseconds of each request, by kind; raises ValueError if one was not refused."""
    headers = dict(line.split(": ", 1) for line in browser.get("/").strip().split("\r\n")[1:])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    order, chance = list(kinds), random.Random(1)  # noqa: S311 - a measurement
    for number in range(-OF_A_KIND, ROUNDS):
        chance.shuffle(order)
        for kind in order:
            path = f"/people/{kinds[kind][number % OF_A_KIND]}"
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            took = (time.perf_counter() - begun) * 1000
            if response.status != 404:
                raise ValueError(f"{kind} was answered with {response.status}")
            # The first round of each is a warm-up.
            if number >= 0:
                times[kind].append(took)
    connection.close()
    return times


def _far_end(took: Sequence[float], base: Sequence[float], chance: random.Random) -> float:
    """The end farther from zero of the 95 % interval of the difference of the medians, in % of the base's median."""
    differences = sorted(
        median(chance.choices(took, k=len(took))) - median(chance.choices(base, k=len(base))) for _ in range(RESAMPLES)
    )
    low, high = differences[RESAMPLES // 40], differences[-RESAMPLES // 40]
    return round(max(abs(low), abs(high)) / median(base) * 100, 2)
