"""The Python-Markdown extension: what a reader sees of a cell. Works in MkDocs and, without any plugin, in Zensical."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from itertools import count
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from gradbook.errors import Problems
from gradbook.page.pages import Embed, Fence, Page, without_comments
from gradbook.project import project_at
from gradbook.site.answers import shuffled, with_fields
from gradbook.site.html import filled, mark, problem_box
from gradbook.site.prose import fenced

_ID = re.compile(r'<[^<>]*\sid="(cell-[^"]*)"')


class GradbookExtension(Extension):
    """Shows each Python fence as code and the output it really had. Raises Problems unless `boxes` is set."""

    def __init__(self, **kwargs: object) -> None:
        self.config = {
            "project": ["", "The Project, where a plugin knows it; else the current folder's"],
            "boxes": [False, "Show a problem in a box at its cell, and go on"],
            "later": [
                "",
                "A dict of lists that take each page that is read, by its path, for who fills in the outcomes; "
                "else they are waited for",
            ],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        # After normalize_whitespace (30), before superfences (25), which does the highlighting.
        cells = CellPreprocessor(md, self.getConfigs())
        md.preprocessors.register(cells, "gradbook", 27)
        # After raw_html (30), when all ids of the page are known.
        md.postprocessors.register(IdPostprocessor(md), "gradbook-ids", 25)
        if not isinstance(cells.later, dict):
            # After raw_html (30), which puts the marks into the page; before formulas become MathML (1).
            md.postprocessors.register(OutcomePostprocessor(md, cells), "gradbook", 15)


class CellPreprocessor(Preprocessor):
    """Replaces each runnable fence by its code and a mark, and takes the comments of checked values away."""

    def __init__(self, md: Markdown, config: dict) -> None:
        super().__init__(md)
        self.project = config["project"] or project_at(Path.cwd())
        self.boxes, self.later = config["boxes"], config["later"]
        self.page = Page("")

    def run(self, lines: list[str]) -> list[str]:
        uri = _uri(self.md)
        self.page, above = self.project.page_of_text("\n".join(lines), uri)
        page = self.page
        if isinstance(self.later, dict):
            self.later.setdefault(uri, []).append(page)
        if not (page.embeds or page.steps or page.notests or page.problems or page.unseen):
            return lines
        if not self.boxes and (problems := self.project.page_problems(page)):
            raise Problems(problems)
        shown = [*self.block("", problem_box(page.problems)), ""] if page.problems else []
        return shown + self.rewritten(lines, above)

    def rewritten(self, lines: list[str], above: int) -> list[str]:
        """The page's lines, of which `above` more stand in the file, with its fences as readers see them."""
        embeds = {embed.fence.first: embed for embed in self.page.embeds}
        shown: list[str] = []
        done = 0  # lines of the page
        for fence in self.page.fences:
            first, last = fence.first - above, fence.last - above
            if first <= done or not fence.last:
                continue  # in the front matter or among choices; or never closed
            shown += self.as_read(lines[done : first - 1], done + 1 + above)
            done = last
            if embed := embeds.get(fence.first):
                cell = self.cell(embed)
                # Two blank lines would end a footnote.
                begin = bool(shown) and _blank(shown[-1]) and _blank(cell[0])
                done += embed.choice_lines
                end = done < len(lines) and _blank(lines[done]) and not cell[-1]
                shown += cell[begin : len(cell) - end]
            else:
                # superfences takes an opening with words it does not know for a paragraph.
                shown += [_opening(lines[first - 1], fence), *lines[first:last]]
        return shown + self.as_read(lines[done:], done + 1 + above)

    def as_read(self, lines: list[str], first: int) -> list[str]:
        """The lines without comments that hold code; the first one's number in the file is `first`."""
        return [self.page.as_read(number, line) for number, line in enumerate(lines, first)]

    def cell(self, embed: Embed) -> list[str]:
        """The lines of one cell: the fence as superfences reads it, and a mark for what comes of it."""
        indent, cell = embed.fence.indent, embed.cell
        if cell is None:
            return [*self.block(indent, problem_box(embed.problems)), indent.rstrip()]
        if "remove-cell" in cell.tags:
            return [*self.block(indent, mark("outcome", embed)), indent.rstrip()]
        raises = " cell-raises" * ("raises-exception" in cell.tags)
        code = []
        if "hide-input" not in cell.tags:
            fence = embed.fence
            block = fenced("\n".join(cell.shown), fence.shown_info, fence.ticks)
            code = ["", *block.split("\n")]
            code = [f"{indent}{line}".rstrip() for line in code]
            code += self.block(indent, mark("copy", embed))
        outcome = mark("outcome", embed)
        if embed.fence.order:
            code += self.steps(embed, cell.name)
            code += self.in_order(embed)
            outcome += "</details>"
        elif embed.choices:
            code += self.choices(embed, cell.name)
            outcome = f"<details><summary>Show what it prints</summary>{outcome}</details>"
        before = self.block(indent, f'<div class="cell{raises}" id="cell-{cell.name}">')
        # In a quote, a blank line at the end would make the placeholder's paragraph no block.
        last = [] if ">" in indent else [""]
        return [*before, *code, *self.block(indent, f"{outcome}</div>"), *last]

    def choices(self, embed: Embed, name: str) -> list[str]:
        """The choices as radio buttons; style alone shows the verdict on the picked one, without a script."""
        indent = embed.fence.indent
        opening = '<fieldset class="choices"><legend>What does it print?</legend>'
        shown = []
        for n, choice in enumerate(embed.choices):
            label = f'<label><input type="radio" name="predict-{name}"> <code>{escape(choice.text)}</code></label>'
            start = f'{opening}<div class="choice {mark("choice", embed, n)}">{label}<div class="verdict">'
            end = "</div></div>" + ("</fieldset>" if choice is embed.choices[-1] else "")
            reason = without_comments(choice.reason)
            sentence = f"{indent}**{mark('verdict', embed, n)}** {reason[:1].upper()}{reason[1:]}"
            shown += [
                *self.block(indent, start),
                indent.rstrip(),
                sentence,
                *self.block(indent, end),
            ]
            opening = ""
        return shown

    def steps(self, embed: Embed, name: str) -> list[str]:
        """The steps, shuffled; assets/answers.js moves them and judges by the folded answer."""
        items = [f"<li><code>{escape(step.text)}</code></li>" for step in shuffled(embed.choices, name)]
        html = (
            f'<form class="order" data-exercise="{name}" data-search-exclude><p>In which order?</p>'
            f'<ul>{"".join(items)}</ul><p class="check"><button>Check</button> <span role="status"></span></p></form>'
        )
        return self.block(embed.fence.indent, html)

    def in_order(self, embed: Embed) -> list[str]:
        """The beginning of the folded answer: the steps as they came, and why none of them comes sooner."""
        indent = embed.fence.indent
        opening = '<details class="came"><summary>Show the order</summary><ol>'
        shown = []
        for step in embed.choices:
            shown += self.block(indent, f"{opening}<li><code>{escape(step.text)}</code>")
            if reason := without_comments(step.reason):
                shown += [indent.rstrip(), f"{indent}{reason[:1].upper()}{reason[1:]}"]
            opening = "</li>"
        return [*shown, *self.block(indent, "</li></ol>")]

    def block(self, indent: str, html: str) -> list[str]:
        """Finished HTML as a paragraph of its own, which Python-Markdown passes through."""
        return [indent.rstrip(), indent + self.md.htmlStash.store(html)]


class OutcomePostprocessor(Postprocessor):
    """Waits for the page's program, and puts what came of it in the place of the marks."""

    def __init__(self, md: Markdown, cells: CellPreprocessor) -> None:
        super().__init__(md)
        self.cells = cells

    def run(self, text: str) -> str:
        page = self.cells.page
        if not page.embeds:
            return text
        _, verified = self.cells.project.verify(page)
        return with_fields(filled(text, page, verified))


class IdPostprocessor(Postprocessor):
    """Gives a cell another id where something that the author wrote, such as a heading, has the same."""

    def run(self, text: str) -> str:
        ids = Counter(_ID.findall(text))
        for name in [name for name, uses in ids.items() if uses > 1]:
            free = next(new for n in count(2) if (new := f"{name}-{n}") not in ids)
            text = re.sub(
                rf'(<div class="cell[ a-z-]*" id="){re.escape(name)}"', rf'\g<1>{free}"', text
            )
        return text


def _blank(line: str) -> bool:
    """Whether nothing stands in the line, in a quote or outside."""
    return not line.strip(" >")


def _opening(line: str, fence: Fence) -> str:
    """The opening of a fence that does not run, without the words that are for us."""
    if fence.shown_info == fence.info:
        return line
    return f"{fence.indent}{fence.ticks}{fence.shown_info}"


def _uri(md: Markdown) -> str:
    """The page's path below docs: MkDocs and Zensical tell it only through objects that they register."""
    for processor in md.treeprocessors:
        if file := getattr(processor, "file", None):
            return file.src_uri
    for processor in md.preprocessors:
        if page := getattr(processor, "page", None):
            return page.path
    return ""


def makeExtension(**kwargs: object) -> GradbookExtension:
    """What Python-Markdown calls when an extension is named by its module."""
    return GradbookExtension(**kwargs)
