"""The command line: one subcommand for each thing an operator does.

Exit code 0 when well, 1 when what was checked does not hold, 2 on bad usage or input. Messages say what to do next
and never hold personal data. What a command needs is imported when it runs, so that each starts fast.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from portal.config import Settings

Command = Callable[[argparse.Namespace], int]

BAD_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    from keys.errors import KeysError
    from portal.errors import PortalError

    options = _parser().parse_args(arguments)
    run: Command = options.run
    try:
        return run(options)
    except (PortalError, KeysError) as error:
        sys.stderr.write(f"portal: {error}\n")
        return BAD_USAGE
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing may be written at exit either.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("portal: stopped\n")
        return 130


def operator() -> str:
    """The operating-system user, as an entry names who acted through the command line."""
    return f"system:{getuser()}"


class _Parser(argparse.ArgumentParser):
    """A parser that never repeats what was typed: a name or a number may have been typed in the wrong place."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        named = re.match(r"(argument [^:]+|the following arguments are required: .+)", message)
        what = named[0] if named else "the arguments cannot be understood"
        self.exit(BAD_USAGE, f"portal: {what}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="portal", description="Gemensam ingång: the common entrance.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, what: str, *, is_configured: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        if is_configured:
            command.add_argument("--config", metavar="FILE", help="the settings file; else PORTAL_CONFIG")
        return command

    add("init", _init, "make keys, trail and database; nothing that exists is written over")
    add("upgrade", _upgrade, "bring the database to today's schema")
    demo = add("demo", _demo, "serve invented people on localhost", is_configured=False)
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--dir", type=Path, default=Path("instance/demo"), metavar="FOLDER")
    demo.add_argument("--people", type=int, default=200, metavar="N")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")
    add("serve", _serve, "serve in earnest")
    add("worker", _worker, "sign the trail for as long as it runs")
    import_ = add("import", _import, "take in an exchange document, whole or not at all")
    import_.add_argument("file", metavar="FILE", help="the document, or - for standard input")
    import_.add_argument("--dry-run", action="store_true", help="check and count, change nothing")
    import_.add_argument("--confirmed-by", metavar="STAFF", help="the administrator who confirms its consents")
    import_.add_argument("--json", action="store_true")
    export = add("export", _export, "write everything but protected persons as an exchange document")
    export.add_argument("--by", metavar="STAFF", required=True, help="the administrator on whose behalf")
    export.add_argument("--out", metavar="FILE", default="-", help="where to; else standard output")
    explain = add("explain", _explain, "say why a reader can or cannot read a person, opening nothing")
    explain.add_argument("--reader", metavar="ID", required=True)
    explain.add_argument("--person", metavar="ID", required=True)
    explain.add_argument("--at", metavar="TIME", help="RFC 3339 with offset; else now")
    explain.add_argument("--json", action="store_true")
    doctor = add("doctor", _doctor, "hold the register against the trail, opening nothing")
    doctor.add_argument("--json", action="store_true")
    preview = add("preview", _preview, "print what a reader would see in a document", is_configured=False)
    preview.add_argument("file", metavar="FILE")
    preview.add_argument("--reader", metavar="ID", required=True)
    preview.add_argument("--at", metavar="TIME", required=True, help="RFC 3339 with offset")
    clashes = add("clashes", _clashes, "print the clashes in a document's plans for a person", is_configured=False)
    clashes.add_argument("file", metavar="FILE")
    clashes.add_argument("--person", metavar="ID", required=True)
    clashes.add_argument("--today", metavar="DATE", required=True)
    clashes.add_argument("--reader", metavar="ID", help="only what this reader sees at the start of that day")
    add("schema", _schema, "print the JSON Schema of the exchange format", is_configured=False)
    for command in (preview, clashes):
        command.add_argument("--config", metavar="FILE", help="taken, but not needed: no database and no keys")
        command.add_argument("--json", action="store_true", help="the output is JSON in any case")
    return parser


def _settings(options: argparse.Namespace) -> "Settings":
    from portal.config import read_settings
    from portal.errors import SettingsError

    file = options.config or os.environ.get("PORTAL_CONFIG")
    if not file:
        raise SettingsError("name the settings file with --config or PORTAL_CONFIG (see config.example.toml)")
    return read_settings(Path(file))


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _init(options: argparse.Namespace) -> int:
    from portal import initial

    initial.create(_settings(options), _tell)
    return 0


def _upgrade(options: argparse.Namespace) -> int:
    from portal import schema

    schema.upgrade(_settings(options).database)
    return 0


def _demo(options: argparse.Namespace) -> int:
    from portal.demo import running

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    return running.run(options.dir, options.port, options.people, not options.no_browser, tell)


def _serve(options: argparse.Namespace) -> int:
    from portal import serving

    serving.serve(_settings(options))
    return 0


def _worker(options: argparse.Namespace) -> int:
    from portal import working

    return working.run(_settings(options))


def _import(options: argparse.Namespace) -> int:
    from portal.exchange import bulk_commands

    return bulk_commands.import_(
        _settings(options), options.file, options.confirmed_by, options.dry_run, options.json, operator()
    )


def _export(options: argparse.Namespace) -> int:
    from portal.exchange import bulk_commands

    return bulk_commands.export(_settings(options), options.out, options.by, operator())


def _explain(options: argparse.Namespace) -> int:
    from portal.exchange import bulk_commands

    return bulk_commands.explain(_settings(options), options.reader, options.person, options.at, options.json)


def _doctor(options: argparse.Namespace) -> int:
    from portal import doctor
    from portal.wiring import wire

    return doctor.run(wire(_settings(options)), options.json)


def _preview(options: argparse.Namespace) -> int:
    from portal.exchange import commands

    return commands.preview(options.file, options.reader, options.at)


def _clashes(options: argparse.Namespace) -> int:
    from portal.exchange import commands

    return commands.clashes(options.file, options.person, options.today, options.reader)


def _schema(_options: argparse.Namespace) -> int:
    from portal.exchange import commands

    return commands.schema()
