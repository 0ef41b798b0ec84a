"""What a record page weighs with everything it loads."""

import gzip
import re

from tests.bench.figures import Figure, Topic
from tests.bench.ground import Ground
from tests.bench.options import Options
from tests.bench.readers import fetch, orders_for, sign_in
from tests.bench.serving import serving

PAGES = 20
# What a browser loads by itself: links are only followed when pressed.
_LOADED = re.compile(r'<(?:link[^>]+?href|script[^>]+?src|img[^>]+?src)="([^"]+)"', re.DOTALL)


def run(ground: Ground, _options: Options) -> Topic:
    """Weigh the heaviest of a few record pages."""
    with serving("gated", str(ground.settings_file)) as server:
        browsers = sign_in(ground, server.port)
        pages = [fetch(server.port, order) for order, _ in orders_for(ground, browsers)[:PAGES]]
        page = max(pages, key=_compressed)
        loaded = sorted(set(_LOADED.findall(page)))
        here = [address for address in loaded if address.startswith("/") and not address.startswith("//")]
        files = [fetch(server.port, browsers[0].get(address)) for address in here]
    return Topic(
        "page",
        f"The heaviest of {len(pages)} record pages (3 plans, 12 activities, 4 notes) and the style, script and mark "
        "it loads, each compressed with gzip as a proxy in front compresses the page; the files keep for ever, so only "
        "the first page of a release costs them.",
        "People with very many activities; a proxy that does not compress.",
        (
            Figure("compressed", round(sum(map(_compressed, [page, *files])) / 1024, 1), "KB", "≤ 60"),
            Figure("page alone, compressed", round(_compressed(page) / 1024, 1), "KB"),
            Figure("page alone, as the portal sends it", round(len(page.encode()) / 1024, 1), "KB"),
            Figure("requests", 1 + len(loaded), "", "≤ 5"),
            Figure("to other hosts", len(loaded) - len(here), "", "≤ 0"),
        ),
    )


def _compressed(text: str) -> int:
    return len(gzip.compress(text.encode()))
