"""What is taken in as a signed paper: a PDF, a JPEG or a PNG, told by its first bytes and never by its name. Pure."""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum

MOST_PAGES = 20
# A phone's photo of a paper has 12 to 50 million pixels; what claims very many more is no photo of a paper.
MOST_PIXELS = 80_000_000
# No list of objects of a paper of 20 pages comes near this when it is unpacked.
_MOST_UNPACKED = 16_000_000

# What a paper never has: something to run, to open, to send, or another file within.
_FORBIDDEN = frozenset(
    name.encode()
    for name in (
        *("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm"),
        *("ImportData", "GoToE", "GoToR", "Movie", "Sound", "Rendition"),
    )
)
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


class PaperKind(StrEnum):
    """The kinds of file a paper may come as."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


class PaperFault(StrEnum):
    """Why a file is not taken in."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OTHER_KIND = "other_kind"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"
    TOO_DEMANDING = "too_demanding"


class PaperError(Exception):
    """A file cannot be taken in, or not be shown; ``fault`` says why."""

    def __init__(self, fault: PaperFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def kind_of(content: bytes, most_bytes: int) -> PaperKind:
    """What ``content`` is, by its first bytes alone; raises PaperError. Whether it is whole is for the renderer."""
    if not content:
        raise PaperError(PaperFault.EMPTY)
    if len(content) > most_bytes:
        raise PaperError(PaperFault.TOO_LARGE)
    if content.startswith(b"%PDF-"):
        return PaperKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return PaperKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PaperKind.PNG
    raise PaperError(PaperFault.OTHER_KIND)


def check_pdf(content: bytes) -> None:
    """Raise PaperError if a PDF has no end, is encrypted, or has something in it that runs, opens or hides a file.

    Read as bytes, before any parser sees it. Names are read as the format writes them (``/J#53``), and also in the
    packed lists of objects; what is in other streams are drawings, fonts and pictures, which name nothing.
    """
    if b"%%EOF" not in content[-2048:]:
        raise PaperError(PaperFault.DAMAGED)
    names = set(_names(content))
    if b"Encrypt" in names:
        raise PaperError(PaperFault.ENCRYPTED)
    if names & _FORBIDDEN:
        raise PaperError(PaperFault.ACTIVE)


def _names(content: bytes) -> Iterator[bytes]:
    for part in (_STREAM.sub(b" ", content), *_packed_objects(content)):
        for name in _NAME.findall(part):
            yield _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)


def _packed_objects(content: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(content):
        head = content[max(0, found.start() - 1024) : found.start()]
        if b"ObjStm" not in _ESCAPED.sub(lambda each: bytes([int(each[1], 16)]), head.rpartition(b" obj")[2]):
            continue
        unpacking = zlib.decompressobj()
        try:
            unpacked = unpacking.decompress(found[1], _MOST_UNPACKED)
        except zlib.error:
            # Packed in a way that no scanner or printer does, so that nothing of it could be looked at.
            raise PaperError(PaperFault.ACTIVE) from None
        if unpacking.unconsumed_tail:
            raise PaperError(PaperFault.TOO_DEMANDING)
        yield unpacked
