"""Python-Markdown extension that turns TeX into MathML Core, so that pages need no JavaScript for their formulas.

It stands after `pymdownx.arithmatex` (generic mode) in the list of extensions. Knows nothing of snippets and outputs.
"""

import html
import os
import re
import shutil
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from math_core import LatexError, LatexToMathML

from gradbook.errors import Location, Problem, Problems
from gradbook.page.pages import read_blocks
from gradbook.page.slips import formulas
from gradbook.site.font import cut_font, is_current

FORMULA = re.compile(
    r'(?P<before>[(\["“‘]*)<(?P<tag>span|div) class="arithmatex">'
    r"\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>"
    r"(?P<after>[,.;:!?)\]”’\"'…]*)",
    re.S,
)


def page_path(md: Markdown) -> Path | None:
    """The file being converted, as MkDocs or Zensical tells its extensions; None elsewhere.

    A page that another plugin generates is named by the file that it might have.
    """
    if "relpath" in md.treeprocessors:
        file, config = md.treeprocessors["relpath"].file, md.treeprocessors["relpath"].config
        return Path(file.abs_src_path or Path(config.docs_dir, file.src_uri))
    if "rendering_context" in md.preprocessors:
        context = md.preprocessors["rendering_context"]
        return Path(context.config["docs_dir"], context.page.path)
    return None


def project_folder(md: Markdown) -> Path:
    """The folder of MkDocs' configuration; elsewhere the working directory."""
    relpath = "relpath" in md.treeprocessors and md.treeprocessors["relpath"]
    return Path(relpath.config.config_file_path).parent if relpath else Path.cwd()


class MathematicsPostprocessor(Postprocessor):
    """Replaces what arithmatex marked by MathML."""

    def __init__(self, md: Markdown, config: dict) -> None:
        super().__init__(md)
        self.font, self.report = Path(config["font"]), config["report"]
        self.converter = LatexToMathML(macros=config["macros"], fancy_error=False)

    def run(self, text: str) -> str:
        self.provide_font()
        self.problems: list[Problem] = []
        text = FORMULA.sub(self.shown, text)
        if isinstance(self.report, list):
            self.report += self.problems
        elif self.problems:
            raise Problems(self.problems)
        return text

    def provide_font(self) -> None:
        """Cut the font, unless it is there. In MkDocs the plugin has done so before files were listed."""
        if self.font.name and not is_current(self.font):
            cut_font(self.font)
            if "rendering_context" in self.md.preprocessors:
                _copy_for_zensical(self.font, self.md.preprocessors["rendering_context"].config)

    def shown(self, formula: re.Match) -> str:
        """The formula as MathML, with the punctuation around it; or what is wrong with it."""
        before, after, block = formula["before"], formula["after"], formula["tag"] == "div"
        tex = html.unescape(formula["tex"]).strip()
        try:
            mathml = self.converter.convert_with_local_state(tex, displaystyle=block)
        except LatexError as error:
            offset, _, reason = str(error).partition(": ")
            problem = self.problem(tex, f"{reason} (at character {int(offset) + 1})")
            self.problems.append(problem)
            return f'<strong class="formula-problem">{html.escape(str(problem))}</strong>'
        if block:  # search would list the symbols of a display as words
            return f'{before}<div class="math" data-search-exclude>{mathml}</div>{after}'
        if before or after:  # browsers break a line between a formula and a comma
            return f'<span class="math-word">{before}{mathml}{after}</span>'
        return mathml

    def problem(self, tex: str, reason: str) -> Problem:
        """The problem at the line of the formula, as far as the page is known."""
        at: tuple[Location, ...] = ()
        if path := page_path(self.md):
            _, blocks = read_blocks(path.read_text("utf-8") if path.is_file() else "")
            line = next((n for n, source in formulas(blocks) if source == tex), 1)
            name = os.path.relpath(path, project_folder(self.md))
            at = (Location(Path(name).as_posix(), line),)
        return Problem(at, f"formula {tex}\n{reason}")


class MathematicsExtension(Extension):
    """Turns formulas into MathML. Raises Problems, unless `report` is a list that takes them."""

    def __init__(self, **kwargs: object) -> None:
        self.config = {
            "macros": [{}, "TeX macros, named without the backslash"],
            "font": ["", "File for the cut font, seen from the working directory; empty: none"],
            "report": ["", "A list that takes the problems of all pages"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        # Last of all (1), when stashed HTML, and with it the formulas, is back in place.
        processor = MathematicsPostprocessor(md, self.getConfigs())
        md.postprocessors.register(processor, "gradbook.mathematics", 1)


def _copy_for_zensical(font: Path, folders: dict) -> None:
    """Zensical has listed the files by now, so its first build takes the font from here."""
    target = Path(folders["site_dir"], os.path.relpath(font, folders["docs_dir"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(font, target)


def makeExtension(**kwargs: object) -> MathematicsExtension:
    """What Python-Markdown calls when an extension is named by its module."""
    return MathematicsExtension(**kwargs)
