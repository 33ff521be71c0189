"""Places in a text: bytes, as Tamis counts, and the indices of a Python string."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text.

    ``start`` and ``end`` are indices of the string, so ``text[span.start:span.end]`` is what is meant;
    ``start_byte`` and ``end_byte`` count bytes of its UTF-8, as everything else in Tamis does.
    """

    start: int
    end: int
    start_byte: int
    end_byte: int

    def of(self, text: str) -> str:
        """What stands there in the text."""
        return text[self.start : self.end]


class Text:
    """A text whose places are known in bytes and in indices."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = None if text.isascii() else text.encode()
        self._lines = [0] + [at + 1 for at, character in enumerate(text) if character == "\n"]

    def index(self, byte: int) -> int:
        if self._bytes is None:
            return min(byte, len(self.text))
        return len(self._bytes[:byte].decode(errors="ignore"))

    def span(self, start_byte: int, end_byte: int) -> Span:
        return Span(self.index(start_byte), self.index(end_byte), start_byte, end_byte)

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from one."""
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def _line(self, line: int) -> str:
        start = self._lines[line - 1]
        end = self._lines[line] - 1 if line < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def _marked(self, span: Span) -> tuple[str, int, int]:
        """The line where a span begins, and from where to where it is in that line."""
        line, column = self.place(span.start)
        shown = self._line(line)
        start = column - 1
        return shown, start, min(max(start + span.end - span.start, start + 1), max(len(shown), start + 1))

    def drawn(self, span: Span) -> str:
        """The line where a span begins, with carets below it."""
        shown, start, end = self._marked(span)
        before = "".join("\t" if character == "\t" else " " for character in shown[:start])
        return f"  {shown}\n  {before}{'^' * (end - start)}"

    def drawn_html(self, span: Span) -> str:
        shown, start, end = self._marked(span)
        marked = escape(shown[start:end]) or "&nbsp;"
        style = "text-decoration: underline wavy; text-decoration-color: #c33"
        return f'{escape(shown[:start])}<span style="{style}">{marked}</span>{escape(shown[end:])}'
