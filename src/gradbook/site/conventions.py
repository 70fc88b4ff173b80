"""The convention table: what every operator of the atlas answers where it is awkward, in one table that prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from gradbook.site.atlas import called, plain, rows

COMMENT = "<!-- conventions -->"
LONG = 44  # characters that may stand in one line
_KINK = re.compile(r"(kink|jump) at ([^:]+): (\S+)(?: \(from the left (\S+), right (\S+)\))?")
_NUMBER = r"-?(?:\d|inf|nan)"
_CALL = re.compile(r"(.+?), x = (.*)")


def completed(markdown: str, snippets: Path, address: Callable[[str], str]) -> str:
    """A page's Markdown with the table in the place of the comment that asks for it.

    `address` tells the address of a page, seen from this one.
    """
    if COMMENT not in markdown:
        return markdown
    return markdown.replace(COMMENT, _table([*conventions(snippets)], address))


def conventions(snippets: Path) -> Iterator[tuple[str, str, list[str], list[tuple[str, list[tuple[str, str]]]]]]:
    """Of each operator with such points its page, name and calls, and what was called, with places and derivatives."""
    for page, name, calls, fields in rows(snippets):
        if fields["at"] != "-":
            yield page, name, calls, [*parts(fields["at"])]


def parts(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What an entry says of awkward points: what was called, and the derivative at each place."""
    for part in text.split(" ; "):
        if kink := _KINK.fullmatch(part):
            what, place, slope, left, right = kink.groups()
            yield what, [(f"{place}, from {left} to {right}" if left else place, slope)]
            continue
        asked = _CALL.fullmatch(part)
        call, values = asked.groups() if asked else (_whole(part), part)
        yield call, [tuple(value.split(": ", 1)) for value in values.split("; ")]


def _whole(part: str) -> str:
    """What was called where the words do not say it: numbers, pairs of numbers, matrices."""
    if part.startswith("("):
        return "f(x, y)"
    return "f(x)" if re.match(_NUMBER, part) else "f(matrix)"


def _table(found: list, address: Callable[[str], str]) -> str:
    places = {page: address(page) for page, *_ in found}
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Operator", "Called", "Derivative"))
    lines, before = [], ""
    for page, name, calls, told in found:
        if page != before:
            group = page.removeprefix("atlas/").removesuffix(".md").replace("-", " ").capitalize()
            lines.append(f'<tr><th colspan="3" scope="rowgroup">{group}</th></tr>')
            before = page
        link = f'<a href="{places[page]}#{escape(name)}"><code>{escape(called(name, calls))}</code></a>'
        span = f' rowspan="{len(told)}"' if len(told) > 1 else ""
        first = f'<th scope="row"{span}>{link}</th>'
        for call, values in told:
            cells = " ".join(_value(place, slope) for place, slope in values)
            lines.append(f"<tr>{first}<td>{plain(call)}</td><td>{cells}</td></tr>")
            first = ""
    points = sum(len(values) for *_, told in found for _, values in told)
    return (
        f"<p>{len(found)} operators, {points:,} derivatives.</p>\n"
        f'<div class="atlas-conventions" data-search-exclude><table><thead><tr>{heads}</tr></thead><tbody>\n'
        + "\n".join(lines)
        + "\n</tbody></table></div>\n"
    )


def _value(place: str, slope: str) -> str:
    text = f"{place} → {slope}"
    kept = "" if len(text) > LONG else ' class="k"'  # short ones are not broken at the end of a line
    return f"<span{kept}>{plain(text)}</span>"
