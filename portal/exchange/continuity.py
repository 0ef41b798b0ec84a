"""What never changes under an id the register knows: what ties an object to others, and a registered consent."""

from datetime import datetime

from portal.exchange.known import ConsentFacts, Known
from portal.exchange.ledger import Ledger
from portal.exchange.problems import Problems, Reason


def check_continuity(ledger: Ledger, known: Known, problems: Problems) -> None:
    """Report every object of the document that would change what never changes."""
    _check_staff(ledger, known, problems)
    _check_items(ledger, known, problems)
    for id_, before in known.consents(ledger.consents.keys()).items():
        index, now = ledger.consents[id_]
        if now is not None:
            _check_consent(f"consents[{index}]", before, now, problems)


def check_withdrawals_have_happened(ledger: Ledger, now: datetime, problems: Problems) -> None:
    """Report every withdrawal later than the instant ``now``."""
    for index, facts in ledger.consents.values():
        if facts is not None and facts.withdrawn is not None and facts.withdrawn.at > now:
            problems.add(f"consents[{index}].withdrawn.at", Reason.WITHDRAWAL_IN_FUTURE)


def _check_staff(ledger: Ledger, known: Known, problems: Problems) -> None:
    for id_, before in known.staff(ledger.staff.keys()).items():
        index, now = ledger.staff[id_]
        for key in ("agency", "role", "issuer", "subject"):
            if now is not None and getattr(now, key) != getattr(before, key):
                problems.add(f"staff[{index}].{key}", Reason.NEVER_CHANGES)


def _check_items(ledger: Ledger, known: Known, problems: Problems) -> None:
    for id_, before in known.items(ledger.items.keys()).items():
        index, now = ledger.items[id_]
        if now.kind != before.kind:
            problems.add(f"{now.kind}[{index}].id", Reason.ID_OF_ANOTHER_KIND)
            continue
        for key in ("person", "agency", "category", "plan"):
            is_given = getattr(now, key) is not None
            if is_given and getattr(now, key) != getattr(before, key):
                problems.add(f"{now.kind}[{index}].{key}", Reason.NEVER_CHANGES)


def _check_consent(path: str, before: ConsentFacts, now: ConsentFacts, problems: Problems) -> None:
    if now.person != before.person:
        problems.add(f"{path}.person", Reason.NEVER_CHANGES)
    elif now.terms != before.terms:
        problems.add(path, Reason.CONSENT_CHANGED)
    if before.withdrawn is None:
        return
    if now.withdrawn is None:
        problems.add(f"{path}.withdrawn", Reason.CONSENT_REVIVED)
        return
    for key in ("at", "how", "received_by"):
        if getattr(now.withdrawn, key) != getattr(before.withdrawn, key):
            problems.add(f"{path}.withdrawn.{key}", Reason.WITHDRAWAL_CHANGED)
