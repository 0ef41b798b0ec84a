"""The worker: signs the trail, at most a second after an entry, for as long as it runs.

On SQLite it also moves the write-ahead log into the database, so that nobody who commits has to. And it deletes the
documents that the desk has held for long enough. One worker is enough; a second one waits for the first's lock, and
neither can fork the trail.
"""

import hmac
import signal
from pathlib import Path
from threading import Event, Thread

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from audit.errors import TrailError
from audit.findings import Finding
from audit.headfile import HeadFile
from audit.signer import Signer
from audit.signingkey import SigningKey
from portal.config import Settings
from portal.database import Desk, database_file
from portal.exchange.holding import holds_too_long, let_old_go
from portal.hardening import harden, log_as_json
from portal.sqlite import shorten_log
from portal.wiring import Wiring, wire

LOG_SECONDS = 1.0
HELD_SECONDS = 30.0

log = structlog.get_logger("worker")


def make_signer(wiring: Wiring) -> Signer:
    """The signer of this installation's trail; raises TrailError if its key or memory is missing or malformed."""
    settings = wiring.settings.trail
    key = SigningKey.read(settings.signing_key_file, settings.origin)
    keyring = wiring.keyring
    reading: Engine = wiring.engine(Desk.READING)
    return Signer(
        reading,
        wiring.engine(Desk.SIGNING),
        key,
        HeadFile(settings.state_file, key.verifier),
        lambda payload, mac: hmac.compare_digest(keyring.trail_mac(payload), mac),
        wiring.now,
        _alarm,
    )


def work(wiring: Wiring, stop: Event) -> bool:
    """Sign until ``stop`` is set; False if the trail refused to be signed any further."""
    settings = wiring.settings.database
    if settings.is_sqlite:
        Thread(target=_keep_log_short, args=(database_file(settings), stop), daemon=True, name="log").start()
    Thread(target=_let_old_documents_go, args=(wiring, stop), daemon=True, name="held").start()
    try:
        make_signer(wiring).run(stop)
    except TrailError as error:
        log.critical("signing_stopped", error=type(error).__name__, detail=str(error))
        return False
    return True


def _keep_log_short(file: Path, stop: Event) -> None:
    while not stop.wait(LOG_SECONDS):
        shorten_log(file)


def _let_old_documents_go(wiring: Wiring, stop: Event) -> None:
    while not stop.wait(HELD_SECONDS):
        try:
            let_old_documents_go(wiring)
        except SQLAlchemyError as error:
            # They are kept no longer than until it can be written again.
            log.error("documents_held_too_long", error=type(error).__name__)


def let_old_documents_go(wiring: Wiring) -> None:
    """Delete the documents held at the desk whose time has passed."""
    at = wiring.now()
    with wiring.engine(Desk.SURVEYING).connect() as connection:
        if not holds_too_long(connection, at):
            return
    with wiring.engine(Desk.ADMINISTRATION).begin() as connection:
        let_old_go(connection, at)


def _alarm(what: Finding | Exception) -> None:
    if isinstance(what, Exception):
        log.error("signing_delayed", error=type(what).__name__)
    else:
        log.critical("trail_finding", finding=str(what))


def run(settings: Settings) -> int:
    """`portal worker`: sign until SIGINT or SIGTERM; 1 if the trail refused to be signed any further."""
    harden()
    log_as_json()
    wiring = wire(settings)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        return 0 if work(wiring, stop) else 1
    finally:
        wiring.close()
