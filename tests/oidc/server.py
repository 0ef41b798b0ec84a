"""Installs oidc-provider once, outside the project, and runs it on this machine."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, RSAKey

FILES = ("package.json", "package-lock.json", "provider.js")
HERE = Path(__file__).parent


class NotInstallableError(Exception):
    """There is no node, or no network to install from."""


def installed() -> Path:
    """A folder where provider.js can be run, installed by `npm ci` unless it was before with the same lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NotInstallableError("node and npm")
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gemensam-ingang"
    folder = cache / f"oidc-{sha256(content).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (cache / "oidc.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may come here at once
        if not (folder / "installed").exists():
            for name in FILES:
                shutil.copy(HERE / name, folder)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            outcome = subprocess.run(command, cwd=folder, capture_output=True, timeout=180, check=False)
            if outcome.returncode:
                raise NotInstallableError("oidc-provider, for npm ci has failed")
            (folder / "installed").touch()
    return folder


@dataclass
class OidcProvider:
    """oidc-provider with these clients, on a port of its own that it keeps over restarts."""

    folder: Path
    clients: Sequence[dict[str, Any]]
    acr: str
    weak_acr: str
    port: int = field(default_factory=lambda: free_port())
    _process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        """Its issuer and address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, keys: Sequence[ECKey | RSAKey]) -> None:
        """Run it with these signing keys, the first of its kind before the others."""
        told = {
            "port": self.port,
            "issuer": self.issuer,
            "keys": [key.as_dict(private=True) for key in keys],
            "clients": list(self.clients),
            "acr": self.acr,
            "weakAcr": self.weak_acr,
        }
        self._process = subprocess.Popen(
            ["node", "provider.js"],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(told)}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=60)
            self._process = None


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
