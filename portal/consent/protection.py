"""Who stops reading a person who becomes protected: those whose lines do not expressly cover it. Pure.

What a page says before the mark is set or lifted; the decision itself is the gate's.
"""

from collections.abc import Iterable
from datetime import datetime

from portal.accounts.rules import StaffId
from portal.consent.rules import Consent


def named_by(consents: Iterable[Consent], at: datetime, *, covering: bool = False) -> frozenset[StaffId]:
    """Those whom a live line names; with ``covering``, a line that covers protected identity."""
    return frozenset(
        reader
        for consent in consents
        if consent.is_live(at)
        for line in consent.lines
        if line.covers_protected or not covering
        for reader in line.recipients
    )
