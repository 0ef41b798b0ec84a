"""What is taken in as a paper, each hostile file by name, and what the process that looks at one can do besides."""

import io
import os
import socket
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from portal.consent.evidence.rendering import ask_renderer, count_pages, render_page
from portal.consent.evidence.rules import PaperError, PaperFault, PaperKind, check_pdf, kind_of
from tests.support.papers import huge_png, packed, pdf_with, photo, scan

MOST = 15_000_000


def _take_in(content: bytes) -> None:
    kind_of(content, MOST)
    count_pages(content)


def _zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("word/document.xml", "<w:document/>")
    return written.getvalue()


HOSTILE = {
    "an empty file": (b"", PaperFault.EMPTY),
    "a word document named .pdf": (_zip(), PaperFault.OTHER_KIND),
    "a page of HTML": (b"<!DOCTYPE html><script>alert(1)</script>", PaperFault.OTHER_KIND),
    "a drawing with script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", PaperFault.OTHER_KIND),
    "a program": (b"\x7fELF" + b"\0" * 100, PaperFault.OTHER_KIND),
    "too many bytes": (photo() + b"\0" * MOST, PaperFault.TOO_LARGE),
    "300 pages": (scan(300), PaperFault.TOO_MANY_PAGES),
    "a PDF with a password": (pdf_with(password="hemligt"), PaperFault.ENCRYPTED),
    "a PDF encrypted without a password": (pdf_with(password=""), PaperFault.ENCRYPTED),
    "a PDF with script": (pdf_with(script="app.alert(1)"), PaperFault.ACTIVE),
    "a PDF with script in what happens when it is closed": (pdf_with(closing="app.alert(1)"), PaperFault.ACTIVE),
    "a PDF that starts a program": (pdf_with(launch="/bin/sh"), PaperFault.ACTIVE),
    "a PDF with a file in it": (pdf_with(file=b"inside"), PaperFault.ACTIVE),
    "a PDF with script under an escaped name": (
        pdf_with(script="app.alert(1)").replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53"),
        PaperFault.ACTIVE,
    ),
    "a PDF with script in a packed list": (packed(scan(1), b"<< /S /JavaScript /JS (x) >>"), PaperFault.ACTIVE),
    "a PDF with a list packed to no end": (packed(scan(1), b" " * 20_000_000), PaperFault.TOO_DEMANDING),
    "a PDF cut off": (scan(2)[:-3000], PaperFault.DAMAGED),
    "a PDF of nothing but its head": (b"%PDF-1.7\n%%EOF", PaperFault.DAMAGED),
    "a JPEG cut off": (photo()[:-2000], PaperFault.DAMAGED),
    "a PNG cut off": (photo(kind="PNG")[:-200], PaperFault.DAMAGED),
    "a JPEG of nothing but its head": (b"\xff\xd8\xff\xe0", PaperFault.DAMAGED),
    "a PNG bomb": (huge_png(60_000, 60_000), PaperFault.TOO_MANY_PIXELS),
    "a picture with fewer pixels than it claims": (huge_png(2_000, 2_000), PaperFault.DAMAGED),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_paper_is_refused_for_what_it_is(name: str) -> None:
    content, fault = HOSTILE[name]
    with pytest.raises(PaperError) as refused:
        _take_in(content)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (scan(1), PaperKind.PDF, 1),
        (scan(20), PaperKind.PDF, 20),
        (photo(), PaperKind.JPEG, 1),
        (photo(kind="PNG"), PaperKind.PNG, 1),
        (photo(kind="MPO", save_all=True, append_images=[Image.new("RGB", (60, 85))]), PaperKind.JPEG, 1),
        (packed(scan(1), b"<< /Type /Catalog >>"), PaperKind.PDF, 1),
    ],
)
def test_a_paper_becomes_page_images(content: bytes, kind: PaperKind, pages: int) -> None:
    assert kind_of(content, MOST) is kind
    assert count_pages(content) == pages
    for number in {1, pages}:
        with Image.open(io.BytesIO(render_page(content, number))) as image:
            assert image.format == "JPEG"
            assert max(image.width / 1200, image.height / 2400) <= 1


def test_a_page_that_is_not_there_is_no_image() -> None:
    for content, number in ((scan(2), 3), (scan(2), -1), (photo(), 2)):
        with pytest.raises(PaperError):
            render_page(content, number)


def test_what_a_camera_wrote_beside_the_picture_is_gone_and_the_page_is_upright() -> None:
    noted = Image.Exif()
    noted[0x0112], noted[0x010E] = 6, "qwhereandwhen"
    noted.get_ifd(0x8825)[1] = "N"
    made = render_page(photo((900, 300), exif=noted), 1)
    with Image.open(io.BytesIO(made)) as image:
        assert image.height > image.width
        assert not image.getexif()
    assert b"qwhereandwhen" not in made


def test_bytes_of_a_picture_are_not_taken_for_names() -> None:
    picture = b"stream\n /JS /JavaScript /Launch \nendstream"
    check_pdf(b"%PDF-1.4 1 0 obj << /Length 9 >> " + picture + b" endobj\n%%EOF")


@pytest.mark.parametrize(
    ("what", "program"),
    [
        ("writes a file", "open('{folder}/written', 'w')"),
        ("reads a file", "open('/etc/hostname').read()"),
        ("opens a socket", "import socket; socket.socket().connect(('127.0.0.1', {port}))"),
        ("opens a pipe", "os.pipe()"),
        ("takes memory", "bytearray(2 << 30)"),
        ("dumps its memory", "assert resource.getrlimit(resource.RLIMIT_CORE) != (0, 0)"),
        ("looks at the environment", "assert set(os.environ) - {{'LC_CTYPE'}}"),
    ],
)
def test_whoever_takes_over_the_renderer_gets_nowhere(what: str, program: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        tried = program.format(folder=tmp_path, port=server.getsockname()[1])
        confined = "import os, resource; from portal.consent.evidence.renderer import confine; confine()\n"
        said = f"try:\n  {tried}\nexcept BaseException as error: os.write(1, type(error).__name__.encode())\n"
        answer = ask_renderer(b"", program=("-c", confined + said))
    assert answer, what
    assert list(tmp_path.iterdir()) == []


def test_a_renderer_that_never_ends_is_stopped_with_all_it_started() -> None:
    started = time.monotonic()
    looping = (
        "import os, time\nchild = os.fork()\n"
        "if child: os.write(1, str(child).encode()); os.close(1)\nwhile True: time.sleep(1)"
    )
    with pytest.raises(PaperError):
        ask_renderer(b"", program=("-c", looping), wall_seconds=1)
    assert time.monotonic() - started < 10


def test_what_a_renderer_leaves_behind_is_stopped_too(tmp_path: Path) -> None:
    told = tmp_path / "child"
    leaving = (
        "import os, time\nif os.fork(): os._exit(0)\n"
        f"open({str(told)!r}, 'w').write(str(os.getpid()))\nos.close(1)\ntime.sleep(60)"
    )
    ask_renderer(b"", program=("-c", leaving))
    for _ in range(50):
        if not told.exists() or not _lives(int(told.read_text() or "0")):
            break
        time.sleep(0.1)
    assert not told.exists() or not _lives(int(told.read_text() or "0"))


def test_a_renderer_that_answers_to_no_end_is_stopped() -> None:
    pouring = "import os\nwhile True: os.write(1, bytes(1 << 20))"
    with pytest.raises(PaperError) as refused:
        ask_renderer(b"", program=("-c", pouring))
    assert refused.value.fault is PaperFault.TOO_DEMANDING


def test_a_paper_that_takes_all_the_time_there_is_is_stopped_by_the_kernel() -> None:
    busy = (
        "from portal.consent.evidence import renderer\nrenderer.CPU_SECONDS = 1\nrenderer.confine()\nwhile True: pass"
    )
    with pytest.raises(PaperError):
        ask_renderer(b"", program=("-c", busy), wall_seconds=20)


def _lives(process: int) -> bool:
    if process == 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
