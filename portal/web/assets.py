"""The portal's own style, script and mark: read once at start, one address each, named by content.

An address holds the digest of what it serves, so browsers may keep it for ever and a new release is a new address.
One stylesheet and one script a page keep a record page within five requests. A missing file stops the start.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

STATIC = Path(__file__).parent / "static"

# The order is the cascade: raw colours and their meanings, elements, layout, components, and paper last.
STYLES = (
    "tokens",
    "elements",
    "layout",
    "button",
    "form",
    "notice",
    "tag",
    "table",
    "card",
    "ribbon",
    "clash",
    "plan",
    "note",
    "list",
    "paper",
    "log",
    "pagination",
    "timeline",
    "print",
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served: ``address`` below the site's root, plain and gzipped bytes."""

    address: str
    media_type: str
    body: bytes
    compressed: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by its name."""
    style = "\n".join((STATIC / "css" / f"{name}.css").read_text("utf-8") for name in STYLES)
    return {
        "portal.css": _asset("portal.css", "text/css; charset=utf-8", style.encode()),
        "portal.js": _asset("portal.js", "text/javascript; charset=utf-8", (STATIC / "portal.js").read_bytes()),
        "mark.svg": _asset("mark.svg", "image/svg+xml", (STATIC / "mark.svg").read_bytes()),
    }


def asset_address(name: str) -> str:
    """The address pages link to for the asset ``name``; raises KeyError for an unknown one."""
    return assets()[name].address


blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<digest>/<name>")
def serve(digest: str, name: str) -> Response:
    """Serve an asset under its digest; anything else is not found."""
    asset = assets().get(name)
    if asset is None or asset.address != f"/static/{digest}/{name}":
        abort(404)
    compressed = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.compressed if compressed else asset.body, content_type=asset.media_type)
    if compressed:
        response.content_encoding = "gzip"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _asset(name: str, media_type: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(f"/static/{digest}/{name}", media_type, body, gzip.compress(body, mtime=0))
