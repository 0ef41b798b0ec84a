"""Makes page images of a paper, in a process of its own that can do nothing else: `python -I -m` this module.

The file comes on standard input and the answer goes to standard output, in the form that ``rendering`` reads. Before a
byte of the file is looked at, the process gives up whatever it could do besides: it cannot open a file or a socket
(no descriptor is left to open one on), write to a disk, start another process, gain privileges, or use more memory
and time than a paper needs. What comes out are new images, pixel by pixel: nothing of the file itself, nor what
a camera wrote beside the picture, is in them.
"""

import ctypes
import io
import resource
import struct
import sys

import pypdfium2
from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin
from pypdfium2.raw import FPDF_GetSecurityHandlerRevision, FPDFDoc_GetAttachmentCount, FPDFDoc_GetJavaScriptActionCount

from portal.consent.evidence.rules import (
    MOST_PAGES,
    MOST_PIXELS,
    PaperError,
    PaperFault,
    PaperKind,
    check_pdf,
    kind_of,
)

# Width and height of a page image, at most: an A4 page is then legible, and a narrow strip does not grow without end.
WIDTH, HEIGHT = 1200, 2400
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
# A phone's photo is read with these as well. They are loaded now: afterwards no file can be opened.
READ_WITH = (MpoImagePlugin, TiffImagePlugin)
# From linux/prctl.h and linux/sched.h.
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> None:
    """Give up everything but memory, a little time and the three descriptors that are open."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        # Where the kernel lets us have one, a network of its own, in which there is nobody.
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (most, most))


def answer(content: bytes, only: int | None) -> bytes:
    """The pages of ``content`` as JPEG images (number ``only`` alone, from 1, if one is named), or why there are none.

    A byte 1, the number of pages there are, and each image after its length; or a byte 0 and a code of PaperFault.
    """
    try:
        pages, images = _render(content, only)
    except PaperError as error:
        return b"\0" + error.fault.encode()
    except Image.DecompressionBombError:
        return b"\0" + PaperFault.TOO_MANY_PIXELS.encode()
    except MemoryError:
        return b"\0" + PaperFault.TOO_DEMANDING.encode()
    except Exception:  # noqa: BLE001 - whatever the libraries raise, the file is not one that can be shown
        return b"\0" + PaperFault.DAMAGED.encode()
    return b"\1" + struct.pack(">I", pages) + b"".join(struct.pack(">I", len(image)) + image for image in images)


def _render(content: bytes, only: int | None) -> tuple[int, list[bytes]]:
    kind = kind_of(content, len(content))
    if kind is PaperKind.PDF:
        return _render_pdf(content, only)
    if only not in (None, 1):
        raise PaperError(PaperFault.DAMAGED)
    return 1, [_render_image(content, kind)]


def _render_pdf(content: bytes, only: int | None) -> tuple[int, list[bytes]]:
    check_pdf(content)
    document = pypdfium2.PdfDocument(content)
    if FPDF_GetSecurityHandlerRevision(document) >= 0:
        raise PaperError(PaperFault.ENCRYPTED)
    if FPDFDoc_GetJavaScriptActionCount(document) > 0 or FPDFDoc_GetAttachmentCount(document) > 0:
        raise PaperError(PaperFault.ACTIVE)
    pages = len(document)
    if pages > MOST_PAGES:
        raise PaperError(PaperFault.TOO_MANY_PAGES)
    if pages == 0:
        raise PaperError(PaperFault.DAMAGED)
    return pages, [_render_page(document[number - 1]) for number in ([only] if only else range(1, pages + 1))]


def _render_page(page: pypdfium2.PdfPage) -> bytes:
    width, height = page.get_size()
    scale = min(WIDTH / width, HEIGHT / height)
    if min(width, height) * scale < 1:
        raise PaperError(PaperFault.DAMAGED)
    return _as_jpeg(page.render(scale=scale).to_pil())


def _render_image(content: bytes, kind: PaperKind) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind.value.upper()]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise PaperError(PaperFault.TOO_MANY_PIXELS)
        # A JPEG need not be unpacked larger than it is shown.
        image.draft("RGB", (WIDTH * 2, HEIGHT * 2))
        image.load()
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((WIDTH, HEIGHT))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright.convert("RGBA"))
        upright = paper
    return _as_jpeg(upright)


def _as_jpeg(image: Image.Image) -> bytes:
    """A new image of the same pixels, and nothing that stood beside them."""
    bare = Image.new("RGB", image.size)
    bare.paste(image.convert("RGB"))
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=85)
    return written.getvalue()


def main() -> None:
    """Confine, read, render, answer."""
    only = int(sys.argv[1]) if len(sys.argv) > 1 else None
    confine()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), only))


if __name__ == "__main__":
    main()
