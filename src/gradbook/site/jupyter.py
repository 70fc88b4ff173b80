"""Notebooks as mkdocs-jupyter renders them: it runs nothing, as all has run. Knows that plugin of MkDocs."""

from __future__ import annotations

import json
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

NAME = "mkdocs-jupyter"
FOLDER = "gradbook-labs"  # of the notebooks that it gets from here


def prepare(config: MkDocsConfig, cache: Path | None) -> None:
    """Let mkdocs-jupyter, where the site has it, take our notebooks, and leave all pages to MkDocs.

    It keeps in the folder `cache`, where one is given and can be written, what it rendered.
    """
    if plugin := config.plugins.get(NAME):
        ours = f"{FOLDER}/*.ipynb"
        plugin.config["include"] = [*plugin.config["include"], ours]
        plugin.config["execute_ignore"] = [*plugin.config["execute_ignore"], ours]
        # Else it reads each page as a notebook, twice, to find out that it is none.
        plugin.config["ignore"] = [*plugin.config["ignore"], "*.md"]
        plugin.config["cache"] = cache is not None and _can_hold_files(cache)
        # Its own key is the notebook and its options.
        made_by = "-".join(map(version, (NAME, "nbconvert")))
        plugin.config["cache_dir"] = str(cache and cache / made_by)


def _can_hold_files(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def settings(config: MkDocsConfig) -> str:
    """What mkdocs-jupyter is told, where the site has it."""
    plugin = config.plugins.get(NAME)
    return repr(plugin and plugin.config)


def rendered(notebook: dict, name: str, config: MkDocsConfig) -> str:
    """The HTML that mkdocs-jupyter makes of a notebook (nbformat's JSON), which messages call by its name."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, FOLDER)
        folder.mkdir()
        file = File(f"{name}.ipynb", str(folder), config.site_dir, config.use_directory_urls)
        Path(file.abs_src_path).write_text(json.dumps(notebook), "utf-8")
        page, files = Page(None, file, config), Files([file])
        config.plugins[NAME].on_pre_page(page, config=config, files=files)
        page.render(config, files)
        return page.content
