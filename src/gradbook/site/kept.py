"""Pages as an earlier build made them, for a build that finds them unchanged. Knows MkDocs' pages, and
Material's search.

It buys two thirds of the time of an unchanged rebuild, and nothing rests on it: without this module all is made anew.
What is kept of a page stands beside a key of all that it was made of; a page of which anything was said, a warning or
a problem, is never kept, so that it is said again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, get_toc

from gradbook.page.pages import Page
from gradbook.run.cache import Texts, digest, key
from gradbook.run.outputs import Run
from gradbook.site.html import from_kept, to_keep

if TYPE_CHECKING:
    from material.plugins.search.plugin import SearchIndex

# Extensions of Python-Markdown whose HTML depends on the page's text and their settings. Another may read files.
PURE = {
    *("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "meta", "nl2br"),
    *("sane_lists", "smarty", "tables", "toc"),
    *(f"pymdownx.{name}" for name in ("arithmatex", "betterem", "caret", "critic", "details", "highlight")),
    *(f"pymdownx.{name}" for name in ("inlinehilite", "keys", "mark", "smartsymbols", "superfences", "tabbed")),
    *(f"pymdownx.{name}" for name in ("tasklist", "tilde")),
    *("gradbook", "gradbook.mathematics"),
}


class Kept:
    """A folder of what was made of pages; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.texts = folder and Texts(folder)
        self._files: tuple[Files, str] | None = None

    def made(self, name: str, made_of: list[str], make: Callable[[], str]) -> str:
        """What an earlier build made of the same, else what `make` gives. A name has one text at a time."""
        if self.texts is None:
            return make()
        name, now = digest(name), key(json.dumps(made_of))
        found, _, text = (self.texts.read(name) or "").partition("\n")
        if found != now:
            text = make()
            self.texts.write(name, f"{now}\n{text}")
        return text

    def render(
        self, page: MkDocsPage, known: Page | None, read: dict[str, list[Page]], config: MkDocsConfig, files: Files
    ) -> None:
        """In the place of `page.render`: the page's HTML with marks, its headings and its links.

        `known` is the page of its file, or None; `read` takes it, as our extension puts there what it reads.
        """
        uri = page.file.src_uri
        if known is None or not {*config.markdown_extensions} <= PURE:
            MkDocsPage.render(page, config, files)
            return

        def make() -> str:
            formulas = config.mdx_configs["gradbook.mathematics"]["report"]  # those that are wrong
            told = len(formulas)
            with _Listening() as listening:
                MkDocsPage.render(page, config, files)
            html = to_keep(page.content)
            if len(formulas) > told:
                return ""
            # A page with faults is read anew each time, and is another one then.
            if listening.heard or html is None or page.links_to_anchors is None or read.get(uri) != [known]:
                return ""
            return json.dumps(_form(page, html))

        made_of = [page.markdown, *_sources(known), _settings(config), self._addresses(files)]
        text = self.made(f"rendered {uri}", made_of, make)
        if page.content is None:
            if text:
                read.setdefault(uri, []).append(known)
                _restore(page, json.loads(text), files)
            else:
                MkDocsPage.render(page, config, files)

    def index(self, index: SearchIndex, page: MkDocsPage) -> None:
        """In the place of `index.add_entry_from_context` of Material's search: the page's entries."""

        def make() -> str:
            before = len(index.entries)
            type(index).add_entry_from_context(index, page)
            made = index.entries[before:]
            del index.entries[before:]
            return json.dumps(made)

        made_of = [page.content, repr(page.meta), page.title, page.url]
        index.entries += json.loads(self.made(f"indexed {page.file.src_uri}", made_of, make))

    def _addresses(self, files: Files) -> str:
        """Where all files of the site lie, which links depend on."""
        if self._files is None or self._files[0] is not files:
            found = sorted((file.src_uri, file.url, file.inclusion.name) for file in files)
            self._files = files, digest(json.dumps(found))
        return self._files[1]


def outcome(known: Page, run: Run) -> list[str]:
    """All that what is shown of a page's program is made of."""
    cells = [[cell.started, [asdict(output) for output in cell.outputs]] for cell in run.cells]
    return [*_sources(known), json.dumps([cells, run.fault and asdict(run.fault)])]


def _sources(known: Page) -> list[str]:
    return [known.path, known.text, known.snippet.text if known.snippet else ""]


def _settings(config: MkDocsConfig) -> str:
    """What MkDocs and the extensions are told, but for the objects that our plugin hands to its own."""
    ours = {"gradbook", "gradbook.mathematics"}
    told = {name: settings for name, settings in config.mdx_configs.items() if name not in ours}
    macros = config.mdx_configs.get("gradbook.mathematics", {}).get("macros")
    where = [config.site_url, config.use_directory_urls, config.docs_dir]
    return repr([config.markdown_extensions, told, macros, config.validation, where])


class _Listening(logging.Handler):
    """Hears whether MkDocs says anything: of a link that leads nowhere, for one."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = True

    def __enter__(self) -> _Listening:
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)


def _form(page: MkDocsPage, html: str) -> dict:
    """All that `page.render` gives a page, for JSON."""
    links = {file.src_uri: anchors for file, anchors in page.links_to_anchors.items()}
    headings = [_heading(link) for link in page.toc]
    anchors = sorted(page.present_anchor_ids)
    return {"html": html, "headings": headings, "title": page._title_from_render, "anchors": anchors, "links": links}


def _heading(link: AnchorLink) -> dict:
    children = [_heading(child) for child in link.children]
    return {"name": link.title, "id": link.id, "level": link.level, "children": children}


def _restore(page: MkDocsPage, form: dict, files: Files) -> None:
    page.content = from_kept(form["html"])
    page.toc = get_toc(form["headings"])
    page._title_from_render = form["title"]
    page.present_anchor_ids = {*form["anchors"]}
    page.links_to_anchors = {files.get_file_from_path(uri): anchors for uri, anchors in form["links"].items()}
