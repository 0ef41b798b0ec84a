"""What stands on a printed page, as a reader of PDFs gets it out."""

from io import BytesIO

from pypdf import PdfReader


def lines_of(made: bytes) -> list[str]:
    """Every line, with single spaces. Arabic words come as they stand on the paper, from left to right."""
    pages = PdfReader(BytesIO(made)).pages
    lines = [" ".join(line.split()) for page in pages for line in page.extract_text().splitlines()]
    return [line.replace("\u200b", "") for line in lines if line]


def words_of(made: bytes) -> str:
    """Everything on the paper, as one line."""
    return " ".join(lines_of(made))
