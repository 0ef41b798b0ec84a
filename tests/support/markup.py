"""What is wrong with a page's markup, as far as one can tell without a browser."""

from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
# From SVG, where they may stand empty.
_CLOSE_THEMSELVES = frozenset(["path", "rect", "circle", "line", "polygon", "polyline", "use", "stop"])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.count: dict[str, int] = {}
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self.faults.append(f"</{tag}> closes nothing")
        elif not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-1:] or 'nothing'} is open")
        else:
            self.open.pop()

    def _meet(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "svg" not in self.open:
            self.count[tag] = self.count.get(tag, 0) + 1
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> says something twice")
        self.faults += [f"<{tag}> has {name}" for name in names if name == "style" or name.startswith("on")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag == "html" and "lang" not in names:
            self.faults.append("no language")


def faults_of(page: str) -> list[str]:
    """Everything wrong with ``page``: tags that do not match, ids given twice, inline style or script, no heading."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    faults = reader.faults + [f"<{tag}> stays open" for tag in reader.open if tag not in _CLOSE_THEMSELVES]
    faults += [f"the id {each!r} is given twice" for each in {i for i in reader.ids if reader.ids.count(i) > 1}]
    for tag in ("html", "title", "main", "h1"):
        if reader.count.get(tag) != 1:
            faults.append(f"{reader.count.get(tag, 0)} of <{tag}>")
    return faults
