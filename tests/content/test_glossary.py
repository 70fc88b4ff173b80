"""The glossary: each term that a lesson defines, in order, with a link to where it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from built import ROOT
from markdown.extensions.toc import slugify

DOCS = ROOT / "docs"
LESSONS = sorted(
    page
    for part in ("before", "tutorial", "graph", "how-to", "beyond", "extending")
    for page in (DOCS / part).glob("*.md")
)
ENTRY = re.compile(
    r"- \*\*([^*]+)\*\*(?: \((?:also|plural) \*([^*]+)\*\))?: (.+) \[([^\]]+)\]\(([^)]+)\)"
)
# Bold within a paragraph or a table; at the beginning of one stands a lead, at the end of a sentence a full stop.
BOLD = re.compile(r"(?<=[\w|.,(`\"] )\*\*([^*\n]+[^*\n.:?])\*\*")
# In bold inside a paragraph, and no term.
EMPHASIS = {
    ("tutorial/linear-regression.md", "not"),
    ("how-to/unusual-loops.md", "The silent mistake"),
}


def entries() -> list[re.Match]:
    """The lines of the glossary: term, other form, meaning, name and address of the page."""
    lines = [
        line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line[:2] == "- "
    ]
    found = [ENTRY.fullmatch(line) for line in lines]
    assert all(found), [line for line, entry in zip(lines, found, strict=True) if not entry]
    return found


def headings(page: Path) -> list[tuple[int, str, int]]:
    """Level, anchor and line of each heading of a page, outside of code."""
    found, inside = [], False
    for number, line in enumerate(page.read_text("utf-8").splitlines()):
        inside ^= line.lstrip().startswith("```")
        if not inside and (heading := re.match(r"(#+) (.+?)(?: \{ #(\S+) \})?$", line)):
            anchor = heading[3] or slugify(heading[2].replace("`", ""), "-")
            found.append((len(heading[1]), anchor, number))
    return found


def section(page: Path, anchor: str) -> str:
    """What stands below a heading, up to the next of its level; without an anchor, the page."""
    lines = page.read_text("utf-8").splitlines()
    if not anchor:
        return "\n".join(lines)
    parts = headings(page)
    place = next((k for k, (_, name, _) in enumerate(parts) if name == anchor), None)
    assert place is not None, f"{page.name} has no heading #{anchor}"
    level, _, first = parts[place]
    last = next((line for deep, _, line in parts[place + 1 :] if deep <= level), len(lines))
    return "\n".join(lines[first:last])


def forms(entry: re.Match) -> set[str]:
    """The ways in which a term may be written, in lower case."""
    return {
        form.lower()
        for word in (entry[1], entry[2])
        if word
        for form in (word, f"{word}s", f"{word}es")
    }


def bold_terms(page: Path) -> list[str]:
    """The terms that a page defines: they stand in bold, outside of code and of checked values."""
    text = re.sub(r"<!--.*?-->|^```.*?^```", "", page.read_text("utf-8"), flags=re.S | re.M)
    return [
        term
        for term in BOLD.findall(text)
        if (page.relative_to(DOCS).as_posix(), term) not in EMPHASIS
    ]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry[1])
def test_each_link_leads_to_a_section_in_which_the_term_stands(entry: re.Match) -> None:
    page, _, anchor = entry[5].partition("#")
    text = section(DOCS / page, anchor).lower()
    assert any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in forms(entry))


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_each_term_that_a_lesson_defines_is_in_the_glossary(page: Path) -> None:
    known = {form for entry in entries() for form in forms(entry)}
    assert [term for term in bold_terms(page) if term.lower() not in known] == []


def test_a_term_is_linked_to_a_page_that_defines_it_in_bold_if_any_does() -> None:
    defined: dict[str, set[str]] = {}
    for page in LESSONS:
        for term in bold_terms(page):
            defined.setdefault(term.lower(), set()).add(page.relative_to(DOCS).as_posix())
    for entry in entries():
        pages = set().union(*(defined.get(form, set()) for form in forms(entry)))
        assert not pages or entry[5].partition("#")[0] in pages, entry[1]


def test_the_terms_are_in_alphabetical_order_and_none_stands_twice() -> None:
    terms = [entry[1].lower() for entry in entries()]
    assert terms == sorted(set(terms))


def test_the_lead_of_a_paragraph_is_no_term() -> None:
    text = (
        "**A lead.** It is a **leaf**.\n\n- **The flag** takes `a` out.\n\n| **numeric**, move |\n"
    )
    assert BOLD.findall(text) == ["leaf", "numeric"]


def test_the_lessons_define_more_than_fifty_terms() -> None:
    assert sum(len(bold_terms(page)) for page in LESSONS) > 50
