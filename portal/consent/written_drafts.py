"""A draft's content as the bytes that its envelope holds, and back; and the digest of a whole row. Pure."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from keys.keyring import Keyring
from portal.accounts.rules import AgencyId, StaffId
from portal.consent.drafts import Content, Refusal, Share
from portal.consent.rules import Category


def write_content(content: Content) -> bytes:
    """The content in one form, the same for the same content."""
    refusal = content.refusal
    values = {
        "readers": sorted(content.readers),
        "left": sorted(content.left),
        "shares": {
            agency: {"pairs": sorted(map(list, share.pairs)), "contacts": share.contacts}
            for agency, share in sorted(content.shares.items())
        },
        "stand_ins": content.stand_ins,
        "covers_protected": content.covers_protected,
        "purpose": content.purpose,
        "valid_from": _written(content.valid_from),
        "valid_until": _written(content.valid_until),
        "form": content.form,
        "printed": content.printed,
        "informed_by": content.informed_by,
        "interpreter": content.interpreter,
        "representative": content.representative,
        "place": content.place,
        "not_shared": content.not_shared,
        "refusal": None if refusal is None else [refusal.day.isoformat(), refusal.how, refusal.note],
    }
    return json.dumps([1, values], ensure_ascii=False, separators=(",", ":")).encode()


def read_content(written: bytes) -> Content:
    """The content that was written."""
    _format, values = json.loads(written)
    refusal = values["refusal"]
    return Content(
        readers=frozenset(map(StaffId, values["readers"])),
        left=frozenset(map(StaffId, values["left"])),
        shares={AgencyId(agency): _share(share) for agency, share in values["shares"].items()},
        stand_ins=values["stand_ins"],
        covers_protected=values["covers_protected"],
        purpose=values["purpose"],
        valid_from=_day(values["valid_from"]),
        valid_until=_day(values["valid_until"]),
        form=values["form"],
        printed=values["printed"],
        informed_by=None if values["informed_by"] is None else StaffId(values["informed_by"]),
        interpreter=values["interpreter"],
        representative=values["representative"],
        place=values["place"],
        not_shared=values["not_shared"],
        refusal=None if refusal is None else Refusal(date.fromisoformat(refusal[0]), refusal[1], refusal[2]),
    )


def row_digest(keyring: Keyring, row: Mapping[str, Any]) -> str:
    """The keyed digest of a row of the drafts table as the trail tells it; raises TypeError if a column is not ours."""
    names = ("id", "person", "reference", "state", "replaces", "version", "changed_at", "changed_by")
    body = [1, *(row[name] for name in names), sha256(row["content"]).hexdigest()]
    return b64encode(keyring.digest(b"draft\0" + json.dumps(body).encode())).decode()


def _share(values: Any) -> Share:
    pairs = frozenset((AgencyId(source), Category(category)) for source, category in values["pairs"])
    return Share(pairs, values["contacts"])


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
