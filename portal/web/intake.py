"""What browsers send stays in memory: Werkzeug would lay a file larger than 500 KB on the disk, in the clear."""

from io import BytesIO
from typing import IO

from flask import Request


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk; MAX_CONTENT_LENGTH bounds them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()
