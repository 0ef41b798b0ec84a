"""`portal-keys`: make the keys of an installation once, and tell how they are.

Reads only the `[keys]` table of the configuration file. Makes nothing unless asked, overwrites nothing, prints no
key. Exit code 0 when well, 1 when the keys are not as they should be, 2 on bad usage or settings.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from keys.errors import ExistingKeyFileError, KeysError, ProviderError, SettingsError
from keys.keyring import Keyring
from keys.providers import KeyProvider, find_provider, open_provider
from keys.settings import KeySettings, read_key_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.config:
        parser.error("say which configuration file with --config or PORTAL_CONFIG")
    try:
        settings = read_key_settings(Path(options.config))
        report = _init(settings, options.existing_root) if options.command == "init" else _status(settings)
    except KeysError as error:
        if options.json:
            _print(json.dumps({"ok": False, "error": type(error).__name__, "message": str(error)}, indent=2))
        else:
            sys.stderr.write(f"portal-keys: {error}\n")
        return 2 if isinstance(error, SettingsError | ProviderError) else 1
    _print(json.dumps({"ok": True, **report}, indent=2) if options.json else _as_lines(report))
    return 0


def _init(settings: KeySettings, existing_root: bool) -> Mapping[str, object]:
    # Looked at before anything is made, so that a refused init leaves no root key behind.
    if os.path.lexists(settings.keyring_file):
        raise ExistingKeyFileError(f"The keyring {settings.keyring_file} is there already: nothing was made.")
    if existing_root:
        provider = open_provider(settings)
    else:
        try:
            provider = find_provider(settings.provider).create_from_settings(settings)
        except ExistingKeyFileError as error:
            raise ExistingKeyFileError(
                f"{error} If this installation has had a keyring, restore it from a backup; "
                "if it has not, `portal-keys init --existing-root` makes one under the root key that is there."
            ) from None
    return _report(settings, provider, Keyring.create(provider, settings.keyring_file))


def _status(settings: KeySettings) -> Mapping[str, object]:
    provider = open_provider(settings)
    return _report(settings, provider, Keyring.open(provider, settings.keyring_file))


def _report(settings: KeySettings, provider: KeyProvider, keyring: Keyring) -> Mapping[str, object]:
    return {
        "provider": settings.provider,
        "active_root_key": provider.active_id.hex(),
        "root_keys": sorted(root.hex() for root in provider.key_ids),
        "keyring": str(settings.keyring_file),
        "keyring_under": sorted(root.hex() for root in keyring.root_ids),
        "lookup_periods": sorted(period for period, lives in keyring.periods.items() if lives),
        "destroyed_periods": sorted(period for period, lives in keyring.periods.items() if not lives),
    }


def _as_lines(report: Mapping[str, object]) -> str:
    texts = {name: value if isinstance(value, str) else _listed(value) for name, value in report.items()}
    return "\n".join(f"{name.replace('_', ' '):18}{text}" for name, text in texts.items())


def _listed(values: object) -> str:
    return ", ".join(values) if isinstance(values, list) and values else "none"


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--config",
        default=os.environ.get("PORTAL_CONFIG"),
        metavar="FILE",
        help="the configuration file (or PORTAL_CONFIG)",
    )
    shared.add_argument("--json", action="store_true", help="report as JSON")
    parser = argparse.ArgumentParser(prog="portal-keys", description="The keys of an installation.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="init|status")
    init = commands.add_parser("init", parents=[shared], help="make the root key and the keyring, once")
    init.add_argument(
        "--existing-root", action="store_true", help="make only the keyring, under the root key that is there"
    )
    commands.add_parser("status", parents=[shared], help="open the keyring and tell what it holds")
    return parser
