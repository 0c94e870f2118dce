"""A table in box-drawing characters that grows row by row, in colour only on a terminal."""

import os
import shutil
import textwrap
import unicodedata

COLOURS = {"green": "32", "yellow": "33", "red": "31", "bold": "1", "dim": "2"}


class Table:
    """Columns share the terminal's width by weight; cells wrap."""

    def __init__(self, stream, columns):
        self.stream = stream
        self.titles = [title for title, _ in columns]
        self.widths = _share(shutil.get_terminal_size((132, 24)).columns, [weight for _, weight in columns])
        self.colourful = stream.isatty() and "NO_COLOR" not in os.environ
        self._rule("┌", "┬", "┐")
        self._line(self.titles, ["bold"] * len(columns))

    def scene(self, text):
        """A line across all columns."""
        self._rule("├", "┴", "┤")
        self.note(text, "bold")
        self._rule("├", "┬", "┤")

    def note(self, text, colour):
        """Text that takes all columns."""
        inner = sum(self.widths) + 3 * (len(self.widths) - 1)
        for line in _wrap(text, inner):
            self._print(f"│ {self._paint(_pad(line, inner), colour)} │")

    def row(self, cells, colours=()):
        """One row; colours name a colour, or None, for each column."""
        colours = list(colours) + [None] * (len(cells) - len(colours))
        wrapped = [_wrap(cell, width) for cell, width in zip(cells, self.widths)]
        for number in range(max(map(len, wrapped))):
            self._line([lines[number] if number < len(lines) else "" for lines in wrapped], colours)

    def end(self):
        self._rule("└", "┴", "┘")

    def _line(self, cells, colours):
        painted = [self._paint(_pad(cell, width), colour) for cell, width, colour in zip(cells, self.widths, colours)]
        self._print("│ " + " │ ".join(painted) + " │")

    def _rule(self, left, middle, right):
        self._print(left + middle.join("─" * (width + 2) for width in self.widths) + right)

    def _paint(self, text, colour):
        return f"\033[{COLOURS[colour]}m{text}\033[0m" if colour and self.colourful else text

    def _print(self, line):
        print(line, file=self.stream, flush=True)


def _share(total, weights):
    """Widths of the columns. A weight below 10 is a width that is fixed."""
    fixed = sum(weight for weight in weights if weight < 10)
    room = min(max(total, 96), 150) - 3 * len(weights) - 1 - fixed
    scale = room / sum(weight for weight in weights if weight >= 10)
    return [weight if weight < 10 else int(weight * scale) for weight in weights]


def _width(text):
    """How many columns a terminal needs for a text."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text, width):
    return text + " " * (width - _width(text))


def _wrap(text, width):
    return textwrap.wrap(text, width) or [""]
