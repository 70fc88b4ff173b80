"""Builds with `--dirty`, which render changed pages only. Knows files' times, as MkDocs does."""

from __future__ import annotations

import os

from mkdocs.structure.files import File, Files

from gradbook.project import Project


def mark_changed(files: Files, project: Project) -> None:
    """Let MkDocs render each page whose own file or snippet file changed after the page was built.

    MkDocs would see the page's own file alone, and no longer once the page is written.
    """
    for file in files.documentation_pages():
        if file.is_modified() or _snippet_is_newer(file, project):
            file.is_modified = lambda: True


def _snippet_is_newer(file: File, project: Project) -> bool:
    page, _ = project.page_of_text(file.content_string, file.src_uri)
    if not (page.snippet and os.path.isfile(file.abs_dest_path)):
        return False
    snippet = project.root / page.snippet.path
    return snippet.is_file() and os.path.getmtime(file.abs_dest_path) < os.path.getmtime(snippet)
