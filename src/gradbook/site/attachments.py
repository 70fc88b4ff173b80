"""What readers may take along of each page, as files beside it, and the list of all. Knows their addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gradbook.page.pages import Page
from gradbook.project import Project
from gradbook.run.outputs import Run
from gradbook.site.downloads import github, taken_along
from gradbook.site.kept import Kept, outcome
from gradbook.site.prose import Place

ENDINGS = {"Notebook": "ipynb", "Script": "py", "Markdown": "md"}


class Attachments:
    """The downloads of a project's pages, each made once for as long as its page does not change."""

    def __init__(self, project: Project, kept: Kept) -> None:
        self.project, self.kept = project, kept
        self._made: dict[str, tuple[Page, dict[str, str]]] = {}

    def of(self, page: Page, place: Place, repo_url: str | None) -> dict[str, str]:
        """The texts of a page's downloads, by what they are. Waits for the page's program."""
        known, texts = self._made.get(place.uri, (None, {}))
        if known is not page:
            run, _ = self.project.verify(page)

            def make(page: Page = page, run: Run = run) -> str:
                return json.dumps(taken_along(page.text, page, run, place, repo_url))

            made_of = [*outcome(page, run), repr(place), repo_url or ""]
            texts = json.loads(self.kept.made(f"attachments {place.uri}", made_of, make))
            self._made[place.uri] = (page, texts)
        return texts


def paths(page: str) -> dict[str, str]:
    """Where in the site a page's downloads lie, by what they are; `page` is the HTML file without its ending."""
    return {what: f"{page}.{ending}" for what, ending in ENDINGS.items()}


def in_colab(notebook: str, repo_url: str | None, branch: str | None) -> str:
    """Where Colab opens a notebook, by its path on the branch to which CI takes them, if that is on GitHub."""
    repository = github(repo_url)
    if not repository or not branch:
        return ""
    return f"https://colab.research.google.com/github/{repository}/blob/{branch}/{notebook}"


def llms(title: str, about: str, pages: Iterable[tuple[str, str, str]]) -> str:
    """The text of llms.txt (https://llmstxt.org): of each page its title, the address of its Markdown, its summary."""
    lines = [f"# {title}", "", f"> {about}", ""]
    for name, address, summary in pages:
        lines.append(f"- [{name}]({address})" + f": {summary}" * bool(summary))
    return "\n".join(lines) + "\n"
