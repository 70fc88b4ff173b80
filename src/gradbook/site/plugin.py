"""The MkDocs plugin, a thin adapter: starts all programs at once, collects problems, and never leaves half a site."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import write_file

from gradbook.errors import Location, Problem, Problems
from gradbook.page.files import read, write
from gradbook.page.pages import Page
from gradbook.project import Project
from gradbook.run.cache import key
from gradbook.site.downloads import github, taken_along, without_expectations
from gradbook.site.html import filled
from gradbook.site.swap import Aside, put
from gradbook.site.templates import Compiled

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = get_plugin_logger("gradbook")
# The plugin for dates is loaded after this one; its import would fail on a machine without git.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

ENDINGS = {"Notebook": "ipynb", "Script": "py", "Markdown": "md"}


def is_lab(file: File) -> bool:
    """Whether the page is a notebook that mkdocs-jupyter runs and renders."""
    return file.src_uri.startswith("labs/") and file.src_uri != "labs/index.md"


def downloads(file: File) -> dict[str, str]:
    """Where in the site the page's downloads lie, by what they are."""
    folder = posixpath.dirname(file.dest_uri)
    base = posixpath.join(folder, file.name)
    return {name: f"{base}.{ending}" for name, ending in ENDINGS.items()}


def in_colab(file: File, config: MkDocsConfig) -> str:
    """Where Colab opens the page's notebook: on the branch to which CI takes the notebooks, if that is on GitHub."""
    repository, branch = github(config.repo_url), config.extra.get("notebooks")
    if not repository or not branch:
        return ""
    path = f"{repository}/blob/{branch}/{downloads(file)['Notebook']}"
    return f"https://colab.research.google.com/github/{path}"


def complete(nav: list, pages: list[str]) -> None:
    """Add each page that the navigation lacks at the end of the section that holds its folder's other pages."""
    sections = list(_sections(nav))
    named = {entry for section in sections for entry in _pages(section)}
    for page in sorted(set(pages) - named):
        folder = page.rpartition("/")[0]
        homes = [s for s in sections if any(e.rpartition("/")[0] == folder for e in _pages(s))]
        if folder and homes:
            homes[0].append(page)


def _sections(nav: list) -> Iterator[list]:
    yield nav
    for entry in nav:
        if isinstance(entry, dict):
            for value in entry.values():
                if isinstance(value, list):
                    yield from _sections(value)


def _pages(section: list) -> list[str]:
    values = [v for e in section for v in (e.values() if isinstance(e, dict) else [e])]
    return [value for value in values if isinstance(value, str)]


class GradbookPlugin(BasePlugin):
    """Runs the snippets of all pages while MkDocs builds, and stops the build if any page says what is not so."""

    project: Project | None = None
    # As when another program builds with MkDocs as a library, and ends without on_shutdown.
    command, dirty = "", False
    aside: Aside | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self.command, self.dirty = command, dirty

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        root = Path(config.config_file_path).parent.resolve()
        docs = os.path.relpath(config.docs_dir, root)
        # `mkdocs serve` comes here at each rebuild, and keeps what it knows.
        if self.project is None:
            self.project, self.taken = Project(root, docs), {}
        # Without it pages would show their fences as they are.
        if "gradbook" not in config.markdown_extensions:
            config.markdown_extensions.append("gradbook")
        self.waiting: dict[str, Page] = {}
        config.mdx_configs["gradbook"] = {
            "project": self.project,
            "boxes": True,
            "later": self.waiting,
        }
        self.formulas: list[Problem] = []
        self.printed_by = {
            "torch": version("torch").partition("+")[0],
            "Python": python_version(),
        }
        config.mdx_configs.setdefault("gradbook.mathematics", {})["report"] = self.formulas
        if jupyter := config.plugins.get("mkdocs-jupyter"):
            from gradbook.site.kernels import use_forked_kernels

            # Its own key leaves out the versions of torch and Python; and CI runs everything afresh.
            environment = key("")[:16]
            jupyter.config["cache_dir"] = str(root / ".cache" / "mkdocs-jupyter" / environment)
            jupyter.config["cache"] = self.project.executor.cache is not None
            use_forked_kernels()
        if self.command == "build" and not self.dirty:
            # MkDocs writes into a folder beside the site.
            self.aside, self.failed = Aside(Path(config.site_dir)), True
            config.site_dir = str(self.aside.folder)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Start all programs, so that they run while MkDocs renders."""
        pages, unreadable = self.project.pages()
        if unreadable:
            raise BuildError(f"{Problems(self.project.problems())}")
        self.project.start_all(pages)

    @event_priority(100)  # before mkdocs-jupyter, which reads the file that stands there
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Hand the labs to mkdocs-jupyter without their expectations, which stand below the cells as outputs."""
        if jupyter := config.plugins.get("mkdocs-jupyter"):
            # Else it reads each page of the site as a notebook, twice, to find out that it is none.
            folders = {
                posixpath.dirname(f.src_uri) for f in files.documentation_pages() if not is_lab(f)
            }
            ignored = [f"{Path(config.docs_dir, folder)}/*.md" for folder in folders - {"labs"}]
            jupyter.config["ignore"] = sorted({*jupyter.config["ignore"], *ignored})
        for file in files.documentation_pages():
            if self.dirty and (file.is_modified() or self._outdated(file)):
                # Until the end: MkDocs compares times, and of the page alone.
                file.is_modified = lambda: True
            if is_lab(file):
                path = self.project.docs / file.src_uri
                page, text = self.project.page(path), read(path, file.src_uri)
                if found := self.project.page_problems(page):
                    # mkdocs-jupyter would end the build at once, with its own traceback.
                    raise BuildError(f"{Problems(self.project.problems() or found)}")
                write(self._own() / file.src_uri, without_expectations(text, page))
        if config.nav:
            complete(
                config.nav,
                [f.src_uri for f in files.documentation_pages() if f.inclusion.is_included()],
            )
        return files

    def _outdated(self, file: File) -> bool:
        """Whether the page's snippet file changed after the page was built."""
        page = self.project.page(self.project.docs / file.src_uri)
        if not (page.snippet and os.path.isfile(file.abs_dest_path)):
            return False
        snippet, changed = self.project.root / page.snippet.path, os.path.getmtime
        return snippet.is_file() and changed(file.abs_dest_path) < changed(snippet)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        self.nav = nav
        there = {page.file.src_uri for page in nav.pages}
        self.lost = [
            Problem(
                (Location(f"{self.project.docs.name}/{file.src_uri}", 1),),
                "this page is not in the navigation, and no section holds its folder\n"
                "expected  a line for it under nav: in mkdocs.yml",
            )
            for file in files.documentation_pages()
            if file.src_uri not in there and file.inclusion.is_included()
        ]
        return nav

    def _own(self) -> Path:
        """The project's folder for what can be made again; there lie the labs as mkdocs-jupyter is to run them."""
        return self.project.root / ".cache" / "gradbook"

    @event_priority(-100)  # after the dates, which are those of the file that git knows
    def on_page_markdown(
        self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> None:
        if is_lab(page.file):
            page.file.abs_src_path = str(self._own() / page.file.src_uri)

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        if not is_lab(page.file):
            return html
        from gradbook.site.labs import site_markup

        return site_markup(html)

    @event_priority(100)  # before the search index reads the page
    def on_page_context(
        self, context: dict, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> dict:
        """Put the outcomes into the page; tell the template of its downloads, and what printed its numbers."""
        if waiting := self.waiting.pop(page.file.src_uri, None):
            _, verified = self.project.verify(waiting)
            page.content = filled(page.content, waiting, verified)
        known = self.project.page(self.project.docs / page.file.src_uri)
        names = downloads(page.file) if known.steps else {}
        context["downloads"] = {name: posixpath.basename(path) for name, path in names.items()}
        context["colab"] = in_colab(page.file, config) if known.steps else ""
        context["printed_by"] = self.printed_by
        if known.steps and not self.project.page_problems(known):
            self._take_along(page.file, config.site_url or "")  # while other programs still run
        return context

    @event_priority(100)  # before anything is copied or written
    def on_env(self, env: object, *, config: MkDocsConfig, files: Files) -> None:
        if self.project.executor.cache:
            env.bytecode_cache = Compiled(self._own() / "templates")
        if not self.aside:  # else it is written aside meanwhile
            self._report()

    def _report(self) -> None:
        """Wait for all programs, and stop if anything is wrong; a server goes on."""
        problems = self.project.problems() + self.lost + self.formulas
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
        return server

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write what readers may take along: each page as notebook, script and Markdown, and llms.txt."""
        if self.aside:
            self._report()
        before = self.aside.site if self.aside else Path(config.site_dir)
        lines = [f"# {config.site_name}", "", f"> {config.site_description or ''}", ""]
        for page in self.nav.pages:
            if self.dirty and not page.file.is_modified():
                continue
            for name, content in self._take_along(page.file, config.site_url or "").items():
                path = downloads(page.file)[name]
                put(content.encode(), Path(config.site_dir, path), before / path)
            address = (config.site_url or "") + downloads(page.file)["Markdown"]
            summary = page.meta.get("description", "")
            lines.append(f"- [{page.title}]({address})" + f": {summary}" * bool(summary))
        if not self.dirty:  # which leaves most pages, and their titles, unread
            index = "\n".join(lines) + "\n"
            write_file(index.encode(), os.path.join(config.site_dir, "llms.txt"))
        self.failed = False

    def _take_along(self, file: File, site_url: str) -> dict[str, str]:
        """The page's downloads; those of the build before where nothing of the page has changed since."""
        path = self.project.docs / file.src_uri
        page, (known, made) = self.project.page(path), self.taken.get(file.src_uri, (None, {}))
        if known is not page:
            run, _ = self.project.verify(page)
            made = taken_along(read(path, file.src_uri), page, run, site_url)
            self.taken[file.src_uri] = (page, made)
        return made

    def on_build_error(self, *, error: Exception) -> None:
        self.failed = True  # strict mode aborts after on_post_build
        left = " The site before is as it was." if self.aside else ""
        if isinstance(error, Problem):
            raise Abort(f"{error}\nSomething changed it during the build.{left}") from None
        if isinstance(error, OSError):  # a full disk, a folder that may not be written, a page deleted meanwhile
            path = error.filename2 or error.filename
            where = f" ({path})" if path else ""
            lost = isinstance(error, FileNotFoundError)
            fault = "A file was lost during the build" if lost else "The site could not be written"
            raise Abort(f"{fault}: {error.strerror or error}{where}.{left}") from None

    def on_shutdown(self) -> None:
        if self.project:
            self.project.executor.close()
            self.project = None  # MkDocs keeps this object for the next build of the same process
        if self.aside and self.failed:
            self.aside.drop()
        elif self.aside:
            self.aside.keep()
