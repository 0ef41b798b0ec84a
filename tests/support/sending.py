"""Sending a file as a browser does; Werkzeug's own test client would lay a large one on the disk."""

from collections.abc import Mapping

from werkzeug.test import TestResponse

from tests.support.browserless import Browser
from tests.web.test_unsent_forms import hidden


def send_paper(
    browser: Browser, address: str, content: bytes, status: int = 303, name: str = "papper.pdf"
) -> TestResponse:
    """Open the page where a signed paper is sent in, and send one."""
    return post_paper(browser, address, hidden(browser.get(address).text), content, status, name)


def post_paper(
    browser: Browser,
    address: str,
    form: Mapping[str, str],
    content: bytes,
    status: int = 303,
    name: str = "papper.pdf",
) -> TestResponse:
    """Send a signed paper with a form that was shown before."""
    parts = [
        f'form-data; name="{field}"\r\n\r\n{value}'.encode()
        for field, value in {**form, "csrf_token": browser.token()}.items()
    ]
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    body = b"".join(b"--part\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--part--\r\n"
    kind = "multipart/form-data; boundary=part"
    return browser.fetch("POST", address, status, data=body, content_type=kind)
