"""The table of the atlas: all operators, made of the lines that its snippet files state, which every build compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from mkdocs.utils import get_relative_url

COMMENT = "<!-- atlas -->"
_LINE = re.compile(r"# > (?P<name>\S+) \((?P<calls>[^)]*)\) \| (?P<fields>node: .*)")
_PLAIN = re.compile(r"(?:^|; )\(?0(?:, 0\))?: ([^;]*)")
#: What the table can be filtered by: the word in a row's class, and what it asks.
FILTERS = {
    "saves-result": "saves its result",
    "saves-input": "saves an input",
    "no-forward": "no forward mode",
    "no-double": "no double backward",
    "no-batched": "no batched gradients",
    "no-complex": "no complex numbers",
    "refused": "refused by gradcheck",
    "refused-twice": "refused by gradgradcheck",
    "zeros": "zeros or None, silently",
    "nan-at-0": "NaN or infinite at 0",
    "nan": "NaN or infinite where the value is finite",
    "formula": "has a formula",
}
ANSWERS = ("forward", "double", "batched", "complex")
_NODE = r"[A-Za-z]\w*Backward\d+"
_FIGURE = re.compile(r"<grad-graph.*?</grad-graph>", re.S)
_CARD = re.compile(rf'<text class="s"[^>]*>({_NODE})</text>')
_PRINTED = re.compile(r"<pre class=\"output-[a-z]+\"[^>]*><samp>.*?</samp>", re.S)
_NAMED = re.compile(rf"(&lt;)({_NODE})\b")


def completed(markdown: str, snippets: Path, address: Callable[[str], str]) -> str:
    """A page's Markdown with the table in the place of the comment that asks for it.

    `address` tells the address of a page, seen from this one.
    """
    if COMMENT not in markdown:
        return markdown
    return markdown.replace(COMMENT, _table([*rows(snippets)], address))


def rows(snippets: Path) -> Iterator[tuple[str, str, list[str], dict[str, str]]]:
    """Of each entry its page, its name, its calls, and its fields."""
    for path in sorted((snippets / "atlas").glob("*.py")):
        page = f"atlas/{path.stem.replace('_', '-')}.md"
        for line in path.read_text("utf-8").splitlines():
            if found := _LINE.fullmatch(line):
                fields = dict(field.split(": ", 1) for field in found["fields"].split(" | "))
                yield page, found["name"], found["calls"].split(", "), fields


def words(fields: dict[str, str]) -> list[str]:
    """Which of the filters an entry answers to."""
    kept = [
        text.partition("=")[2].removeprefix("view of ") for text in fields["tensors"].split(", ")
    ]
    results = [what for what in kept if what.startswith("result")]
    at_0 = " ".join(_PLAIN.findall(fields["at"]))
    asked = {
        "saves-result": results,
        "saves-input": {*kept} - {*results, "another", ""},
        **{f"no-{answer}": fields[answer].startswith("no") for answer in ANSWERS},
        "refused": _refused(fields["gradcheck"]),
        "refused-twice": _refused(fields["gradgradcheck"]),
        "zeros": "zeros for" in fields["gradient"] or "None for" in fields["gradient"],
        "nan-at-0": "nan" in at_0 or "inf" in at_0,
        "nan": "(the value is" in fields["at"],
        "formula": "formula" in fields,
    }
    return [word for word in FILTERS if asked[word]]


def _refused(text: str) -> bool:
    passed, _, of = text.partition(":")[0].partition(" of ")
    return passed != of


def _table(entries: list, address: Callable[[str], str]) -> str:
    places = {page: address(page) for page, *_ in entries}
    lines = [_row(places[page], page, *rest) for page, *rest in entries]
    boxes = "".join(
        f'<label><input type="checkbox" value="{word}"> {text}</label>'
        for word, text in FILTERS.items()
    )
    heads = (
        "Operator",
        "Node",
        *map(str.capitalize, ANSWERS),
        "gradcheck",
        "gradgradcheck",
        "Group",
    )
    return (
        f'<p>{_counted(entries)}</p>\n<div class="atlas-filter"><label>Find '
        f'<input type="search" placeholder="torch.sin, SinBackward0"></label>{boxes}</div>\n'
        '<p class="atlas-found" role="status"></p>\n<div class="atlas-table"><table><thead><tr>'
        + "".join(f'<th scope="col">{head}</th>' for head in heads)
        + "</tr></thead><tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table></div>\n"
    )


def _counted(entries: list) -> str:
    """How many answer to each filter, in a sentence."""
    found = [word for *_, fields in entries for word in words(fields)]
    told = "; ".join(f"{text}: {found.count(word)}" for word, text in FILTERS.items())
    return f"{len(entries)} operators. {told[0].upper()}{told[1:]}."


def _row(place: str, page: str, name: str, calls: list[str], fields: dict[str, str]) -> str:
    node = fields["node"].split(" < ")
    more = f" and {len(node) - 1} more" if len(node) > 1 else ""
    group = page.removeprefix("atlas/").removesuffix(".md").replace("-", " ")
    link = f'<a href="{place}#{escape(name)}"><code>{escape(called(name, calls))}</code></a>'
    cells = [f"<code>{escape(node[0])}</code>{more}"]
    cells += ["yes" if fields[answer].startswith("yes") else "no" for answer in ANSWERS]
    cells += [fields[check].partition(":")[0] for check in ("gradcheck", "gradgradcheck")] + [group]
    more_nodes = fields["others"].replace("-", "").split(", ")
    others = escape(" ".join([name, *calls, *node, *more_nodes]).rstrip())
    tags = " ".join(words(fields))
    return (
        f'<tr data-is="{tags}" data-names="{others}"><th scope="row">{link}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def called(name: str, calls: list[str]) -> str:
    """The first way to call an operator, and what torch calls it where that is another word."""
    short = calls[0].rpartition(".")[2]
    return (
        calls[0] if name.endswith(short) else f"{calls[0]}: {name.removeprefix('nn_functional_')}"
    )


def plain(text: str) -> str:
    """A text as HTML, without signs that Markdown would read."""
    return re.sub(r"[*_`$\\\[\]]", lambda sign: f"&#{ord(sign[0])};", escape(text, quote=False))


def homes(snippets: Path) -> dict[str, tuple[str, str]]:
    """Of each node's name the page and the name of its entry: the operator that is called as the node is, whichever
    overload, or else the first that records this node and no other, or does so at other inputs."""
    named, alone, elsewhere = {}, {}, {}
    for page, name, _, fields in rows(snippets):
        node = fields["node"]
        word = name.removeprefix("nn_functional_").replace("_", "").lower()
        if word not in named or stem(node).lower() == word:  # t, and not T
            named[word] = page, name
        alone.setdefault(node, (page, name))
        for other in [*fields["others"].split(", "), *node.split(" < ")]:
            elsewhere.setdefault(other, (page, name) if other in fields["others"] else None)
    found = {node: named.get(stem(node).lower()) or alone.get(node) or elsewhere[node] for node in elsewhere}
    return {node: place for node, place in sorted(found.items()) if place and "Backward" in node}


def stem(node: str) -> str:
    """The name of a node without the number that tells overloads apart."""
    return re.sub(r"Backward\d*$", "", node)


class Links:
    """Leads from the names of nodes on a page to their entries."""

    def __init__(self, snippets: Path, address: Callable[[str], str | None]) -> None:
        """`address` tells the address of a page, seen from the site's root; None where the site has it not."""
        self.places = {}
        for node, (page, name) in homes(snippets).items():
            if place := address(page):
                self.places[node] = place, name
        self.overloads = {stem(node): place for node, place in reversed(self.places.items())}

    def put(self, html: str, here: str) -> str:
        """The HTML of the page at `here`: a name that is printed leads there where it comes first, and below each
        figure stand those of its nodes."""

        def link(node: str) -> str:
            found = self.places.get(node) or self.overloads.get(stem(node))
            if not found:
                return node
            return f'<a href="{get_relative_url(found[0], here)}#{escape(found[1])}">{node}</a>'

        def under(figure: re.Match) -> str:
            links = [link(node) for node in dict.fromkeys(_CARD.findall(figure[0]))]
            known = ", ".join(text for text in links if text.startswith("<a "))
            told = f'<p class="gg-atlas">In the atlas: {known}.</p>' if known else ""
            return figure[0].replace("</ol></details>", f"</ol>{told}</details>", 1)

        def named(name: re.Match) -> str:
            first = name[2] not in seen
            seen.add(name[2])
            return name[1] + (link(name[2]) if first else name[2])

        if not self.places:
            return html
        seen: set[str] = set()
        html = _FIGURE.sub(under, html)
        return _PRINTED.sub(lambda output: _NAMED.sub(named, output[0]), html)
