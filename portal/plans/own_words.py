"""The individual's own words to a note: a note of its own, tied to the other by its id. Pure.

The exchange format has no key that ties a note to another, so the tie stands where it survives every export and import:
in the id, which begins with a digest of the other's. It tells nobody anything about the person. The words have the
note's agency and category, so that whoever may read the note reads them, and nobody else.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from portal.plans.rules import Note, NoteId

_START = "words."
_DIGITS = 24


def words_to(note: NoteId) -> str:
    """What the ids of all words to a note begin with."""
    return f"{_START}{sha256(note.encode()).hexdigest()[:_DIGITS]}."


def are_own_words(note: str) -> bool:
    """Whether a note with that id is somebody's own words, to whatever note."""
    return note.startswith(_START)


def by_note(notes: Iterable[Note]) -> list[tuple[Note, list[Note]]]:
    """Each note with the words to it, newest note first and oldest words first.

    Words whose note is not among ``notes``, or is of another agency or category, stand by themselves.
    """
    notes = sorted(notes, key=lambda note: note.date, reverse=True)
    own: Mapping[str, Note] = {words_to(note.id): note for note in notes if not are_own_words(note.id)}
    tied = {words.id: host for words in notes if (host := _host(words, own)) is not None}
    return [
        (note, [each for each in reversed(notes) if tied.get(each.id) is note]) for note in notes if note.id not in tied
    ]


def _host(words: Note, own: Mapping[str, Note]) -> Note | None:
    host = own.get(words.id[: len(_START) + _DIGITS + 1]) if are_own_words(words.id) else None
    if host is None or (host.agency, host.category) != (words.agency, words.category):
        return None
    return host
