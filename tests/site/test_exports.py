"""Random pages of every Markdown construct, taken along and read again: the copies say what the pages say.

The pages are built as one site. What MkDocs makes of a page is compared with what CommonMark makes of its Markdown
copy and of its notebook: each word once, in the same heading, code, table or link, and every address the same.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mkdocs.commands.build import build
from mkdocs.config import load_config

from gradbook.page.pages import load

SEED = int(os.environ.get("GRADBOOK_FUZZ_SEED", "20261125"))
PAGES = int(os.environ.get("GRADBOOK_FUZZ_PAGES", "30"))
SITE = "https://example.org/site/"
CONFIG = f"""\
site_name: Copies
site_url: {SITE}
theme: mkdocs
plugins: [gradbook]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
  - pymdownx.arithmatex: {{generic: true}}
  - gradbook
"""
NOWHERE = "https://nowhere.example/"  # where copies lie: an address that is relative leads there
WORD = re.compile(r"w\d+x")


class Words:
    """Words that stand nowhere else, so that each can be found again."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count = rng, 0

    def __call__(self) -> str:
        self.count += 1
        return f"w{self.count}x"


# Targets of links that lead somewhere: as an author writes them, seen from docs/part/.
TARGETS = (
    "other.md",
    "../index.md",
    "../index.md#top",
    "deep/below.md",
    "deep/index.md",
    "data.csv",
    "#here",
)


def span(w: Words) -> str:
    """Something within a line."""
    r = w.rng
    target, word = r.choice(TARGETS), w()
    return r.choice(
        [
            word,
            f"**{word}** *{w()}*",
            f"`{word} {{:.3f}}`",
            f"`{{.x}} {word} {{#y}}`",
            f"``{word} ` {{: .z}}``",
            f"`[{word}](other.md)`",
            f"`{word} <!-- shown -->`",
            f"[{word}]({target})",
            f'[{word}]({target} "A title")',
            f"[{word}](<{target}>)",
            f"[{word}](<a b.md>)",
            f"[{word}](a%20b.md)",
            f"[**{word}** `{w()}`]({target})",
            f"[{word}]({target}){{.button}}",
            f"[{word}][r]",
            f"[r{word}]({target}) [r][] [{w()}][R]",
            f"[{word}](https://example.com/a_(b).md)",
            f"<https://example.com/{word}>",
            f"![{word}](i.svg)",
            f"![{word}](../i.svg){{width=9}}",
            f"![{word}](<i j.svg>)",
            # Text behind it, as Python-Markdown reads `[pic] [text]` of `![a][pic] [text][r]` as one reference.
            f"![{word}][pic] text",
            f"[![{word}](i.svg)]({target})",
            f"{word}[^{r.choice('ab')}]",
            f"$x_{{{word}}} < 4$",
            f"{word} <!-- a comment --> {w()}",
            f"{word} 2<!-- = 2 -->",
            f"<em>{word}</em>",
            f'<a href="../other/">{word}</a>',
            f'<img alt="{word}" src="../i.svg">',
            f"{word} C:\\% \\` {w()}",
            f"{word} \\* {w()} 2 < 3 & 4",
            f"**{word}**{{.strong #i{word}}}",
        ]
    )


def line(w: Words) -> str:
    return " ".join(span(w) for _ in range(w.rng.randrange(1, 4)))


def heading(w: Words) -> list[str]:
    attribute = w.rng.choice(["", f" {{#h{w()}}}", " {.big}"])
    return w.rng.choice(
        [
            [f"{'#' * w.rng.randrange(2, 5)} {w()} `{w()}`{attribute}"],
            [f"## {w()} ##"],
            [f"{w()} {w()}", w.rng.choice(["===", "---", "=", "--------"])],
        ]
    )


def paragraph(w: Words) -> list[str]:
    lines = [line(w) for _ in range(w.rng.randrange(1, 4))]
    if w.rng.random() < 0.2:
        lines.append("{.lead}")
    elif (
        w.rng.random() < 0.3
    ):  # what CommonMark alone would take for something else, or Python-Markdown alone
        lines += w.rng.choice(
            [
                [f"- {w()}"],
                [w(), "--"],
                [w(), "==="],
                [f"1. {w()}"],
                [f"{w()}  ", w()],
                ["---"],
                [f"a <!-- of {w()}", f"two lines, `code` --> {w()}"],
            ]
        )
        lines += w.rng.choice([[], [f"##{w()}"]])
    return lines


def items(w: Words) -> list[str]:
    sign = w.rng.choice(["-   ", "*   ", "1.  ", "- ", "+ ", "1. ", "10. "])
    found = []
    if w.rng.random() < 0.3:
        return [
            sign + w(),
            f"    {sign}{line(w)}",
            f"    {sign}{w()}",
            f"        {sign}{w()}",
            sign + w(),
        ]
    for _ in range(w.rng.randrange(1, 4)):
        found += [sign + line(w)]
        if w.rng.random() < 0.4:
            found += ["", *indented(block(w, inner=True)), ""]
    return found


def quote(w: Words) -> list[str]:
    return [
        f"> {text}".rstrip()
        for text in w.rng.choice([paragraph, items, fence, admonition, shown_text, table])(w)
    ]


def table(w: Words) -> list[str]:
    rows = [f"| {w()} | `{w()} {{.c}}` |" for _ in range(w.rng.randrange(1, 3))]
    return [f"| {w()} | {w()} |", "|---|:-:|", *rows]


def definition(w: Words) -> list[str]:
    return [w(), "", f":   {line(w)}"]


def admonition(w: Words) -> list[str]:
    start = w.rng.choice(
        ['!!! note "{}"', "!!! tip inline", '??? success "{}"', '???+ note "{}"', '=== "{}"']
    )
    return [start.format(w()), "", *indented(block(w, inner=True))]


def shown_text(w: Words) -> list[str]:
    """A fence that is not run, with lines that mean something elsewhere."""
    lines = [
        f"=== {w()}", f"!!! {w()}", f'??? note "{w()}"', f"print('{{:.2f}} {w()}')", f"{{.y}} {w()}", "# " + w(),
        f"[{w()}](other.md)", f"![{w()}](i.svg)", f"    {w()}", "", f"<!-- {w()} -->", f"7<!-- = {w()} -->", "---",
    ]  # fmt: skip
    ticks = w.rng.choice(["```", "````", "~~~"])
    language = w.rng.choice(["text", "markdown", "", "yaml"])
    return [f"{ticks}{language}", w(), *w.rng.sample(lines, w.rng.randrange(1, 6)), w(), ticks]


def shown_indented(w: Words) -> list[str]:
    return [w(), "", f"    {w()} {{:.2f}} [{w()}](other.md)", "", f"    !!! {w()}"]


def fence(w: Words) -> list[str]:
    return ["```python", f"print('{w()} {{:.2f}}'[:0])", "# >", "```"]


def comment(w: Words) -> list[str]:
    return ["<!-- a comment", "of **two** lines, [x](other.md) -->"]


def commented_out(w: Words) -> list[str]:
    """Code, values and text that nobody is to see."""
    inside = [fence(w), shown_text(w), [f"It was {w()} 7<!-- = undefined -->."], ["", w(), ""]]
    return ["<!-- Old:", *(text for part in w.rng.sample(inside, 2) for text in part), "-->"]


def raw_html(w: Words) -> list[str]:
    return w.rng.choice(
        [
            [
                '<p align="center">',
                f'  <img alt="{w()}" src="../i.svg">',
                f"  <b>{w()}</b>",
                "</p>",
            ],
            ["<div>", f"{w()} **x**", "", f"    {w()}", "</div>"],
            [
                "<details markdown>",
                f"<summary>{w()}</summary>",
                "",
                *paragraph(w),
                "",
                "</details>",
            ],
            [f'<pre><a href="../other/">{w()}</a>', "", f"{w()}</pre>"],
        ]
    )


def formula(w: Words) -> list[str]:
    return ["$$", f"\\frac{{a}}{{b_{{{w()}}}}} = \\{{x\\}}", "$$"]


def rule(w: Words) -> list[str]:
    return [w.rng.choice(["---", "***", "- - -"])]


def html(w: Words) -> list[str]:
    return ['<div class="c" markdown>', "", line(w), "", "</div>"]


BLOCKS: list[Callable[[Words], list[str]]] = [
    heading, paragraph, paragraph, items, quote, table, definition, admonition, admonition, shown_text, shown_text,
    shown_indented, fence, comment, commented_out, formula, rule, html, raw_html,
]  # fmt: skip
NOT_INSIDE = (rule, html, raw_html, definition, comment)


def block(w: Words, inner: bool = False) -> list[str]:
    found = w.rng.choice([b for b in BLOCKS if not (inner and b in NOT_INSIDE)])(w)
    return found


def indented(lines: list[str]) -> list[str]:
    return [f"    {text}".rstrip() for text in lines]


def front_matter(w: Words) -> str:
    return w.rng.choice(
        [
            "", "", "---\ntitle: Hidden\n---\n\n", "---\ntitle: Hidden\n...\n\n", "---  \ntitle: Hidden\n---\t\n",
            "title: Hidden\nauthor: Nobody\n\n", "---\n# Hidden\ntags:\n  - a\n---\n",
            "\ufeff---\ntitle: Hidden\n---\n",
        ]
    )  # fmt: skip


def random_page(rng: random.Random) -> str:
    w = Words(rng)
    parts = [[f"# {w()}"], ["Notes[^a] and[^b]."], *(block(w) for _ in range(rng.randrange(4, 12)))]
    rng.shuffle(
        tail := [
            ["[r]: other.md"],
            ["[pic]: i.svg"],
            [f"[^a]: {w()}"],
            [f"[^b]: {w()}", "", f"    {w()}"],
        ]
    )
    parts += [*tail, [f"The end{w()}."]]
    return front_matter(w) + "\n\n".join("\n".join(part) for part in parts) + "\n"


Facts = dict[str, tuple]


def facts(soup: BeautifulSoup | Tag, address: str) -> Facts:
    """For each word, where it stands: its heading, code, table cell and link; for an image's, its address."""
    found: Facts = {}

    def whole(target: str) -> str:
        """The address; of a place on the same page, its name alone, which works in a copy too."""
        return unquote(urljoin(address, target)).removeprefix(address)

    for image in soup.select("img"):
        for word in WORD.findall(image.get("alt", "")):
            link = image.find_parent("a")
            found[word] = ("image", whole(image["src"]), link and whole(link["href"]))
    for text in soup.find_all(string=WORD):
        if type(text).__name__ == "Comment":
            continue
        parents = {parent.name: parent for parent in text.parents}
        level = next((name for name in parents if re.fullmatch("h[1-6]", name)), None)
        code = parents.get("pre") or parents.get("code")
        link = parents.get("a")
        for word in WORD.findall(text):
            found[word] = (
                level,
                code and code.get_text().strip("\n"),
                bool({"td", "th"} & parents.keys()),
                link and whole(link.get("href", "")),
            )
    return found


def reader(with_notes: bool = True) -> MarkdownIt:
    md = MarkdownIt().enable("table").use(deflist_plugin)
    return md.use(footnote_plugin) if with_notes else md


def parsed(markdown: str, address: str) -> Facts:
    return facts(BeautifulSoup(reader().render(markdown), "html.parser"), address)


def of_notebook(book: dict, address: str) -> Facts:
    """Each cell as Jupyter renders it, by itself; notes at the foot of another cell, with all cells together."""
    texts = [c["source"] for c in book["cells"] if c["cell_type"] == "markdown"]
    found = parsed("\n\n".join(texts), address)
    for text in texts:
        found |= parsed(text, address)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            source = cell["source"].strip("\n")
            found |= dict.fromkeys(WORD.findall(source), (None, source, False, None))
    return found


def sound_page(number: int) -> str:
    """A random page without a slip of the hand, such as a list right below a paragraph."""
    for attempt in count():
        text = random_page(random.Random(f"{SEED} {number} {attempt}"))
        if not load(text, "docs/page.md", Path("snippets")).faults:
            return text
    raise AssertionError


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """The built site, and the texts of its random pages by name."""
    patch = pytest.MonkeyPatch()
    patch.setenv("NO_MKDOCS_2_WARNING", "1")
    folder = tmp_path_factory.mktemp("copies")
    texts = {f"p{n}": sound_page(n) for n in range(PAGES)}
    fixed = dict.fromkeys(
        ["index", "part/other", "part/a b", "part/deep/below", "part/deep/index"], "# Title"
    )
    for name, text in {**fixed, **{f"part/{name}": text for name, text in texts.items()}}.items():
        path = folder / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name in ("i.svg", "part/i.svg", "part/i j.svg", "part/data.csv"):
        (folder / "docs" / name).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "mkdocs.yml").write_text(CONFIG)
    config = load_config(str(folder / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()
        patch.undo()
    yield folder / "site" / "part", texts


@pytest.mark.parametrize("number", range(PAGES))
def test_copies_say_what_the_page_says(number: int, site: tuple[Path, dict[str, str]]) -> None:
    folder, texts = site
    name, address = f"p{number}", f"{SITE}part/p{number}/"
    soup = BeautifulSoup((folder / name / "index.html").read_text("utf-8"), "html.parser")
    page = facts(soup.select_one("[role=main]"), address)
    copy = (folder / name / f"{name}.md").read_text("utf-8")
    copies = {"Markdown": parsed(copy, NOWHERE)}
    if (notebook := folder / name / f"{name}.ipynb").exists():
        copies["notebook"] = of_notebook(json.loads(notebook.read_text("utf-8")), NOWHERE)
    for kind, found in copies.items():
        wrong = {
            w: (page.get(w), found.get(w))
            for w in page.keys() | found.keys()
            if page.get(w) != found.get(w)
        }
        assert not wrong, (
            f"seed {SEED}, page {number}, {kind}: (page, copy) {wrong}\n{texts[name]}\n\n{copy}"
        )
    assert "Hidden" not in copy, "front matter is for MkDocs"
