"""reStructuredText, as sphinx-gallery uses it, becomes Markdown; what cannot be said is noted. Knows no code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

ABROAD = re.compile(r"https?://|mailto:")
# A line of prose with its number in the file.
Line = tuple[int, str]

ADMONITIONS = {
    "note": "note", "tip": "tip", "hint": "tip", "important": "info", "seealso": "info",
    "warning": "warning", "caution": "warning", "attention": "warning",
    "danger": "danger", "error": "danger", "todo": "note", "topic": "note", "admonition": "note",
}  # fmt: skip
_CODE = ("code-block", "code", "sourcecode", "literalinclude", "parsed-literal", "doctest")
_BOXES = ("grid", "grid-item", "tab-set", "container", "compound", "rst-class", "card-carousel")
_SILENT = (
    "contents",
    "toctree",
    "currentmodule",
    "meta",
    "highlight",
    "tags",
    "default-role",
    "role",
)

_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_DIRECTIVE = re.compile(r"\.\. (?:\|(?P<sub>[^|]+)\| )?(?P<name>[\w:-]+?):: ?(?P<argument>.*)")
_TARGET = re.compile(r"\.\. _(?P<name>`[^`]+`|(?:[^:\\]|\\.)+): *(?P<url>.*)")
_FOOTNOTE = re.compile(r"\.\. \[(?P<label>[^\]]+)\] ?(?P<text>.*)")
_OPTION = re.compile(r":(?P<name>[\w-]+):(?: (?P<value>.*))?")
_ITEM = re.compile(r"(?P<mark>[-*+•]|\(?(?:\d+|#)[.)])(?P<space> +)(?P<text>.*)")
_FIELD = re.compile(r":(?P<name>[\w ]+):(?: +(?P<text>.*))?")
_TABLE = re.compile(r"\+[-=+]+\+|=+(?: +=+)+\s*")
_URL = r"https?://[^\s<>`\"']*[^\s<>`\"'.,;:!?)\]}*]"
_INLINE = re.compile(
    r"``(?P<literal>.+?)``(?!`)"
    r"|:(?P<role>[\w:+.-]+):`(?P<of_role>[^`]+)`"
    r"|`(?P<link>[^`<]*?)\s*<(?P<url>[^`>]+)>`__?"
    r"|`(?P<phrase>[^`]+)`__?"
    r"|`(?P<plain>[^`]+)`(?:\:[\w:]+\:)?"
    r"|\[(?P<footnote>#?[\w.-]+)\]_"
    r"|\|(?P<sub>[^|\s](?:[^|\n]*[^|\s])?)\|_?"
    rf"|(?P<bare>{_URL})"
    r"|(?<![\w`])(?P<word>[A-Za-z][\w.-]*?)__?(?![\w`])"
    r"|(?<=\w)(?P<times>\*)(?=\w)"
    r"|\\(?P<escaped>.)"
    r"|(?P<odd>\$|<(?=[A-Za-z/!]))",
    re.DOTALL,
)


def lines_of(text: str, first: int) -> list[Line]:
    """The lines of a text whose first one has the number `first`."""
    return list(enumerate(text.rstrip().split("\n"), first))


@dataclass
class Rest:
    """One document of reStructuredText, of which the pieces are converted in order: levels of titles, link targets.

    `note` is called with a line's number and what cannot be said in Markdown there.
    """

    note: Callable[[int, str], None]
    targets: dict[str, str] = field(default_factory=dict)
    substitutions: dict[str, str] = field(default_factory=dict)
    _styles: list[str] = field(default_factory=list)
    _line: int = 0

    def learn(self, text: str) -> None:
        """Take up the link targets and substitutions of a piece; do this for all before the first is converted."""
        for line in map(str.strip, text.split("\n")):
            if (target := _TARGET.fullmatch(line)) and target["url"]:
                self.targets[_key(target["name"])] = target["url"].strip()
            directive = _DIRECTIVE.fullmatch(line)
            if directive and directive["sub"] and directive["name"] == "replace":
                self.substitutions[directive["sub"]] = directive["argument"]
        for name, url in re.findall(r"`([^`<]*?)\s*<([^`>]+)>`_(?!_)", text):
            self.targets.setdefault(_key(name), url)

    def convert(self, lines: list[Line]) -> str:
        """The lines as Markdown."""
        text = "\n".join(self._body(_dedented(lines)))
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _body(self, lines: list[Line]) -> list[str]:
        found: list[str] = []
        while lines:
            number, text = lines[0]
            if not text.strip():
                found, lines = [*found, ""], lines[1:]
                continue
            made, used = self._element(lines)
            if made and found and found[-1] and not self._joins(text, found[-1]):
                found.append("")
            found += made
            lines = lines[used:]
        return found

    @staticmethod
    def _joins(text: str, above: str) -> bool:
        """Whether an element may stand right below what is above it: one item of a list below another."""
        return bool(_ITEM.match(text)) and bool(re.match(r"(-|\d+\.) |    ", above))

    def _element(self, lines: list[Line]) -> tuple[list[str], int]:
        """The first element of the lines, converted, and how many lines it takes."""
        self._line, text = lines[0]
        if title := self._title(lines):
            return title
        if _UNDERLINE.fullmatch(text):
            return ["---"], 1
        if text.startswith("..") and (len(text) == 2 or text[2] == " "):
            used = 1 + _indented(lines[1:], 1)
            return self._markup(lines[:used]), used
        if item := _ITEM.fullmatch(text):
            return self._item(item, lines)
        if text.startswith(">>> "):
            used = _until_blank(lines)
            return ["```text", *(line for _, line in lines[:used]), "```"], used
        if text.startswith("| "):
            used = _until_blank(lines)
            return [self.inline(line[1:].strip()) + "  " for _, line in lines[:used]], used
        if _TABLE.fullmatch(text):
            return self._table(lines)
        if entry := _FIELD.fullmatch(text):
            used = 1 + _indented(lines[1:], 1)
            rest = [(lines[0][0], entry["text"] or ""), *_dedented(lines[1:used])]
            body = self.inline(" ".join(line.strip() for _, line in rest).strip())
            return [f"**{entry['name']}:** {body}  "], used
        if text.startswith(" "):
            used = _indented(lines, 1)
            inside = "\n".join(self._body(_dedented(lines[:used]))).strip("\n").split("\n")
            if all(line.startswith("<!--") for line in inside if line):
                return [*inside, ""], used  # a picture was there: no words to set in
            return [*("> " + line if line else ">" for line in inside), ""], used
        return self._paragraph(lines)

    def _title(self, lines: list[Line]) -> tuple[list[str], int] | None:
        text = [line for _, line in lines[:3]] + ["", ""]
        over = (
            bool(_UNDERLINE.fullmatch(text[0]))
            and text[1].strip()
            and _UNDERLINE.fullmatch(text[2])
        )
        words, under = (text[1], text[2]) if over else (text[0], text[1])
        if not _UNDERLINE.fullmatch(under) or _UNDERLINE.fullmatch(words):
            return None
        if not over and words.startswith(" "):
            return None
        if len(under.strip()) < min(len(words.strip()), 4):
            return None
        style = under[0] * (2 if over else 1)
        if style not in self._styles:
            self._styles.append(style)
        level = min(self._styles.index(style) + 1, 6)
        return [f"{'#' * level} {self.inline(words.strip())}"], 3 if over else 2

    def _markup(self, lines: list[Line]) -> list[str]:
        """Explicit markup: a directive, a target, a footnote or a comment."""
        number, text = lines[0]
        body = _dedented(lines[1:])
        if directive := _DIRECTIVE.fullmatch(text):
            if directive["sub"]:
                return []
            return self._directive(directive["name"], directive["argument"].strip(), number, body)
        if footnote := _FOOTNOTE.fullmatch(text):
            words = " ".join(line.strip() for _, line in [(number, footnote["text"]), *body])
            return [f"[^{footnote['label'].lstrip('#')}]: {self.inline(words.strip())}"]
        return []  # a target is known; a comment is for nobody

    def _directive(self, name: str, argument: str, number: int, body: list[Line]) -> list[str]:
        options, body = _options(body)
        if name in ADMONITIONS:
            # A note may begin in the line of its directive.
            titled = name in ("admonition", "topic")
            if argument and not titled:
                body = [(number, argument), *body]
            title = f' "{self.inline(argument)}"'.replace("`", "") if titled else ""
            if name == "seealso":
                title = ' "See also"'
            inside = "\n".join(self._body(_dedented(body))).strip("\n").split("\n")
            return [f"!!! {ADMONITIONS[name]}{title}", *_shifted(inside), ""]
        if name == "math":
            return _formulas([(number, argument), *body] if argument else body)
        if name in _CODE:
            language = argument or ("text" if name != "code" else "")
            if name == "literalinclude":
                self.note(number, f"code of another file: {argument}")
                return []
            return ["```" + ("python" if language == "default" else language), *_raw(body), "```"]
        if name in ("image", "figure"):
            self.note(number, f"an image, not taken over: {argument}")
            caption = self._body(_dedented(body)) if name == "figure" else []
            return [instead_of_image(argument, options.get("alt", "")), "", *caption]
        if name in ("rubric", "centered"):
            return [f"**{self.inline(argument)}**"]
        if name in _SILENT:
            return []
        if name in ("raw", "include", "plot", "video", "youtube", "only"):
            self.note(number, f"left out: .. {name}:: {argument}")
            return []
        if name in _BOXES:
            return self._body(_dedented(body))
        self.note(number, f"its text is taken, its form is not: .. {name}:: {argument}")
        heading = [f"**{self.inline(argument)}**", ""] if argument else []
        return [*heading, *self._body(_dedented(body))]

    def _item(self, item: re.Match, lines: list[Line]) -> tuple[list[str], int]:
        number, width = lines[0][0], len(item["mark"] + item["space"])
        used = 1 + _indented(lines[1:], min(width, 2))
        inside = self._body([(number, item["text"]), *_dedented(lines[1:used])])
        digits = re.sub(r"\D", "", item["mark"])
        mark = f"{digits or '1'}." if item["mark"] not in "-*+•" else "-"
        first = inside[0] if inside else ""
        rest = [f"    {line}" if line else "" for line in inside[1:]]
        while rest and not rest[-1]:
            rest.pop()
        ended = used < len(lines) and not lines[used - 1][1].strip()
        return [f"{mark:<3} {first}", *rest, *[""] * ended], used

    def _table(self, lines: list[Line]) -> tuple[list[str], int]:
        self.note(lines[0][0], "a table, as it was typed")
        used = _until_blank(lines)
        if not lines[0][1].startswith(
            "+"
        ):  # a simple table may hold blank lines; three rules end it
            rules = [n for n, (_, line) in enumerate(lines) if _TABLE.fullmatch(line)]
            used = rules[2] + 1 if len(rules) > 2 else used
        return ["```text", *(line for _, line in lines[:used]), "```"], used

    def _paragraph(self, lines: list[Line]) -> tuple[list[str], int]:
        used = 1
        if used < len(lines) and lines[1][1].startswith(" ") and lines[1][1].strip():
            return self._definition(lines)
        while used < len(lines) and lines[used][1].strip() and not self._begins(lines[used:]):
            used += 1
        text = "\n".join(line.strip() for _, line in lines[:used])
        if not text.endswith("::"):
            return self.inline(text).split("\n"), used
        text = text[:-2].rstrip() + ":" * (len(text) > 2 and not text[:-2].endswith((" ", "\n")))
        words = self.inline(text).split("\n") if text.strip(":") else []
        block = _indented(lines[used:], 1)
        body = _raw(_dedented(lines[used : used + block]))
        code = ["", "```text", *body, "```"] if body else []
        return [*words, *code], used + block

    def _begins(self, lines: list[Line]) -> bool:
        """Whether another element begins in the midst of a paragraph, for want of a blank line."""
        text = lines[0][1]
        return text.startswith(".. ") or bool(self._is_title(lines))

    @staticmethod
    def _is_title(lines: list[Line]) -> bool:
        under = lines[1][1] if len(lines) > 1 else ""
        return (
            bool(_UNDERLINE.fullmatch(under)) and len(under.strip()) >= len(lines[0][1].strip()) > 3
        )

    def _definition(self, lines: list[Line]) -> tuple[list[str], int]:
        used = 1 + _indented(lines[1:], 1)
        term = self.inline(lines[0][1].strip())
        body = self._body(_dedented(lines[1:used])) or [""]
        while len(body) > 1 and not body[-1]:
            body.pop()
        return [term, f":   {body[0]}", *_shifted(body[1:]), ""], used

    def inline(self, text: str) -> str:
        """The markup within a paragraph."""
        return _INLINE.sub(self._inline, text)

    def _inline(self, match: re.Match) -> str:
        kind = match.lastgroup
        value = match[kind]
        if kind == "literal":
            return _code(value)
        if kind == "of_role":
            return self._role(match["role"], " ".join(value.split()))
        if kind == "url":
            name, url = match["link"], value.strip()
            url = self.targets.get(_key(url[:-1]), url) if url.endswith("_") else url
            return self._link(" ".join((name or url).split()), url)
        if kind in ("phrase", "word"):
            url = self.targets.get(_key(value))
            words = " ".join(value.split())
            unknown = words if kind == "phrase" else match[0]
            return self._link(words, url) if url else unknown
        if kind == "plain":
            return _code(value)
        if kind == "footnote":
            return f"[^{value.lstrip('#')}]"
        if kind == "sub":
            known = self.substitutions.get(value)
            return self.inline(known) if known else match[0]
        if kind == "bare":
            return f"<{value}>"
        if kind == "escaped":
            return "" if value.isspace() else match[0]
        return "&lt;" if value == "<" else f"\\{value}"  # a dollar, or a star within a word

    def _link(self, words: str, url: str) -> str:
        if ABROAD.match(url):
            return f"<{url}>" if words == url else f"[{words}]({url})"
        self.note(self._line, f"a link to another page of theirs: {url}")
        return words

    def _role(self, role: str, text: str) -> str:
        name = role.rpartition(":")[2]
        if name == "math":
            return f"${text.strip()}$"
        titled = re.fullmatch(r"(?P<title>.*?)\s*<(?P<target>.*)>", text, re.DOTALL)
        if name in (
            "doc",
            "ref",
            "term",
            "numref",
            "download",
            "any",
            "sup",
            "sub",
            "title",
            "abbr",
        ):
            if name in ("doc", "ref", "numref", "download", "any"):
                target = titled["target"] if titled else text
                self.note(self._line, f"a link to another page of theirs: {target}")
            return titled["title"] if titled else text
        if name in ("strong", "emphasis"):
            return f"**{text}**" if name == "strong" else f"*{text}*"
        text = titled["title"] if titled else text
        text = text.rpartition(".")[2] if text.startswith("~") else text.lstrip("!")
        return _code(text + "()" * (name in ("func", "meth") and not text.endswith(")")))


def instead_of_image(target: str, words: str) -> str:
    """A comment in the place of an image, which is not taken over."""
    said = f"image {target[:200]}: {words or 'no words'}".replace("--", "- -")
    return f"<!-- {said} -->"


def _key(name: str) -> str:
    return " ".join(name.strip("`").replace("\\", "").lower().split())


def _code(text: str) -> str:
    text = " ".join(text.split())
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _dedented(lines: Iterable[Line]) -> list[Line]:
    """The lines without the indentation that all of them have."""
    lines = list(lines)
    margin = min((_margin(text) for _, text in lines if text.strip()), default=0)
    return [(number, text[margin:].rstrip()) for number, text in lines]


def _margin(text: str) -> int:
    return len(text) - len(text.lstrip())


def _indented(lines: list[Line], least: int) -> int:
    """How many of the first lines are blank or indented by `least` columns; with the blank ones behind."""
    used = 0
    for _, text in lines:
        if text.strip() and _margin(text) < least:
            break
        used += 1
    return used


def _until_blank(lines: list[Line]) -> int:
    return next((n for n, (_, text) in enumerate(lines) if not text.strip()), len(lines))


def _options(body: list[Line]) -> tuple[dict[str, str], list[Line]]:
    """The options at the beginning of a directive's body, and the rest of it."""
    options = {}
    while body and (option := _OPTION.fullmatch(body[0][1])):
        options[option["name"]] = option["value"] or ""
        body = body[1:]
    return options, body


def _raw(body: list[Line]) -> list[str]:
    """Lines of code as they are, without blank ones around."""
    return "\n".join(text for _, text in body).strip("\n").split("\n") if body else []


def _shifted(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _formulas(body: list[Line]) -> list[str]:
    """Formulas with blank lines between; as in Sphinx, several rows need no environment."""
    found: list[str] = []
    text = "\n".join(line for _, line in body)
    for formula in re.split(r"\n\s*\n", text.strip("\n")):
        formula = "\n".join(line.strip() for line in formula.split("\n") if line.strip())
        if "\\begin" not in formula and ("\\\\" in formula or "&" in formula):
            formula = f"\\begin{{aligned}}\n{formula}\n\\end{{aligned}}"
        found += ["", "$$", *formula.split("\n"), "$$", ""]
    return found
