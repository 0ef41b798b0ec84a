"""`portal demo`: an installation of its own with invented people, served on localhost with everything it needs.

The folder is made once and kept: the next start finds it with its data. SIGINT and SIGTERM stop it cleanly.
"""

import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from portal.config import read_settings
from portal.demo.making import SETTINGS, make
from portal.demo.portal import active_staff, demo_portal, guides
from portal.errors import SettingsError
from portal.hardening import harden, log_as_json
from portal.wiring import Wiring, wire
from portal.working import work

# Waitress would lay what is sent on the disk, in the clear, from half a megabyte on.
MOST_IN_MEMORY = 100_000_000


def run(folder: Path, port: int, people: int, opens_browser: bool, tell: Callable[[str], None]) -> int:
    """Make the folder if need be and serve it until stopped; the exit code."""
    harden()
    log_as_json()
    _refuse_taken(port)
    if not (folder / SETTINGS).exists():
        make(folder, port, people, tell)
    settings = read_settings(folder / SETTINGS)
    if settings.web.port != port:
        raise SettingsError(
            f"{folder} was made for port {settings.web.port}: use that port, or another folder with --dir"
        )
    return _serve(wire(settings), opens_browser, tell)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingsError(
                f"port {port} is taken, perhaps by a demo that is running: stop that, or choose with --port and --dir"
            ) from error


def _serve(wiring: Wiring, opens_browser: bool, tell: Callable[[str], None]) -> int:
    app = demo_portal(wiring)
    server = create_server(
        app, host="127.0.0.1", port=wiring.settings.web.port, threads=8, ident=None, inbuf_overflow=MOST_IN_MEMORY
    )
    stop = threading.Event()
    signer = threading.Thread(target=work, args=(wiring, stop), name="signer")

    def stop_serving(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop_serving)
    signer.start()
    _welcome(wiring, tell)
    if opens_browser:
        webbrowser.open(wiring.settings.web.address)
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


def _welcome(wiring: Wiring, tell: Callable[[str], None]) -> None:
    tell(f"Gemensam ingång, demo: {wiring.settings.web.address}  (Ctrl-C stops it)")
    tell("Everybody in it is invented. Whom one can be, for example:")
    for each in guides(active_staff(wiring)):
        tell(f"  {each.subject:6} {each.name}, {each.title} ({each.role.value})")
