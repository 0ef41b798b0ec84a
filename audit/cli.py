"""`portal-audit`: verify the trail, export it, print the key that verifies it.

Needs neither the portal nor its keys, so whoever has an export, the vkey and an older checkpoint can run it on a
machine of their own. Exit code 0 when well, 1 when what was checked does not hold, 2 on bad usage or input.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from audit import treestore
from audit.checkpoint import Head, VerifierKey, open_checkpoint
from audit.connect import reading
from audit.errors import CheckpointError, HeadFileError, SettingsError, SigningKeyError, TrailError
from audit.export import export
from audit.fromdatabase import FromDatabase
from audit.fromexport import FromExport
from audit.headfile import HeadFile
from audit.settings import TrailSettings, read_trail_settings
from audit.signingkey import SigningKey
from audit.sources import Source
from audit.verify import Report, verify

# What the user can mend by calling otherwise; every other TrailError is about the trail itself.
_USAGE = (SettingsError, SigningKeyError, HeadFileError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except TrailError as error:
        code, message = (2 if isinstance(error, _USAGE) else 1), str(error)
    except SQLAlchemyError:
        code, message = 2, "the database has no trail that can be read; is it migrated?"
    except OSError as error:
        code, message = 2, f"{error.filename or 'a file'}: {error.strerror}"
    if options.json:
        _print(json.dumps({"holds": False, "error": message}))
    else:
        sys.stderr.write(f"portal-audit: {message}\n")
    return code


def _verify(options: argparse.Namespace) -> int:
    key = _verifier(options)
    older = [] if options.checkpoint is None else [_checkpoint(options.checkpoint, key)]
    with _progress("verified") as progress, ExitStack() as stack:
        source: Source
        if options.export:
            source = _open_export(options.export)
        else:
            connection, signed = stack.enter_context(_at_one_moment(options, key))
            source, older = FromDatabase(connection), [*older, *signed]
        report = verify(source, key, older, progress=lambda done: progress(done, None))
    _print(json.dumps(report.as_json(), indent=2) if options.json else _as_text(report))
    return 0 if report.holds else 1


@contextmanager
def _at_one_moment(options: argparse.Namespace, key: VerifierKey) -> Iterator[tuple[Connection, list[Head]]]:
    """The database, and the head the signer remembers where its state file is at hand."""
    with ExitStack() as signing_stops, ExitStack() as stack:
        signed = []
        if not options.database and (state_file := _settings(options).state_file).exists():
            # The signer advances its file before it commits: between the two the database would seem rolled back.
            head_file = HeadFile(state_file, key)
            signing_stops.enter_context(head_file.hold())
            signed.append(head_file.read())
        connection = stack.enter_context(reading(_database(options)))
        # The snapshot is that of the first read.
        treestore.last_checkpoint(connection)
        signing_stops.close()
        yield connection, signed


def _export(options: argparse.Namespace) -> int:
    key = _verifier(options)
    with _progress("exported") as progress, reading(_database(options)) as connection:
        head = export(connection, Path(options.directory), key, progress)
    if options.json:
        _print(json.dumps({"directory": options.directory, "size": head.size, "root": head.root.hex()}))
    else:
        _print(f"{options.directory} holds the trail (entries: {head.size}).")
    return 0


def _vkey(options: argparse.Namespace) -> int:
    settings = _settings(options)
    key = SigningKey.read(settings.signing_key_file, settings.origin).verifier
    _print(json.dumps({"vkey": str(key)}) if options.json else str(key))
    return 0


def _init(options: argparse.Namespace) -> int:
    settings = _settings(options)
    for path in (settings.signing_key_file, settings.state_file):
        # Looked at before anything is made, so that a refused init leaves nothing behind.
        if os.path.lexists(path):
            raise SettingsError(f"{path} is there already: nothing was made")
    key = SigningKey.create(settings.origin, settings.signing_key_file)
    HeadFile.create(settings.state_file, key)
    _print(json.dumps({"vkey": str(key.verifier)}) if options.json else str(key.verifier))
    return 0


def _as_text(report: Report) -> str:
    lines = [f"  {finding}" for finding in report.findings]
    if report.faults > len(lines):
        lines.append(f"  and {report.faults - len(lines)} more")
    extent = f"entries: {report.leaves}, checkpoints: {report.checkpoints}, waiting to be signed: {report.waiting}"
    if report.holds:
        return f"The trail holds ({extent})."
    return "\n".join([f"The trail does not hold, faults: {report.faults} ({extent}).", *lines])


def _settings(options: argparse.Namespace) -> TrailSettings:
    if not options.config:
        raise SettingsError("say which configuration file with --config or PORTAL_CONFIG")
    return read_trail_settings(Path(options.config))


def _database(options: argparse.Namespace) -> str:
    return options.database or _settings(options).database


def _verifier(options: argparse.Namespace) -> VerifierKey:
    if not options.vkey:
        settings = _settings(options)
        return SigningKey.read(settings.signing_key_file, settings.origin).verifier
    try:
        return VerifierKey.parse(options.vkey)
    except CheckpointError as error:
        raise SettingsError(f"--vkey: {error}") from None


def _checkpoint(path: str, key: VerifierKey) -> Head:
    try:
        return open_checkpoint(Path(path).read_text("utf-8"), key)
    except (CheckpointError, UnicodeDecodeError):
        raise SettingsError(f"{path} holds no checkpoint signed by this key") from None


def _open_export(directory: str) -> FromExport:
    if not Path(directory).is_dir():
        raise SettingsError(f"{directory} is not a directory")
    return FromExport(Path(directory))


@contextmanager
def _progress(done: str) -> Iterator[Callable[[int, int | None], None]]:
    """A line of progress on the error output, and only where that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"entries {done}", total=None)
        yield lambda count, total: bar.update(task, completed=count, total=total)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--config",
        metavar="FILE",
        default=os.environ.get("PORTAL_CONFIG"),
        help="the configuration file (or PORTAL_CONFIG)",
    )
    shared.add_argument("--json", action="store_true", help="report as JSON")
    trail = argparse.ArgumentParser(add_help=False)
    trail.add_argument("--vkey", metavar="KEY", help="the log's verifier key, in place of that of the configuration")
    parser = argparse.ArgumentParser(prog="portal-audit", description="The trail of an installation.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="verify|export|vkey|init")

    command = commands.add_parser("verify", parents=[shared, trail], help="derive everything anew and compare")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--database", metavar="URL", help="the database, in place of that of the configuration")
    where.add_argument("--export", metavar="DIR", help="an exported trail instead of a database")
    command.add_argument("--checkpoint", metavar="FILE", help="an older checkpoint that the trail must extend")
    command.set_defaults(run=_verify)

    command = commands.add_parser("export", parents=[shared, trail], help="bring a tlog-tiles directory up to date")
    command.add_argument("directory", metavar="DIR")
    command.add_argument("--database", metavar="URL", help="the database, in place of that of the configuration")
    command.set_defaults(run=_export)

    command = commands.add_parser("vkey", parents=[shared], help="print the key that verifies the checkpoints")
    command.set_defaults(run=_vkey)
    command = commands.add_parser("init", parents=[shared], help="make the signing key and the state file, once")
    command.set_defaults(run=_init)
    return parser
