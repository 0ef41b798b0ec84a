"""The disk is mute: what is written of anybody stands nowhere in the clear, in whatever the portal leaves behind.

Every text field of an exchange document, a form, an address and a header holds a string of its own; afterwards every
byte of database, logs, temporary files, exported trail and keys is searched for each of them in many encodings.
"""

import logging
import re
import resource
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import make_url, text

from audit.export import export
from audit.signingkey import SigningKey
from portal import clock
from portal.database import REGISTER, TRAIL, Desk
from portal.hardening import log_as_json
from portal.working import make_signer
from tests import factories
from tests.support.attacking import Attacker
from tests.support.browserless import Browser, Portal
from tests.support.canaries import Canaries, files_in
from tests.support.drafting import begin, confirm, fill, step, take
from tests.support.installation import Installation
from tests.support.paper import words_of
from tests.support.papers import photo
from tests.support.sending import send_paper
from tests.support.stocking import attempt, stock
from tests.web.test_import_desk import send, take_in
from tests.web.test_sent_twice import staff_form

_VERSION = re.compile(r'name="version"\s+value="(\d+)"')
PERSON, OTHER = "p-1", "p-2"
JSON = {"Accept": "application/json"}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged, however talkative somebody has made the parts."""
    for name in ("sqlalchemy", "werkzeug", "portal", "alembic", "flask_limiter"):
        caplog.set_level(logging.INFO, logger=name)
    log_as_json()
    yield caplog
    structlog.reset_defaults()


def test_nothing_written_down_is_found_again(
    installation: Installation,
    tmp_path: Path,
    temporary: Path,
    logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    canary = Canaries()
    portal = Portal(installation)
    _import(installation, canary)
    _read(portal, canary)
    _administer(portal, canary)
    _audit(portal, canary)
    _go_wrong(portal, canary)
    out, err = capfd.readouterr()
    sources = [
        ("standard output", out.encode()),
        ("standard error", err.encode()),
        ("log", "\n".join(f"{record.getMessage()} {record.exc_text}" for record in logged.records).encode()),
        *_everything_written(installation, tmp_path),
    ]
    assert len(canary.given) > 50
    assert canary.escaped(sources) == set()
    # The search would have found them: one of each kind of page holds what it should.
    assert canary.escaped([("page", canary.given["given_name"].upper().encode())]) == {("given_name", "page")}
    assert canary.escaped([("page", canary.given["note.text"].encode("utf-16"))]) == {("note.text", "page")}
    for before in range(4):
        written = b64encode(b"x" * before + canary.given["plan.title"].encode() + b"yz")
        assert canary.escaped([("page", written)]) == {("plan.title", "page")}


def test_whoever_serves_leaves_no_core(tmp_path: Path) -> None:
    program = "from portal.hardening import harden; harden(); import os; os.abort()"
    before = resource.getrlimit(resource.RLIMIT_CORE)
    died = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}]; {program}"],
        cwd=tmp_path,
        check=False,
    )
    assert died.returncode < 0
    assert list(tmp_path.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


def _document(canary: Canaries, today: date) -> dict[str, Any]:
    begun, last = (today - timedelta(days=30)).isoformat(), (today + timedelta(days=25)).isoformat()
    dates = {"active_from": begun}
    ame = {"agency": "ame", "issuer": "https://idp.example"}
    staff = [
        factories.staff("s-eva", **ame, role="administrator", subject=canary("staff.subject"), **dates),
        factories.staff("s-ulla", **ame, role="auditor", name=canary("auditor.name"), **dates),
        factories.staff(
            name=canary("staff.name"),
            title=canary("staff.title"),
            email=f"{canary('staff.email')}@example.se",
            phone=canary("staff.phone"),
            phone_hours=canary("staff.phone_hours"),
            **dates,
        ),
    ]
    people = [
        factories.person(
            PERSON,
            personnummer=canary.keep("personnummer", factories.NUMBERS[0]),
            given_name=canary("given_name"),
            family_name=canary("family_name"),
            phone=canary.keep("phone", "070-1740658"),
            email=f"{canary('email')}@example.se",
        ),
        factories.person(OTHER, personnummer=canary.keep("other.personnummer", factories.NUMBERS[1])),
    ]
    form = factories.form(place=canary("form.place"), representative=canary("form.representative"))
    consents = [
        factories.consent(
            f"c-{person}",
            person=person,
            purpose=canary(f"purpose.{person}"),
            signed_on=begun,
            valid_from=begun,
            valid_until=last,
            form=form,
            lines=[factories.line(categories=["planning", "contacts", "background"])],
        )
        for person in (PERSON, OTHER)
    ]
    plan = factories.plan(person=PERSON, title=canary("plan.title"), goal=canary("plan.goal"), released_on=begun)
    activity = factories.activity(title=canary("activity.title"), place=canary("activity.place"))
    activity["measure"] = canary("activity.measure")
    note = factories.note(person=PERSON, text=canary("note.text"), date=begun, released_on=begun)
    return factories.document(
        agencies=[factories.agency(), factories.agency("af", name="Arbetsförmedlingen", kind="arbetsformedlingen")],
        staff=staff,
        stand_ins=[],
        persons=people,
        consents=consents,
        plans=[{**plan, "from": begun}],
        activities=[{**activity, "from": begun, "until": last}],
        notes=[note],
    )


def _import(installation: Installation, canary: Canaries) -> None:
    document = _document(canary, clock.today())
    stock(installation, document, confirmed_by="s-eva")
    # Once more with other words, so that what was there goes into the history; and once with faults.
    changed = {"plans": [{**document["plans"][0], "goal": canary("plan.goal.later")}]}
    stock(installation, factories.document(**changed), confirmed_by="s-eva")
    wrong = {
        **document["persons"][0],
        "personnummer": canary("wrong.personnummer"),
        "family_name": canary("wrong.name"),
    }
    assert not attempt(installation, factories.document(persons=[wrong])).is_accepted


def _read(portal: Portal, canary: Canaries) -> None:
    reader = portal.browser("s-anna")
    ref = next(each["ref"] for each in reader.get("/people", headers=JSON).get_json()["people"] if each["id"] == PERSON)
    page = reader.get(f"/people/{ref}").text
    for place in ("given_name", "family_name", "plan.title", "plan.goal.later", "activity.title", "note.text"):
        assert canary.given[place] in page, place
    reader.get(f"/people/{ref}/print")
    reader.get(f"/people/{ref}", headers={**JSON, "X-Reason": canary("header")})
    reader.get("/check-in")
    reader.post("/people", {"name": canary.given["given_name"]}, 200)
    reader.post("/people", {"name": canary("typed.name")}, 200)
    reader.post("/people/find", {"personnummer": factories.NUMBERS[0]})
    reader.post("/people/find", {"personnummer": canary.keep("nobodys", factories.NUMBERS[5])}, 404)
    reader.post("/people/find", {"personnummer": canary("typed.number")}, 422)
    asked = {"whom": canary.keep("asked.number", factories.NUMBERS[4]), "reason": canary("asked.reason")}
    reader.post("/people/requests/new", asked)
    reader.post("/people/requests/new", {**asked, "whom": canary("asked.wrong")}, 422)
    reader.post(f"/people/{ref}/mistake", {"words": canary("mistake.words")})
    reader.post(f"/people/{ref}/mistake", {"words": canary("mistake.long") * 100}, 422)
    assert canary.given["asked.reason"] in reader.get("/people/requests").text
    reader.get(f"/people/{canary('typed.reference')}", 404)
    reader.get(f"/{canary('typed.address')}", 404)
    reader.get(f"/people?page={canary('typed.page')}")
    reader.post("/reason", {"reason": canary("typed.reason"), "back": f"/{canary('typed.back')}"}, 400)
    reader.post("/language", {"language": canary("typed.language"), "back": "/"})
    reader.post("/people/find", {"personnummer": factories.NUMBERS[0], "csrf_token": canary("typed.token")}, 400)


def _change(administrator: Browser, where: str, canary: Canaries) -> None:
    version = _VERSION.search(administrator.get(f"{where}/change").text)
    assert version is not None
    changed = {
        "version": version[1],
        "personnummer": factories.NUMBERS[6],
        "given_name": canary("changed.given_name"),
        "family_name": canary("changed.family_name"),
        "phone": canary("changed.phone"),
        "language": "sv",
    }
    administrator.post(f"{where}/change", {**changed, "personnummer": canary("changed.wrong")}, 422)
    administrator.post(f"{where}/change", changed)
    assert canary.given["changed.given_name"] in administrator.get(where).text


def _administer(portal: Portal, canary: Canaries) -> None:
    administrator = portal.browser("s-eva")
    found = administrator.post("/administration/people/find", {"sought": canary.given["family_name"]})
    assert canary.given["given_name"] in administrator.get(found.location).text
    administrator.get(administrator.post("/administration/people/find", {"sought": canary("sought.nobody")}).location)
    person = administrator.post("/administration/people/find", {"sought": factories.NUMBERS[1]}).location
    administrator.get(person)
    administrator.get("/administration/consents")
    waiting = administrator.get("/administration/requests").text
    assert canary.given["mistake.words"] in waiting
    for request in re.findall(r"/administration/requests/([0-9a-f]{32})", waiting):
        administrator.get(f"/administration/requests/{request}")
        address = f"/administration/requests/{request}/answer"
        administrator.post(address, {"answer": canary(f"answer.{request}"), "note": canary(f"wrong.{request}")}, 422)
        administrator.post(address, {"answer": "no", "note": canary(f"note.{request}")})
        administrator.post(address, {"answer": "yes", "note": canary(f"late.{request}")}, 409)
    registered = {
        "personnummer": canary.keep("registered.number", factories.NUMBERS[6]),
        "given_name": canary("registered.given_name"),
        "family_name": canary("registered.family_name"),
        "phone": canary("registered.phone"),
        "email": f"{canary('registered.email')}@example.se",
        "language": "sv",
    }
    administrator.post("/administration/people/new", {**registered, "personnummer": canary("registered.wrong")}, 422)
    late = {**registered, "given_name": canary("late.given_name"), "whose": canary("late.mark")}
    assert canary.given["late.given_name"] in portal.visitor().post("/administration/people/new", late, 403).text
    where = administrator.post("/administration/people/new", registered).location
    administrator.post("/administration/people/new", registered, 409)
    ref = where.rpartition("/")[2]
    draft = fill(
        administrator,
        ref,
        purpose=canary("form.purpose"),
        place=canary("form.place.draft"),
        representative=canary("form.deputy"),
        not_shared=canary("form.not_shared"),
    )
    wrong = {**step(administrator, draft, "terms"), "valid_until": canary("form.day")}
    administrator.post(f"{draft}/terms", wrong, 422)
    assert canary.given["form.deputy"] in words_of(administrator.post(f"{draft}/print", {}, 200).data)
    take(administrator, draft, "terms", place=f"{canary('undrawn.town')} \U0010fffd")
    administrator.post(f"{draft}/print", {}, 422)
    take(administrator, draft, "signed", place=canary("form.town"), representative=canary("signed.deputy"))
    consent = draft.rpartition("/")[2]
    paper = f"{where}/consents/{consent}/paper"
    sent = photo(comment=canary("paper.words").encode())
    shown = send_paper(administrator, paper, sent, name=canary("paper.file_name")).location
    administrator.get(administrator.get(shown).text.partition('src="/')[2].partition('"')[0].join(["/", ""]))
    send_paper(administrator, paper, canary("paper.wrong").encode(), 422)
    confirm(portal, ref, consent)
    administrator.post(f"{where}/consents/{consent}/withdraw", {"how": canary("typed.how")}, 422)
    letter = administrator.post(f"{where}/consents/{consent}/withdraw", {"how": "letter"}).location
    assert canary.given["registered.given_name"] in words_of(administrator.post(letter, {"language": "sv"}, 200).data)
    mistaken = fill(administrator, ref)
    take(administrator, mistaken, "signed")
    note = {"note": canary("mistaken.note")}
    administrator.post(f"{where}/consents/{mistaken.rpartition('/')[2]}/in-error", note)
    assert canary.given["mistaken.note"] in administrator.get(where).text
    _change(administrator, where, canary)
    take(administrator, begin(administrator, ref), "refused", note=canary("refused.note"))
    administrator.post("/administration/people/find", {"sought": canary("typed.code")})
    employed = staff_form(administrator.get("/administration/staff/new").text)
    employed |= {
        "name": canary("employed.name"),
        "subject": canary("employed.subject"),
        "title": canary("employed.title"),
    }
    administrator.post("/administration/staff/new", {**employed, "issuer": canary("employed.issuer")}, 422)
    administrator.post("/administration/staff/new", employed)
    administrator.get("/administration/staff")
    _take_in(administrator, canary)


def _take_in(administrator: Browser, canary: Canaries) -> None:
    """Documents sent at the desk: one that is applied, one that stays held, one that does not hold."""
    begun = (clock.today() - timedelta(days=30)).isoformat()
    note = factories.note("n-sent", person=PERSON, text=canary("sent.note"), date=begun, released_on=begun)
    whom = factories.person("p-sent", personnummer=canary.keep("sent.number", factories.NUMBERS[2]))
    whom |= {"given_name": canary("sent.given_name"), "email": f"{canary('sent.email')}@example.se"}
    document = factories.document(persons=[whom], notes=[note])
    where = send(administrator, document).location
    assert canary.given["sent.note"] in administrator.get(f"{where}/people/{PERSON}").text
    assert canary.given["sent.given_name"] in administrator.get(f"{where}/people/p-sent").text
    take_in(administrator, where)
    held = factories.document(notes=[{**note, "id": "n-held", "text": canary("held.note") * 60_000}])
    administrator.get(send(administrator, held).location)
    send(administrator, factories.document(persons=[{**whom, "personnummer": canary("sent.wrong")}]), 422)
    send(administrator, canary("sent.nothing").encode() * 300_000, 413)
    administrator.get(f"{where}/people/{canary('sent.id')}", 410)
    administrator.post(where, {"seen": canary("sent.mark")}, 410)


def _audit(portal: Portal, canary: Canaries) -> None:
    auditor = portal.browser("s-ulla")
    auditor.get("/auditing/log")
    auditor.get("/auditing/integrity")
    for name in (
        "person",
        "staff",
        "agency",
        "event",
        "outcome",
        "since",
        "until",
        "before",
        "listing",
        "actor",
        "kind",
    ):
        auditor.fetch("GET", f"/auditing/log?{name}={canary(f'sought.{name}')}")


def _go_wrong(portal: Portal, canary: Canaries) -> None:
    """Sign-ins refused with words of somebody's own, a host nobody knows, and content that does not open."""
    visitor = portal.visitor()
    visitor.get(f"/login?next=/{canary('typed.next')}")
    visitor.get(f"/login/{canary('typed.provider')}", 404)
    visitor.get(f"/login/kommunen/callback?error={canary('error')}&error_description={canary('error.words')}", 403)
    visitor.get(f"/login/kommunen/callback?code={canary('code')}&state={canary('state')}", 403)
    visitor.client.get("/", base_url=f"http://{canary('host')}.example")
    visitor.client.set_cookie("session-80", canary("cookie"), domain="localhost")
    visitor.get("/people", 303, headers={"User-Agent": canary("agent"), "X-Forwarded-For": canary("forwarded")})
    reader = portal.browser("s-anna")
    attacker = Attacker(portal.installation)
    attacker.does("UPDATE persons SET content_key = log_key")
    attacker.leaves()
    reader.get("/people", 500)


def _everything_written(installation: Installation, folder: Path) -> Iterator[tuple[str, bytes]]:
    signer = make_signer(installation.wiring)
    while signer.step().has_more:
        pass
    key = SigningKey.read(installation.settings.trail.signing_key_file).verifier
    # The desk's role: no row, and no table, is closed to it.
    with installation.wiring.engine(Desk.SURVEYING).connect() as connection:
        export(connection, folder / "exported", key, lambda _done, _all: None)
        for table in (*REGISTER, *TRAIL, "sessions"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            yield f"table {table}", b"\n".join(_bytes(value) for row in rows for value in row)
    yield from files_in(folder)
    server = make_url(installation.owner_url).query.get("host")
    if isinstance(server, str) and not installation.is_sqlite:
        owner = Attacker(installation)
        with owner.engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            oid = connection.execute(
                text("SELECT oid FROM pg_database WHERE datname = current_database()")
            ).scalar_one()
        owner.leaves()
        data = Path(server, "data")
        begun = installation.settings.keys.keyring_file.stat().st_mtime
        yield from files_in(data / "base" / str(oid), data / "pg_wal", data / "base" / "pgsql_tmp", since=begun)
        yield "server log", Path(server, "log").read_bytes()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
