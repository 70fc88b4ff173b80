"""The Python-Markdown extension: what a reader sees of a cell. Works in MkDocs and, without any plugin, in Zensical."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import groupby
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from gradbook.choices import Choice
from gradbook.errors import Problem, Problems
from gradbook.outputs import Output, Run
from gradbook.pages import Embed, Fence, Page, without_comments
from gradbook.project import project_at
from gradbook.verify import right_choice

_NOTEST = re.compile(r"(?<=python)\s+notest\b.*")


class GradbookExtension(Extension):
    """Shows each Python fence as code and the output it really had. Raises Problems unless `boxes` is set."""

    def __init__(self, **kwargs: object) -> None:
        self.config = {
            "project": ["", "The Project, where a plugin knows it; else the current folder's"],
            "boxes": [False, "Show a problem in a box at its cell, and go on"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        # After normalize_whitespace (30), before superfences (25), which does the highlighting.
        md.preprocessors.register(CellPreprocessor(md, self.getConfigs()), "gradbook", 27)


class CellPreprocessor(Preprocessor):
    """Replaces each runnable fence by its code and its outputs, and takes the comments of checked values away."""

    def __init__(self, md: Markdown, config: dict) -> None:
        super().__init__(md)
        self.project = config["project"] or project_at(Path.cwd())
        self.boxes = config["boxes"]

    def run(self, lines: list[str]) -> list[str]:
        page, above = self.project.page_of_text("\n".join(lines), _uri(self.md))
        if not (page.embeds or page.values or page.problems):
            return lines
        if not self.boxes and (problems := self.project.page_problems(page)):
            raise Problems(problems)
        run, problems = self.project.verify(page)
        ends: dict[int, Fence] = {fence.first: fence for fence in page.fences if fence.last}
        embeds = {embed.fence.first: embed for embed in page.embeds}
        shown = [*self.block("", [_box(page.problems)]), ""] if page.problems else []
        number = 1
        while number <= len(lines):
            fence = ends.get(number + above)
            last = fence.last - above if fence else number
            if fence and fence.first in embeds:
                embed = embeds[fence.first]
                shown += self.cell(page, embed, lines[number - 1 : last], run, problems)
                last += embed.choice_lines
            elif fence:
                # superfences takes an opening with words it does not know for a paragraph.
                opening = _NOTEST.sub("", lines[number - 1])
                shown += [opening, *lines[number:last]]
            else:
                shown.append(without_comments(lines[number - 1]))
            number = last + 1
        return shown

    def cell(
        self,
        page: Page,
        embed: Embed,
        fence: list[str],
        run: Run,
        problems: dict[int, list[Problem]],
    ) -> list[str]:
        """The lines of one cell: the fence as superfences reads it, and the outputs as finished HTML."""
        indent = embed.fence.indent
        if embed.step is None:
            return [*self.block(indent, [_box(embed.problems)]), indent.rstrip()]
        step = page.steps[embed.step]
        first = max(
            (e.step + 1 for e in page.embeds if e.step is not None and e.step < embed.step),
            default=0,
        )
        faults = [p for n in range(first, embed.step + 1) for p in problems.get(n, [])]
        outputs = run.cells[embed.step].outputs if embed.step < len(run.cells) else []
        before, after = f'<div class="cell" id="cell-{step.name}">', "</div>"
        if "raises-exception" in step.tags:
            before = before.replace('"cell"', '"cell cell-raises"')
        if "hide-output" not in step.tags:
            after = output_html(outputs, "raises-exception" in step.tags) + after
        if faults + embed.problems:
            after = _box(embed.problems + faults) + after
        elif embed.step >= len(run.cells):
            after = '<p class="cell-badge">Not run: a cell above failed.</p>' + after
        code = [f"{indent}{line}".rstrip() for line in step.shown]
        opening = re.sub(r"\s+predict\b", "", fence[0])
        code = [] if "hide-input" in step.tags else [opening, *code, fence[-1]]
        if embed.choices and embed.step < len(run.cells):
            right = right_choice(embed.choices, run.cells[embed.step])
            code += self.choices(indent, step.name, embed.choices, right)
            after = f"<details><summary>Show what it prints</summary>{after.removesuffix('</div>')}</details></div>"
        blank = indent.rstrip()
        # In a quote, a blank line at the end would make the placeholder's paragraph no block.
        last = [] if ">" in indent else [""]
        return [*self.block(indent, [before]), blank, *code, *self.block(indent, [after]), *last]

    def choices(
        self, indent: str, name: str, choices: list[Choice], right: int | None
    ) -> list[str]:
        """The choices as radio buttons; style alone shows the verdict on the picked one, without a script."""
        opening = '<fieldset class="choices"><legend>What does it print?</legend>'
        shown = []
        for number, choice in enumerate(choices):
            verdict = "Yes." if number == right else "No."
            label = f'<label><input type="radio" name="predict-{name}"> <code>{escape(choice.text)}</code></label>'
            start = f'{opening}<div class="choice choice-{verdict[:-1].lower()}">{label}<div class="verdict">'
            end = "</div></div>" + ("</fieldset>" if number == len(choices) - 1 else "")
            reason = without_comments(choice.reason)
            sentence = f"{indent}**{verdict}** {reason[:1].upper()}{reason[1:]}"
            shown += [*self.block(indent, [start]), indent.rstrip(), sentence, *self.block(indent, [end])]
            opening = ""
        return shown

    def block(self, indent: str, html: list[str]) -> list[str]:
        """Finished HTML as a paragraph of its own, which Python-Markdown passes through."""
        return [indent.rstrip(), indent + self.md.htmlStash.store("\n".join(html))]


def _text(kind: str) -> Callable[[list[Output]], str]:
    def render(outputs: list[Output]) -> str:
        text = "".join(output.text for output in outputs).rstrip("\n")
        # A long line scrolls inside its box, so the keyboard must reach the box.
        focus = ' tabindex="0"' if max(map(len, text.split("\n"))) > 60 else ""
        return f'<pre class="output-{kind}"{focus}><samp>{escape(text, quote=False)}</samp></pre>'

    return render


def _display(outputs: list[Output]) -> str:
    """The richest form that the value has; its repr where it has none."""
    found = []
    for output in outputs:
        form = next(
            (f for f in ("image/svg+xml", "text/html", "text/latex") if f in output.data), ""
        )
        if not form:
            found.append(_text("value")([output]))
        elif form == "text/latex":
            tex = output.data[form].strip().strip("$").strip()
            found.append(f'<div class="arithmatex">\\[{escape(tex)}\\]</div>')
        else:
            found.append(f'<div class="output-display">{output.data[form]}</div>')
    return "\n".join(found)


RENDERERS = {
    "stdout": _text("stdout"),
    "stderr": _text("stderr"),
    "warning": _text("warning"),
    "error": _text("error"),
    "display": _display,
}


def output_html(outputs: list[Output], raises: bool) -> str:
    """What readers see below the code; nothing if there is no output."""
    if not outputs:
        return ""
    parts = [RENDERERS[kind](list(group)) for kind, group in groupby(outputs, lambda o: o.kind)]
    if raises:
        error = outputs[-1].text.partition(":")[0].strip()
        parts.insert(0, f'<p class="cell-badge">Raises {escape(error)}, on purpose</p>')
    return '<div class="output" role="group" aria-label="Output">' + "\n".join(parts) + "</div>"


def _box(problems: list[Problem]) -> str:
    text = "\n\n".join(escape(str(problem), quote=False) for problem in problems)
    return f'<div class="cell-problem" role="alert"><pre tabindex="0">{text}</pre></div>'


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
