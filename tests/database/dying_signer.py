"""A signer that dies at a given point of its step, run as a process of its own by the tests."""

import os
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, event

from audit.headfile import HeadFile
from audit.signer import Signer
from tests import trails

DIED = 9


class DyingHeadFile(HeadFile):
    """A head file at which the process dies."""

    point = ""

    def advance(self, expected: object, note: str) -> None:
        if self.point == "before_head":
            die()
        super().advance(expected, note)  # type: ignore[arg-type]
        if self.point == "after_head":
            die()


def die(*_: object) -> None:
    os._exit(DIED)


def main(url: str, head: str, point: str) -> None:
    is_sqlite = url.startswith("sqlite")
    engine = trails.sqlite_engine(Path(url.removeprefix("sqlite:///"))) if is_sqlite else create_engine(url)
    head_file = DyingHeadFile(Path(head), trails.key().verifier)
    head_file.point = point

    def check(payload: bytes, mac: bytes) -> bool:
        if point == "gathering":
            die()
        return trails.check(payload, mac)

    def clock() -> datetime:
        if point == "publishing":
            die()
        return trails.BEGINNING

    if point == "before_commit":
        event.listen(engine, "commit", lambda _: die() if _is_ahead(head_file) else None)
    if point == "after_commit":
        event.listen(engine, "checkin", lambda *_: die() if _is_ahead(head_file) else None)
    Signer(engine, engine, trails.key(), head_file, check, clock, print).step()


def _is_ahead(head_file: HeadFile) -> bool:
    return head_file.read().size > 300


if __name__ == "__main__":
    main(*sys.argv[1:])
