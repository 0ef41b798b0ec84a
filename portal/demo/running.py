"""`portal demo`: an installation of its own with invented people, served on localhost with everything it needs.

The folder is made once and kept: the next start finds it with its data. SIGINT and SIGTERM stop it cleanly.
"""

import json
import secrets
import signal
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from sqlalchemy import select
from waitress.server import create_server

from portal import clock, initial
from portal.accounts import views as account_views
from portal.accounts.models import agencies, staff
from portal.accounts.rules import Staff, StaffId
from portal.accounts.sealing import read_staff
from portal.app import create_app
from portal.config import Settings, read_settings
from portal.database import Desk
from portal.demo.issuer import ACR, DemoPerson
from portal.demo.people import demo_document
from portal.demo.provider import DemoAgency, issuer_address, stand_beside
from portal.errors import SettingsError
from portal.exchange.importing import import_document
from portal.hardening import harden, log_as_json
from portal.wiring import Wiring, wire
from portal.working import work

ADMINISTRATOR = StaffId("s-eva")
# Written last: a folder without it was never finished and is made anew.
FINISHED = "finished"


def run(folder: Path, port: int, people: int, opens_browser: bool, tell: Callable[[str], None]) -> int:
    """Make the folder if need be and serve it until stopped; the exit code."""
    harden()
    log_as_json()
    if not (folder / FINISHED).exists():
        _make(folder, port, people, tell)
    settings = read_settings(folder / "portal.toml")
    if settings.web.port != port:
        raise SettingsError(
            f"{folder} was made for port {settings.web.port}: use that port, or another folder with --dir"
        )
    return _serve(wire(settings), opens_browser, tell)


def _make(folder: Path, port: int, people: int, tell: Callable[[str], None]) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not a finished demo: remove it, or name another folder with --dir")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = f"http://localhost:{port}"
    document = demo_document(clock.today(), people, {each: issuer_address(address, each) for each in _AGENCIES})
    for agency in _AGENCIES:
        _write_private(folder / f"{agency}.secret", secrets.token_urlsafe(32))
    _write_private(folder / "portal.toml", _settings_text(address, port, document["agencies"]))
    settings = read_settings(folder / "portal.toml")
    initial.create(settings, lambda _: None)
    tell(f"inventing {people} people …")
    wiring = wire(settings)
    try:
        import_document(
            wiring,
            json.dumps(document, ensure_ascii=False).encode(),
            confirmed_by=ADMINISTRATOR,
            operator="system:demo",
        )
    finally:
        wiring.close()
    _write_private(folder / FINISHED, "")


def _serve(wiring: Wiring, opens_browser: bool, tell: Callable[[str], None]) -> int:
    settings = wiring.settings
    app = create_app(wiring)
    people = _staff(wiring)
    stand_beside(
        app,
        is_demo=settings.demo,
        address=settings.web.address,
        agencies=_demo_agencies(wiring, people),
        providers=app.extensions[account_views.EXTENSION].providers,
    )
    server = create_server(app, host="127.0.0.1", port=settings.web.port, threads=8, ident=None)
    stop = threading.Event()
    signer = threading.Thread(target=work, args=(wiring, stop), name="signer")

    def stop_serving(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop_serving)
    signer.start()
    _welcome(settings, people, tell)
    if opens_browser:
        webbrowser.open(settings.web.address)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        stop.set()
        signer.join()
        wiring.close()
    tell("stopped")
    return 0


def _staff(wiring: Wiring) -> list[Staff]:
    with wiring.engine(Desk.READING).connect() as connection:
        rows = connection.execute(select(staff).order_by(staff.c.id)).mappings()
        found = [read_staff(wiring.keyring, row) for row in map(dict, rows)]
    return [each for each in found if each.is_active(clock.today())]


def _demo_agencies(wiring: Wiring, people: Sequence[Staff]) -> list[DemoAgency]:
    with wiring.engine(Desk.READING).connect() as connection:
        names = {row.id: row.name for row in connection.execute(select(agencies))}
    return [
        DemoAgency(
            provider.id,
            names[provider.agencies[0]],
            tuple(
                DemoPerson(each.subject, each.name, each.title, each.role)
                for each in people
                if each.agency == provider.agencies[0]
            ),
        )
        for provider in wiring.settings.providers
    ]


def _welcome(settings: Settings, people: Sequence[Staff], tell: Callable[[str], None]) -> None:
    tell(f"Gemensam ingång, demo: {settings.web.address}  (Ctrl-C stops it)")
    tell("Everybody in it is invented. Whom one can be, for example:")
    known = {each.subject: each for each in people}
    for subject in ("lina", "anna", "omar", "eva", "ulla"):
        if subject in known:
            tell(f"  {subject:6} {known[subject].name}, {known[subject].title} ({known[subject].role.value})")


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")


_AGENCIES = ("ame", "soc", "af", "fk", "region", "skola")


def _settings_text(address: str, port: int, named: Sequence[dict[str, object]]) -> str:
    """The settings file of a demo on ``address``; every other command works on it as well."""
    providers = "".join(
        f"""
[[providers]]
id = {json.dumps(agency["id"])}
name = {json.dumps(agency["name"], ensure_ascii=False)}
issuer = {json.dumps(issuer_address(address, str(agency["id"])))}
client_id = "portal"
client_secret_file = {json.dumps(f"{agency['id']}.secret")}
agencies = [{json.dumps(agency["id"])}]
acr_values = [{json.dumps(ACR)}]
algorithms = ["ES256"]
demo = true
"""
        for agency in named
    )
    return f"""# Made by portal demo. Everybody in it is invented.
name = "Gemensam ingång (demo)"
operator_contact = "Arbetsmarknadsenheten, 040-628 04 00"
demo = true

[database]
url = "sqlite:///portal.sqlite"

[keys]
provider = "file"
root_file = "root.json"
keyring_file = "keyring.json"

[trail]
origin = "gemensam-ingang.example/demo"
signing_key_file = "signing.key"
state_file = "signed-head"

[web]
host = "127.0.0.1"
port = {port}
address = {json.dumps(address)}
{providers}"""
