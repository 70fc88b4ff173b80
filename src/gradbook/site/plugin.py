"""The MkDocs plugin, a thin adapter: starts all programs at once, collects problems, and never leaves half a site."""

from __future__ import annotations

import errno
import logging
import os
import posixpath
import socket
import sys
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

from mkdocs.config import config_options as option
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url, write_file

from gradbook.errors import Location, Problem, Problems, command
from gradbook.page.listing import Listing, numbers_of
from gradbook.page.pages import Page
from gradbook.project import Project
from gradbook.site import (
    atlas,
    attachments,
    checkpoint,
    conventions,
    dirty,
    elsewhere,
    jupyter,
    navigation,
    playground,
    teaching,
    trouble,
    versions,
    waiting,
)
from gradbook.site.answers import with_fields
from gradbook.site.counts import counts, figures, minutes, with_rests
from gradbook.site.font import cut_font, is_current
from gradbook.site.html import filled, holds_box, holds_mark, to_keep
from gradbook.site.kept import Kept, outcome
from gradbook.site.labs import filled_lab, is_lab
from gradbook.site.modules import plain_script
from gradbook.site.progress import follow
from gradbook.site.prose import Place
from gradbook.site.swap import StagedSite, put
from gradbook.site.templates import Compiled

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = get_plugin_logger("gradbook")
# The plugin for dates is loaded after this one; its import would fail on a machine without git.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


class GradbookConfig(Config):
    """The options of the plugin."""

    # The address of the site that has the pages which this one links to and lacks.
    elsewhere = option.Type(str, default="")
    # The parts whose numbers in sentences are looked at, or all.
    numbers = option.Type((bool, list), default=False)


class GradbookPlugin(BasePlugin[GradbookConfig]):
    """Runs the snippets of all pages while MkDocs builds, and stops the build if any page says what is not so."""

    project: Project | None = None
    # As when another program builds with MkDocs as a library, and ends without on_shutdown.
    command, dirty = "", False
    staged: StagedSite | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command, self.dirty = command, dirty
        if dirty and command == "serve":
            waiting.say_less()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        # `mkdocs serve` comes here at each rebuild, and keeps what it knows.
        if self.project is None:
            if self.command == "serve":
                _refuse_if_taken(*config.dev_addr)
            self.project = Project(Path(config.config_file_path).parent, self._listing_of(config))
            self.project.tell = log.info
            runs = self.project.executor.cache
            self.kept = Kept(runs and runs.folder / "pages")
            self.attachments = attachments.Attachments(self.project, self.kept)
        self.project.listing = self._listing_of(config)
        self._configure_extensions(config)
        caches = self.project.executor.cache is not None
        jupyter.prepare(config, self._cache / "mkdocs-jupyter" if caches else None)
        if self.command == "build" and not self.dirty:
            # MkDocs writes into a folder beside the site.
            self.staged, self.failed = StagedSite(Path(config.site_dir)), True
            config.site_dir = str(self.staged.folder)
        return config

    def _listing_of(self, config: MkDocsConfig) -> Listing:
        """Where the pages lie and which are left out; here MkDocs shows what hooks add."""
        docs = Path(config.docs_dir)
        return Listing(docs, config.exclude_docs, config.draft_docs, numbers=numbers_of(self.config))

    @property
    def _cache(self) -> Path:
        """The project's folder for what can be made again."""
        return self.project.root / ".cache"

    def _configure_extensions(self, config: MkDocsConfig) -> None:
        """Have pages wait for their outcomes, and problems collected."""
        # Without it pages would show their fences as they are.
        if "gradbook" not in config.markdown_extensions:
            config.markdown_extensions.append("gradbook")
        # By their paths below docs; first the page, then what plugins show of it elsewhere.
        self.read: dict[str, list[Page]] = {}
        options = {"project": self.project, "boxes": True, "later": self.read}
        config.mdx_configs["gradbook"] = options
        self.formulas: list[Problem] = []
        mathematics = config.mdx_configs.setdefault("gradbook.mathematics", {})
        mathematics["report"] = self.formulas
        if font := mathematics.get("font"):
            # Seen from the project's folder, wherever the build was started.
            font = self.project.root / font
            mathematics["font"] = str(font)
            if not is_current(font):  # MkDocs will list the files, and this one among them
                cut_font(font)

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Start all programs, so that they run while MkDocs renders."""
        self.written: list[MkDocsPage] = []
        self.boxed: list[MkDocsPage] = []
        self.differences: list[Problem] = []
        self.told = False
        self.listed = self.project.page_files()
        pages, unreadable = self.project.pages()
        if unreadable:
            raise BuildError(f"{Problems(self.project.problems())}")
        self.counts = counts(pages)
        self.project.start_all(pages)
        if log.isEnabledFor(logging.INFO):  # not where `--quiet` asks for silence
            follow([self.project.start(page) for page in pages], log.info, sys.stderr)

    @event_priority(-100)  # when other plugins have added theirs
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        if self.dirty:
            dirty.mark_changed(files, self.project)
        if config.nav:
            navigation.complete(config.nav, _listed(files))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        self.nav = nav
        navigation.adopt(nav, files)
        self.playground = files.get_file_from_path("playground/index.md")
        index = getattr(config.plugins.get("material/search"), "search_index", None)
        if index is not None:
            index.add_entry_from_context = partial(self.kept.index, index)

        def address(uri: str) -> str | None:
            file = files.get_file_from_path(uri)
            return file and file.url

        self.atlas = atlas.Links(self.project.snippets, address)
        there = {page.file.src_uri for page in nav.pages}
        docs = self.project.name(self.project.docs)
        self.lost = navigation.missing(_listed(files), there, docs)
        return nav

    def on_pre_page(
        self, page: MkDocsPage, *, config: MkDocsConfig, files: Files
    ) -> MkDocsPage:
        path = Path(config.docs_dir, page.file.src_uri)
        known = self.project.page(path) if path.is_file() else None
        page.render = partial(self.kept.render, page, known, self.read)
        return page

    def on_page_markdown(
        self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Write the lists of messages and traps, the tables of the atlas; find the pages that are elsewhere."""

        def address(uri: str) -> str:
            return files.get_file_from_path(uri).url_relative_to(page.file)

        if self.config.elsewhere:
            there = Place(page.file.src_uri, self.config.elsewhere)
            markdown = elsewhere.linked(markdown, there, files.src_uris)
        markdown = trouble.completed(markdown, Path(config.docs_dir), address)
        markdown = conventions.completed(markdown, self.project.snippets, address)
        markdown = versions.completed(
            markdown,
            self.project.root,
            self.project.snippets,
            lambda uri: address(uri) if files.get_file_from_path(uri) else None,
        )
        return atlas.completed(markdown, self.project.snippets, address)

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Tell templates how long the page takes, before any of them is rendered; add a message's older wordings."""
        page.minutes = 0 if checkpoint.asks(html) else minutes(html)
        # Not into its Markdown, which is to stay the text of the file.
        return html + trouble.older_wordings(page.meta.get("messages", ()))

    @event_priority(100)  # before the search index reads the page
    def on_page_context(
        self, context: dict, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> dict:
        """Put the outcomes into the page; tell the template of its downloads, and what printed its numbers."""
        context["printed_by"] = _printed_by()
        context["counts"] = self.counts
        context["downloads"], context["colab"] = {}, ""
        self.written.append(page)
        page.content = self._with_questions(self._with_tables(page), page, config)
        known = self._known(page)
        if known is None:
            return context
        page.content = self._filled(page, known, config)
        if known.steps:
            paths = _download_paths(page.file)
            context["downloads"] = {what: posixpath.basename(path) for what, path in paths.items()}
            context["colab"] = attachments.in_colab(
                paths["Notebook"], config.repo_url, config.extra.get("notebooks")
            )
            if not self.project.page_problems(known):
                # Made now, while other programs still run.
                self.attachments.of(known, _place(page.file, config), config.repo_url)
        return context

    def _with_tables(self, page: MkDocsPage) -> str:
        """The page's HTML with the tables for who teaches, and the one of what numbers rest on."""

        def of(part: str) -> list[teaching.Taught]:
            sections = [item for item in self.nav.items if item.is_section and item.title == part]
            if not sections:
                self._differs(page, f"asks for the pages of {part!r}, which is no part in the navigation")
            # With --dirty some have not been read.
            pages = [child for section in sections for child in section.children if child.is_page]
            # With --dirty some have not been read; a checkpoint repeats what its part asks.
            return [self._taught(child) for child in pages if child.content is not None and child.minutes]

        def address(url: str) -> str:
            return get_relative_url(url, page.url)

        html = with_rests(page.content, [*self.project.rests.values()])
        return teaching.completed(html, of, address)

    def _with_questions(self, html: str, page: MkDocsPage, config: MkDocsConfig) -> str:
        """A checkpoint's HTML with the questions that it draws from the pages of its part."""
        if not checkpoint.asks(html):
            return html
        sources = []
        for other in page.parent.children if page.parent else ():
            known = other.is_page and other is not page and self._known(other)
            if known and other.content is not None:  # with --dirty some have not been read
                other.content = self._filled(other, known, config)
                code = checkpoint.shown(known)
                sources.append(checkpoint.Source(other.title, other.url, other.content, code))
        html, missing = checkpoint.completed(html, sources, lambda url: get_relative_url(url, page.url))
        if missing and not self.dirty:
            self._differs(page, f"asks for {missing} questions more than the pages of its part have")
        return html

    def _taught(self, page: MkDocsPage) -> teaching.Taught:
        known = self._known(page)
        drawn = figures(known, self.project.verify(known)[0]) if known else 0
        return teaching.Taught(page.title, page.url, page.content, page.minutes, drawn)

    def _known(self, page: MkDocsPage) -> Page | None:
        """The page as our extension read it; None if it did not, as where another plugin made it."""
        return self.read.get(page.file.src_uri, [None])[0]

    def _filled(self, page: MkDocsPage, known: Page, config: MkDocsConfig) -> str:
        """The page's HTML with the outcomes of its program. Waits for it."""
        if not holds_mark(page.content):
            return page.content
        run, verified = self.project.verify(known)

        def make() -> str:
            if is_lab(page.file.src_uri) and jupyter.NAME in config.plugins:
                return filled_lab(
                    page.content,
                    known,
                    verified,
                    lambda notebook: jupyter.rendered(notebook, page.file.name, config),
                )
            return with_fields(filled(page.content, known, verified))

        html = to_keep(page.content)
        if html is None or self.project.page_problems(known):
            return make()
        made_of = [html, *outcome(known, run), jupyter.settings(config)]
        return self.kept.made(f"filled {page.file.src_uri}", made_of, make)

    @event_priority(100)  # before anything is copied or written
    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> None:
        if self.project.executor.cache:
            env.bytecode_cache = Compiled(str(self._cache / "gradbook" / "templates"))
        if not self.staged:  # else it is written meanwhile, into its own folder
            self._report(self._problems())

    @event_priority(-100)  # what is written, whatever other plugins made of it
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Compare what is shown with what was verified."""
        if self.playground:
            output = playground.linked(output, page.file.url, self.playground.url)
        if holds_mark(output):  # some plugins show a part of another page, or text of their own
            for known in self._read_pages():
                output = filled(output, known, self.project.verify(known)[1])
        if self._known(page) is None and page.markdown.strip():
            self._differs(page, "is made by another plugin, so nothing on it is checked")
        if holds_mark(output):
            self._differs(page, "shows cells whose outputs are not known")
        output = self.atlas.put(output, page.file.url)
        if holds_box(output):
            self.boxed.append(page)
        return output

    def _read_pages(self) -> list[Page]:
        """All that our extension has read in this build."""
        return [page for pages in self.read.values() for page in pages]

    def _differs(self, page: MkDocsPage, fault: str) -> None:
        at = Location(self.project.name(self.project.docs / page.file.src_uri), 0)
        self.differences.append(Problem((at,), f"this page {fault}"))

    def _problems(self) -> list[Problem]:
        """All that is wrong; waits for all programs. A page counts as it was rendered, whatever its file says."""
        return self.project.problems(self._read_pages()) + self.lost + self.formulas

    def _report(self, problems: list[Problem]) -> None:
        """Stop if anything is wrong; a server goes on."""
        self.told = self.told or bool(problems)
        if problems and self.command == "serve":
            log.error("%s", Problems(problems))
        elif problems:
            raise BuildError(f"{Problems(problems)}")

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object
    ) -> LiveReloadServer:
        pages, _ = self.project.pages()
        self.project.executor.warm(page.steps for page in pages)  # for the first edit
        if self.project.snippets.is_dir():
            server.watch(str(self.project.snippets))
        if self.dirty:
            whole = "make serve DIRTY=" if "MAKELEVEL" in os.environ else command("mkdocs serve")
            log.info(
                "Only a page that changes is built again; navigation, search and lists of pages are not."
                f" To have all of them renewed:  {whole}"
            )
        waiting.while_building(server, self.project)
        return server

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write what readers may take along: each page as notebook, script and Markdown, and llms.txt."""
        for path in self.listed:
            if not path.is_file():
                self.project.page(path)  # says so
        self._report((self._problems() if self.staged else []) + self.differences)
        if not self.told:  # whatever else went wrong, no box is published in silence
            for page in self.boxed:
                self._differs(page, "shows a problem that nobody has told")
            self._report(self.differences)
        for page in self.written:
            if known := self._known(page):
                self._write_attachments(known, page.file, config)
        self._write_trouble(config)
        if not self.dirty:  # which leaves most pages, and their titles, unread
            beside = [page for page in self.written if page not in self.nav.pages]
            pages = [_listing(page, config) for page in [*self.nav.pages, *beside]]
            text = attachments.llms(config.site_name, config.site_description or "", pages)
            write_file(text.encode(), os.path.join(config.site_dir, "llms.txt"))
        self._bundle_modules(config)
        self.failed = False

    def _bundle_modules(self, config: MkDocsConfig) -> None:
        """Put the modules of each player into one script, which also runs from disk."""
        before = self.staged.site if self.staged else Path(config.site_dir)
        for entry in ("graph", "practice", "playground", "answers", "slider"):
            module = Path(config.docs_dir, f"assets/{entry}.js")
            if module.is_file():
                script = Path(f"assets/{entry}-player.js")
                put(plain_script(module).encode(), config.site_dir / script, before / script)

    def _write_trouble(self, config: MkDocsConfig) -> None:
        """Write what the box "Paste the error" asks for."""
        files = {page.file.src_uri: page.file for page in self.written}
        if trouble.ERRORS in files:
            made = trouble.data(Path(config.docs_dir), lambda uri: files[uri].url)
            for path, text in made.items():
                write_file(text.encode(), os.path.join(config.site_dir, path))

    def _write_attachments(self, known: Page, file: File, config: MkDocsConfig) -> None:
        before = self.staged.site if self.staged else Path(config.site_dir)
        paths = _download_paths(file)
        for what, text in self.attachments.of(known, _place(file, config), config.repo_url).items():
            put(text.encode(), Path(config.site_dir, paths[what]), before / paths[what])

    def on_build_error(self, *, error: Exception) -> None:
        self.failed = True  # strict mode aborts after on_post_build
        left = " The site before is as it was." if self.staged else ""
        if isinstance(error, Problem):
            raise Abort(f"{error}\nSomething changed it during the build.{left}") from None
        # A full disk, a folder that may not be written, a page deleted meanwhile.
        if isinstance(error, OSError):
            raise Abort(f"{_fault(error)}.{left}") from None

    def on_shutdown(self) -> None:
        if self.project:
            self.project.executor.close()
            self.project = None  # MkDocs keeps this object for the next build of the same process
        if self.staged and self.failed:
            self.staged.discard()
        elif self.staged:
            self.staged.publish()
        self.staged = None


def _refuse_if_taken(host: str, port: int) -> None:
    """Say at once, and not after a whole build, that the server will not get its address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                serve = command(f"mkdocs serve --dev-addr {host}:{port + 1}")
                if "MAKELEVEL" in os.environ:
                    serve = f"make serve PORT={port + 1}"
                message = f"{host}:{port} is taken by another program. Try:  {serve}"
                raise Abort(message) from None


def _listed(files: Files) -> list[str]:
    """The pages that belong into the navigation, by their paths below docs."""
    return [f.src_uri for f in files.documentation_pages() if f.inclusion.is_in_nav()]


def _place(file: File, config: MkDocsConfig) -> Place:
    return Place(file.src_uri, config.site_url or "", config.use_directory_urls)


def _download_paths(file: File) -> dict[str, str]:
    """Where in the site the page's downloads lie, by what they are."""
    return attachments.paths(posixpath.join(posixpath.dirname(file.dest_uri), file.name))


def _listing(page: MkDocsPage, config: MkDocsConfig) -> tuple[str, str, str]:
    """A page's title, the address of its Markdown, and its summary, as llms.txt has them."""
    address = (config.site_url or "") + _download_paths(page.file)["Markdown"]
    return page.title, address, page.meta.get("description", "")


@cache
def _printed_by() -> dict[str, str]:
    """What printed the numbers of all pages, and its versions."""
    return {"torch": version("torch").partition("+")[0], "Python": python_version()}


def _fault(error: OSError) -> str:
    path = error.filename2 or error.filename
    where = f" ({path})" if path else ""
    lost = isinstance(error, FileNotFoundError)
    fault = "A file was lost during the build" if lost else "The site could not be written"
    return f"{fault}: {error.strerror or error}{where}"
