"""Faults from the field, each as a case to read: a page or a small site, and what each surface makes of it.

The cases lie in `tests/cases/field/`. A case whose files include `mkdocs.yml` is a site of its own, built strictly.
All others are pages of one site, in folders of their own: it is built and checked once, as `mkdocs serve` builds it,
so that a faulty page does not hide the others. In what is expected, `...` stands for any text.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from case_files import CASES, page_of, sections
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mkdocs.commands.build import build
from mkdocs.config import load_config

from gradbook.__main__ import main

PARTS = {
    title: (path.stem, parts)
    for path in sorted((CASES / "field").glob("*.md"))
    for title, parts in sections(path).items()
}
SHARED = [title for title, (_, parts) in PARTS.items() if "mkdocs.yml" not in parts]
SITES = [title for title in PARTS if title not in SHARED]
EXTENSIONS = """\
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
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.arithmatex: {generic: true}
  - gradbook
"""
CONFIG = f"site_name: Field\nsite_url: https://example.org/\ntheme: mkdocs\nplugins: [gradbook]\n{EXTENSIONS}"
COMMONMARK = (
    MarkdownIt().enable("table").use(footnote_plugin)
)  # as Jupyter and GitHub read Markdown
# Told of a program that lasts; on a busy machine others last, too.
_LASTS = re.compile(r"still running after .*\n")
QUIET = {"NO_MKDOCS_2_WARNING": "1", "CI": ""}


@dataclass
class Case:
    """One case: the files it writes, and what it expects, by label."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, title: str) -> Case:
        case = cls(title)
        for label, text in PARTS[title][1].items():
            if label.endswith(" links to"):
                case.links[label.removesuffix(" links to")] = text.strip()
            elif "." in label:
                case.files[label] = text
            else:
                case.expected[label] = text
        if not any(Path(name).suffix == ".md" for name in case.files):
            case.files["docs/page.md"] = page_of(case.files["snippets/page.py"])
        return case

    @property
    def folder(self) -> str:
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")

    def write(self, root: Path, inside: str = "") -> None:
        """Write the files, each into its folder's subfolder `inside`, if there is one."""
        for name, text in self.files.items():
            top, _, below = name.partition("/")
            path = root / top / inside / below if below else root / top
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                text.replace('--8<-- "', f'--8<-- "{inside}/') if inside else text, "utf-8"
            )
        for name, target in self.links.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(target)


@dataclass
class Told:
    """What a command said, on standard error or in its log, and on standard output before it; its exit status."""

    status: int
    text: str
    out: str = ""


class Built:
    """A folder with a site: what check, build and pytest say of it, and what readers get."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def check(self) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with chdir(self.root), redirect_stdout(out), redirect_stderr(err):
            status = main(["check"])
        return Told(status, _LASTS.sub("", err.getvalue()), out.getvalue())

    @cached_property
    def strict(self) -> Told:
        """`mkdocs build --strict`, in this process."""
        return self.rendered("build", strict=True)

    @cached_property
    def served(self) -> Told:
        """The first build of `mkdocs serve`, which shows problems on the pages and goes on."""
        return self.rendered("serve")

    def rendered(self, command: str, **options: bool) -> Told:
        said = io.StringIO()
        handler = logging.StreamHandler(said)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(handler)
        config, status = load_config(str(self.root / "mkdocs.yml"), **options), 0
        config.plugins.on_startup(command=command, dirty=False)
        try:
            build(config)
        except SystemExit as stopped:  # MkDocs' own: one message, exit status 1
            status = 1
            said.write(f"{stopped}\n")
        except Exception as error:
            status = 1
            said.write(f"Traceback: {type(error).__name__}: {error}\n")
        finally:
            config.plugins.on_shutdown()
            logger.removeHandler(handler)
        return Told(status, said.getvalue())

    def article(self, page: str) -> BeautifulSoup:
        html = (self.root / "site" / page / "index.html").read_text("utf-8")
        soup = BeautifulSoup(html, "html.parser")
        return soup.select_one("article") or soup.select_one("[role=main]")

    def copies(self, page: str) -> dict[str, BeautifulSoup]:
        """The downloads of a page as their readers see them: as CommonMark, the notebook cell by cell."""
        folder, name = self.root / "site" / page, page.rpartition("/")[2]
        found = {"Markdown copy": COMMONMARK.render((folder / f"{name}.md").read_text("utf-8"))}
        if (notebook := folder / f"{name}.ipynb").exists():
            found["notebook"] = "".join(
                COMMONMARK.render(cell["source"])
                if cell["cell_type"] == "markdown"
                else f"<pre><code>{escape(cell['source'])}</code></pre>{escape(str(cell['outputs']))}"
                for cell in json.loads(notebook.read_text("utf-8"))["cells"]
            )
        return {
            name: BeautifulSoup(f"<body>{html}</body>", "html.parser")
            for name, html in found.items()
        }

    def script(self, page: str, folder: Path) -> str:
        """What the page's script prints on standard output, run by plain Python, and how it failed, if it did."""
        path = self.root / "site" / page / f"{page.rpartition('/')[2]}.py"
        run = subprocess.run(
            [sys.executable, path], cwd=folder, capture_output=True, text=True, timeout=300,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        return run.stdout if run.returncode == 0 else run.stdout + run.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with all sites, written once."""
    patch = pytest.MonkeyPatch()
    for name, value in QUIET.items():
        patch.setenv(name, value)
    root = tmp_path_factory.mktemp("field")
    (root / "pages" / "docs").mkdir(parents=True)
    (root / "pages" / "mkdocs.yml").write_text(CONFIG)
    (root / "pages" / "docs" / "index.md").write_text("# Home\n\nText.\n")
    for title in SHARED:
        case = Case.read(title)
        case.write(root / "pages", case.folder)
    for title in SITES:
        case = Case.read(title)
        case.write(root / case.folder)
    yield root
    patch.undo()


@pytest.fixture(scope="module")
def pages(folder: Path) -> Built:
    """The site of all cases that are pages."""
    built = Built(folder / "pages")
    told = built.served
    assert told.status == 0, told.text
    return built


@pytest.fixture(scope="module")
def tested(folder: Path) -> str:
    """What `pytest docs` says, for all sites in one process."""
    docs = sorted(str(path) for path in folder.glob("*/docs"))
    command = [sys.executable, "-m", "pytest", "--markdown-docs", "-q", "-rfE", "--tb=short"]
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", folder, *docs],
        cwd=folder, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return run.stdout


def pattern(text: str) -> str:
    """The text as a pattern; of four dots, the first is a full stop."""
    return re.sub(r"\\\.\\\.\\\.(?!\\\.)", ".*?", re.escape(text.rstrip("\n")))


def is_like(expected: str, got: str) -> bool:
    return re.fullmatch(pattern(expected), got.rstrip("\n"), re.S) is not None


def holds(expected: str, got: str) -> bool:
    return re.search(pattern(expected), got, re.S) is not None


def without_count(text: str) -> str:
    return re.sub(r"\n*\d+ problems?\.\s*\Z", "", text).strip("\n")


def unmatched(rules: str, soup: BeautifulSoup) -> Iterator[str]:
    """The lines `selector | text` that no element of the document matches; `img[src]` asks for an attribute."""
    for line in rules.splitlines():
        selector, _, wanted = line.partition(" | ")
        attribute = re.search(r"\[(\w+)\]$", selector)
        found = [
            e.get(attribute[1], "") if attribute else e.get_text().strip()
            for e in soup.select(selector)
        ]
        if not any(is_like(wanted, text) for text in found):
            yield f"no {selector} is {wanted!r}: {found}"


def unlike(case: Case, built: Built, within: str, tmp_path: Path) -> Iterator[str]:
    """How what readers get differs from what the case states. `within` is where its pages lie in the site."""
    for label, wanted in case.expected.items():
        subject, _, verb = label.rpartition(" ")
        if label == "script prints":
            got = built.script(f"{within}page", tmp_path)
            if not is_like(wanted, got):
                yield f"the script prints\n{got}"
        elif subject in ("copies", "Markdown copy", "notebook"):
            for name, soup in built.copies(f"{within}page").items():
                if subject not in ("copies", name):
                    continue
                if verb in ("have", "has"):
                    yield from (f"the {name}: {fault}" for fault in unmatched(wanted, soup))
                else:
                    text = soup.get_text()
                    yield from (f"the {name} has {w!r}" for w in wanted.splitlines() if w in text)
        elif subject:
            article = built.article(f"{within}{subject}")
            text = article.get_text()
            if verb == "has":
                yield from unmatched(wanted, article)
            elif verb == "lacks":
                yield from (
                    f"the page has {w!r}:\n{text}" for w in wanted.splitlines() if w in text
                )
            elif not holds(wanted, text):
                yield f"the page shows\n{text}"


@pytest.mark.parametrize("title", SHARED)
def test_a_page(title: str, pages: Built, tested: str, tmp_path: Path) -> None:
    """Check, build and pytest give one verdict on it, the one that is stated; readers get what is stated."""
    case, wrong = Case.read(title), []
    place = f"{case.folder}/page"

    def told_of(text: str) -> str:
        parts = re.split(r"\n\n(?=\S+(?::\d+| → ))", without_count(text.removeprefix("gradbook: ")))
        return "\n\n".join(p for p in parts if f"/{case.folder}/" in p).replace(
            f"{case.folder}/", ""
        )

    stated = case.expected.get("check", "")
    told = told_of(pages.check.text)
    if not is_like(stated, told):
        wrong.append(f"check says\n{told}")
    if told_of(pages.served.text) != told:
        wrong.append(f"build says\n{told_of(pages.served.text)}")
    boxes = [box.get_text() for box in pages.article(place).select(".cell-problem")]
    if boxes and not told:
        wrong.append(f"check says nothing, boxes on the page: {boxes}")
    failed = re.findall(rf"^FAILED pages/docs/{re.escape(case.folder)}/\S+.*", tested, re.M)
    if bool(failed) is not bool(stated.strip()):
        wrong.append(f"pytest fails {failed}, stated {stated!r}")
    wrong += unlike(case, pages, f"{case.folder}/", tmp_path)
    ids = [element["id"] for element in pages.article(place).select("[id]")]
    if len(set(ids)) < len(ids):
        wrong.append(f"an id stands twice on the page: {ids}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("title", SITES)
def test_a_site(title: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The strict build ends as stated; check and pytest say what is stated; readers get what is stated."""
    case, wrong = Case.read(title), []
    built = Built(folder / case.folder)
    status, _, stated = case.expected["build"].partition("\n")
    told = built.strict
    if status.strip() != f"exit status {told.status}" or not holds(stated, told.text):
        wrong.append(f"the strict build ends with exit status {told.status}:\n{told.text}")
    if "Traceback" in told.text:
        wrong.append(f"a traceback in\n{told.text}")
    if "check" in case.expected:
        said = built.check
        text = said.out + without_count(said.text)
        if not is_like(case.expected["check"], text):
            wrong.append(f"check says, with exit status {said.status}\n{text}")
        if (said.status == 0) is not ("every output is as stated" in case.expected["check"]):
            wrong.append(f"check has exit status {said.status}")
    if "pytest" in case.expected:
        text = request.getfixturevalue("tested")
        lines = [
            re.sub(r"::.*", "", line).replace(f"{case.folder}/", "")
            for line in re.findall(rf"^(?:FAILED|ERROR) {re.escape(case.folder)}/\S+", text, re.M)
        ]
        if sorted(set(lines)) != sorted(case.expected["pytest"].split("\n"))[1:]:
            wrong.append(f"pytest: {lines}")
    if told.status == 0:
        wrong += unlike(case, built, "", tmp_path)
    elif any(" " in label for label in case.expected):
        wrong.append("there is no site to read")
    assert not wrong, "\n\n".join(wrong)


# What a page says of the machine that builds it, and what it states.
MACHINE = {
    "warnings": "import warnings\nwarnings.warn('careful')\n# > UserWarning: careful",
    "time_zone": "import time\ntime.strftime('%H:%M', time.localtime(0))\n# > '00:00'",
    "columns": "import shutil\nshutil.get_terminal_size().columns\n# > 80",
    "any_variable": "import os\n[os.environ.get(n) for n in ('MY_OWN', 'FORCE_COLOR')]\n# > [None, None]",
    "assertions": "try:\n    assert 1 == 2\nexcept AssertionError:\n    print('checked')\n# > checked",
    "encoding": "open('a.txt', 'w').encoding\n# > 'UTF-8'",
    "home": "import os\nos.path.realpath(os.path.expanduser('~')) == os.getcwd()\n# > True",
    "order_of_sets": "print({'alpha', 'beta', 'gamma', 'delta', 'epsilon'})",
}
ELSEWHERE = [
    {"PYTHONWARNINGS": "ignore", "TZ": "Asia/Tokyo", "COLUMNS": "40", "PYTHONHASHSEED": "1", "MY_OWN": "1"},
    {"PYTHONOPTIMIZE": "1", "PYTHONHASHSEED": "2", "FORCE_COLOR": "1", "LC_ALL": "C", "PYTHONUTF8": "0",
     "PYTHONCOERCECLOCALE": "0"},
]  # fmt: skip


def gradbook(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of gradbook in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gradbook", *arguments], cwd=folder, capture_output=True, text=True,
        timeout=300, env={**os.environ, **QUIET, **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What check says of the pages on two machines with other variables."""
    root = tmp_path_factory.mktemp("machines")
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG)
    for name, code in MACHINE.items():
        (root / "docs" / f"{name}.md").write_text(f"```python\n{code}\n```\n")
    return [
        gradbook(root, "check", GRADBOOK_CACHE="off", **variables).stderr for variables in ELSEWHERE
    ]


@pytest.mark.parametrize("name", MACHINE)
def test_variables_of_the_machine_change_no_output(name: str, machines: list[str]) -> None:
    """D24, D25: two machines agree with the page, and where it states nothing, with each other."""
    told = [
        "\n".join(part for part in text.split("\n\n") if part.startswith(f"docs/{name}.md"))
        for text in machines
    ]
    if name == "order_of_sets":
        assert "{'" in told[0] and told[0] == told[1]
    else:
        assert told == ["", ""]


def test_a_module_of_the_projects_folder_is_the_same_for_all_commands(tmp_path: Path) -> None:
    """D23: either no way of building can import it, or all can, and a change of it is seen."""
    Case("", {"docs/page.md": "```python\nimport helper\n\nprint(helper.X)\n# > 1\n```\n"}).write(
        tmp_path
    )
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    (tmp_path / "helper.py").write_text("X = 1\n")
    first = gradbook(tmp_path, "check")
    program = subprocess.run(
        [Path(sys.executable).with_name("mkdocs"), "build"], cwd=tmp_path, capture_output=True, text=True,
        timeout=300, env={**os.environ, **QUIET, "GRADBOOK_CACHE": "off"},
    )  # fmt: skip
    assert program.returncode == first.returncode, (program.stderr, first.stderr)
    (tmp_path / "helper.py").write_text("X = 2\n")
    second = gradbook(tmp_path, "check")
    assert second.returncode == 1, second.stdout


NOT_REPRODUCIBLE = {
    "the order of a set": ("print({'alpha', 'beta', 'gamma', 'delta', 'epsilon'})", "sorted"),
    "the hash of a string": ("print(hash('alpha'))", "# may vary"),
    "a tensor without a seed": ("import torch\n\ntorch.rand(2)", "torch.manual_seed"),
    "a number without a seed": ("import random\n\nrandom.random()", "random.seed"),
    "where an object lies": ("print(id(object()))", "# may vary"),
    "the time": ("import time\n\ntime.perf_counter_ns()", "# may vary"),
}


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A project with one page for each, after one `update`, and what that said."""
    root = tmp_path_factory.mktemp("updated")
    (root / "mkdocs.yml").write_text(CONFIG)
    for number, (code, _) in enumerate(NOT_REPRODUCIBLE.values()):
        text = f"# Page\n\n```python\nprint('steady')\n{code}\n```\n"
        Case("", {f"docs/page{number}.md": text}).write(root)
    out, err = io.StringIO(), io.StringIO()
    with chdir(root), redirect_stdout(out), redirect_stderr(err):
        status = main(["update"])
    return root, Told(status, err.getvalue(), out.getvalue())


@pytest.mark.parametrize("what", NOT_REPRODUCIBLE)
def test_update_writes_nothing_that_another_process_would_not_print(
    what: str, updated: tuple[Path, Told]
) -> None:
    """D25: the program runs twice, with another hash seed and address space; what differs is told, with its line."""
    root, told = updated
    code, remedy = NOT_REPRODUCIBLE[what]
    number = list(NOT_REPRODUCIBLE).index(what)
    lines = (root / "docs" / f"page{number}.md").read_text().split("\n")
    assert lines[3:5] == ["print('steady')", "# > steady"], "what is the same is written"
    assert lines[5:] == [*code.split("\n"), "```", ""], "what differs is not"
    line = 5 + code.count("\n")  # in the file as it was: the statement's own line
    parts = re.split(r"\n\n(?=docs/)", told.text)
    [message] = [part for part in parts if part.startswith(f"docs/page{number}.md:")]
    assert told.status == 1
    assert re.match(rf"docs/page{number}\.md:({line}|{line + 1}) ", message), message
    assert remedy in message


def test_a_build_from_another_folder_works_or_says_one_thing(tmp_path: Path) -> None:
    """D30: `mkdocs build -f dir/mkdocs.yml`; no traceback, whatever it says."""
    Case("", {"docs/index.md": "# Home\n\n$x^2$\n"}).write(tmp_path / "project")
    (tmp_path / "project" / "docs" / "assets").mkdir()
    (tmp_path / "project" / "mkdocs.yml").write_text(
        CONFIG + "  - gradbook.mathematics: {font: docs/assets/math.woff2}\n"
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "project/mkdocs.yml"]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **QUIET},
    )
    said = run.stdout + run.stderr
    assert "Traceback" not in said and '  File "' not in said
    if run.returncode:
        assert "build in the project's folder" in said
    else:
        assert "<math" in (tmp_path / "project" / "site" / "index.html").read_text()


def test_a_new_lab_has_what_a_lab_needs(tmp_path: Path) -> None:
    """A2: `new labs/…` writes the front matter; the lab is shown as a notebook."""
    labs = "plugins:\n  - mkdocs-jupyter: {include: ['labs/*.md'], execute: true}\n  - gradbook\n"
    (tmp_path / "mkdocs.yml").write_text(CONFIG.replace("plugins: [gradbook]\n", labs))
    Case("", {"docs/index.md": "# Home\n"}).write(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    with chdir(tmp_path), redirect_stdout(out), redirect_stderr(err):
        assert main(["new", "labs/first", "The first"]) == 0, err.getvalue()
        assert main(["update"]) == 0, err.getvalue()
    assert re.match(
        r"---\n.*?^jupyter:\n.*?^---\n", (tmp_path / "docs/labs/first.md").read_text(), re.M | re.S
    )
    built = Built(tmp_path)
    assert built.strict.status == 0, built.strict.text
    text = built.article("labs/first").get_text()
    assert "The first" in text and "In [1]" in text
