"""The mark of what a document would do: the same mark, the same difference.

Somebody who has looked at a difference hands its mark back, and the import goes through only if it would still do
exactly that. Whatever anybody changes of a person whom the document changes makes another mark, and so does every other
thing that would come, change or go. It is keyed: it tells nothing.
"""

import json
from base64 import urlsafe_b64encode

from portal.exchange.preparing import Client
from portal.exchange.weighing import Weighed

_compact = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def seen_mark(weighed: Weighed) -> str:
    """The mark of what ``weighed`` would do, 43 letters that may stand in a form."""
    preparation, directory = weighed.preparation, weighed.directory
    touched = {id_: _client(client) for id_, client in preparation.clients.items() if client.has_steps}
    ends = [(row.id, row.version) for row in weighed.removed]
    staff = [
        [each.id for each in directory.agencies],
        [each.id for each in directory.staff],
        [each.id for each in directory.stand_ins],
        directory.ended,
        sorted(directory.accounts),
    ]
    said = [1, weighed.checked.digest.hex(), touched, preparation.outcomes, ends, staff]
    mark = preparation.keyring.digest(b"seen\0" + _compact(said).encode())
    return urlsafe_b64encode(mark).decode().rstrip("=")


def _client(client: Client) -> list[object]:
    """What would become of one person, and as of which version."""
    return [
        None if client.row is None else [client.row.ref, client.row.version],
        client.details is not None,
        client.is_protected,
        [consent.id for consent, _, _ in client.new_consents],
        [id_ for id_, _ in client.withdrawals],
        client.confirmations,
    ]
