"""Makes the demo's folder: settings, keys, trail, database and invented people.

It is made beside its place and moved there when it is whole, so a demo that was stopped half made is simply made
anew, and a folder that holds anything else is refused.
"""

import io
import json
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from portal import clock, initial
from portal.accounts.rules import StaffId
from portal.config import read_settings
from portal.demo.issuer import ACR
from portal.demo.people import demo_document
from portal.demo.provider import issuer_address
from portal.demo.staff import AGENCIES
from portal.errors import SettingsError
from portal.exchange.importing import import_document
from portal.wiring import wire

ADMINISTRATOR = StaffId("s-eva")
SETTINGS = "portal.toml"


def make(folder: Path, port: int, people: int, tell: Callable[[str], None]) -> None:
    """Make a demo of ``people`` persons for http://localhost:``port``; ``tell`` hears what takes time.

    Raises SettingsError where the folder holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} holds something that is not a demo: name another folder with --dir")
    half_made = folder.with_name(f".{folder.name}-half-made")
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(parents=True, mode=0o700)
    _fill(half_made, f"http://localhost:{port}", port, people, tell)
    # Onto an empty folder or none; if we crash before this, the next start begins again.
    half_made.replace(folder)


def _fill(folder: Path, address: str, port: int, people: int, tell: Callable[[str], None]) -> None:
    names = {str(agency["id"]): str(agency["name"]) for agency in AGENCIES}
    for agency in names:
        _write_private(folder / f"{agency}.secret", secrets.token_urlsafe(32))
    _write_private(folder / SETTINGS, _settings_text(address, port, names.items()))
    settings = read_settings(folder / SETTINGS)
    initial.create(settings, lambda _: None)
    tell(f"inventing {people} people …")
    document = demo_document(clock.today(), people, {agency: issuer_address(address, agency) for agency in names})
    wiring = wire(settings)
    try:
        report = import_document(
            wiring,
            io.BytesIO(json.dumps(document, ensure_ascii=False).encode()),
            operator="system:demo",
            confirmed_by=ADMINISTRATOR,
        )
    finally:
        wiring.close()
    if not report.is_accepted:
        raise SettingsError("the invented people do not hold together: this is a fault in the demo, please report it")


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")


def _settings_text(address: str, port: int, agencies: Iterable[tuple[str, str]]) -> str:
    """The settings file of a demo on ``address``; every other command works on it as well."""
    providers = "".join(
        f"""
[[providers]]
id = {json.dumps(agency)}
name = {json.dumps(name, ensure_ascii=False)}
issuer = {json.dumps(issuer_address(address, agency))}
client_id = "portal"
client_secret_file = {json.dumps(f"{agency}.secret")}
agencies = [{json.dumps(agency)}]
acr_values = [{json.dumps(ACR)}]
algorithms = ["ES256"]
demo = true
"""
        for agency, name in agencies
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
