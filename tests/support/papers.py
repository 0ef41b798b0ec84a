"""Files as they come from a scanner or a phone, and files that only claim to."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def photo(size: tuple[int, int] = (600, 850), words: str = "Samtycke", kind: str = "JPEG", **how: Any) -> bytes:
    """A picture of a paper."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((40, 60), words, fill="black")
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def scan(pages: int = 2, words: str = "Samtycke") -> bytes:
    """A PDF of scanned pages."""
    first, *others = (Image.open(io.BytesIO(photo(words=f"{words} {number + 1}"))) for number in range(pages))
    written = io.BytesIO()
    first.save(written, "PDF", save_all=True, append_images=others)
    return written.getvalue()


def pdf_with(**changes: Any) -> bytes:
    """A PDF of one page that is encrypted (``password``), or acts when it is opened or closed.

    It runs a ``script``, runs one when ``closing``, holds a ``file`` or has one to ``launch``.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scan(1))))
    if "script" in changes:
        writer._root_object[NameObject("/OpenAction")] = _action("/JavaScript", "/JS", changes["script"])
    if "file" in changes:
        writer.add_attachment("inside.txt", changes["file"])
    if "launch" in changes:
        writer._root_object[NameObject("/OpenAction")] = _action("/Launch", "/F", changes["launch"])
    if "closing" in changes:
        called = {NameObject("/WC"): _action("/JavaScript", "/JS", changes["closing"])}
        writer._root_object[NameObject("/AA")] = DictionaryObject(called)
    if "password" in changes:
        writer.encrypt(changes["password"], owner_password="owner", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _action(kind: str, key: str, words: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(words)})


def packed(pdf: bytes, dictionary: bytes) -> bytes:
    """``pdf`` with a packed list of objects behind it that holds ``dictionary``."""
    body = zlib.compress(b"9 0 " + dictionary)
    head = b"99 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
    return pdf.rstrip() + b"\n" + head + body + b"\nendstream endobj\n%%EOF\n"


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims to be ``width`` times ``height`` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b"")
    )
