"""In which language a page says that its words are."""

from html.parser import HTMLParser

_VOID = frozenset(("input", "meta", "link", "br", "hr", "img"))
# A title can bear no mark, and a drawing is one image, whose words nobody is read.
_SILENT = frozenset(("svg", "title", "script", "style"))


class _Reader(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = language
        self.texts: list[str] = []
        # For each open element: its name, the language in it, and whether anybody is read what is in it.
        self.open: list[tuple[str, str, bool]] = [("", "", True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            _, language, is_read = self.open[-1]
            said = dict(attrs)
            is_read = is_read and tag not in _SILENT and said.get("aria-hidden") != "true"
            self.open.append((tag, said.get("lang") or language, is_read))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is in it."""

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        _, language, is_read = self.open[-1]
        if is_read and language == self.language and data.strip():
            self.texts.append(" ".join(data.split()))


def texts_in(language: str, page: str) -> list[str]:
    """What ``page`` has to read out as ``language``; it must be well-formed."""
    reader = _Reader(language)
    reader.feed(page)
    reader.close()
    return reader.texts
