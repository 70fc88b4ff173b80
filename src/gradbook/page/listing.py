"""Which files are pages: those that MkDocs puts into the site, by its own rules. Knows MkDocs and its mkdocs.yml."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import get_files
from mkdocs.utils import markdown_extensions
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from pathspec.gitignore import GitIgnoreSpec

from gradbook.errors import Location, Problem

CONFIGS = ("mkdocs.yml", "mkdocs.yaml")  # as MkDocs looks for them
ENDINGS = markdown_extensions
_LOG = logging.getLogger("mkdocs.structure.files")


@dataclass(frozen=True)
class Listing:
    """Where pages lie, and what is left out: patterns as in `exclude_docs` and `draft_docs`.

    `hooks`: whether code of the site's own may add pages and text that stand in no file.
    `ours`: whether the site names gradbook among its plugins or its Markdown extensions.
    """

    docs: Path
    exclude: GitIgnoreSpec | None = None
    drafts: GitIgnoreSpec | None = None
    hooks: bool = False
    ours: bool = False
    numbers: tuple[str, ...] = ()  # folders and pages below docs whose sentences are looked at; "" is all of them
    nav: str = ""  # as it stands in mkdocs.yml, with the names of pages; empty: MkDocs makes it

    def joins_navigation(self, uri: str) -> bool:
        """Whether a page that no line names gets its place from its folder, as `site/navigation.py` gives it."""
        folder = uri.rpartition("/")[0]
        others = {name.rpartition("/")[0] for name in self.nav.split("\n")}
        return not self.nav or uri in self.nav.split("\n") or (folder != "" and folder in others)

    def looks_at_numbers(self, path: Path) -> bool:
        """Whether each number in the sentences of a page has to rest on something."""
        if not (self.numbers and path.is_relative_to(self.docs)):
            return False
        uri = path.relative_to(self.docs).as_posix()
        return any(part in ("", uri) or uri.startswith(f"{part}/") for part in self.numbers)

    def files(self) -> list[Path]:
        """The files of all pages of the site, in order."""
        config = {
            "docs_dir": str(self.docs),
            "site_dir": "",
            "use_directory_urls": True,
            "exclude_docs": self.exclude,
            "draft_docs": self.drafts,
        }
        _LOG.disabled = True  # a build says itself which page it leaves out for another
        try:
            files = get_files(config)
        finally:
            _LOG.disabled = False
        return sorted(Path(file.abs_src_path) for file in files.documentation_pages())


class _Loader(get_yaml_loader(yaml.SafeLoader)):
    """Reads what MkDocs reads, but for tags of Python: nothing is imported."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def listing_of(root: Path) -> Listing:
    """What the mkdocs.yml of a folder says; its defaults where there is none. Raises Problem if it cannot be read."""
    path = next((root / name for name in CONFIGS if (root / name).is_file()), None)
    said = _read(path) if path else {}
    try:
        exclude, drafts = (_patterns(said.get(name)) for name in ("exclude_docs", "draft_docs"))
    except ValueError as error:
        raise Problem((Location(path.name, 0),), f"cannot read a pattern: {error}") from None
    docs = said.get("docs_dir")
    docs = root / (docs if isinstance(docs, str) and docs else "docs")
    return Listing(
        docs,
        exclude,
        drafts,
        hooks=bool(said.get("hooks")),
        ours=_names_gradbook(said),
        numbers=numbers_of(_options(said.get("plugins"))),
        nav="\n".join(_names(said.get("nav"))),
    )


def numbers_of(options: Any) -> tuple[str, ...]:
    """What the plugin's option `numbers` names: parts and pages, or with `true` all of them."""
    said = options.get("numbers") if isinstance(options, Mapping) else None
    return ("",) if said is True else tuple(map(str, said or ()))


def _options(plugins: object) -> object:
    """The options of the plugin gradbook, where plugins are a list or a dictionary."""
    entries = plugins if isinstance(plugins, list) else [plugins]
    return next((e["gradbook"] for e in entries if isinstance(e, dict) and "gradbook" in e), None)


def _names_gradbook(said: dict[str, Any]) -> bool:
    lists = (said.get(name) for name in ("plugins", "markdown_extensions"))
    entries = [entry for each in lists if isinstance(each, (list, dict)) for entry in each]
    # An entry is a name, or a name with its options; a dictionary of names is read as its keys.
    names = {name for e in entries for name in ([e] if isinstance(e, str) else e or ())}
    return any(str(name).partition(".")[0] == "gradbook" for name in names)


def _names(nav: object) -> Iterator[str]:
    """The pages that a navigation names, at any depth."""
    if isinstance(nav, str):
        yield nav
    for entry in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _names(entry)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            said = yaml_load(file, _Loader)
    except (ConfigurationError, OSError, UnicodeDecodeError) as error:
        raise Problem((Location(path.name, 0),), f"cannot be read: {error}") from None
    return said if isinstance(said, dict) else {}


def _patterns(text: object) -> GitIgnoreSpec | None:
    return GitIgnoreSpec.from_lines(text.splitlines()) if isinstance(text, str) else None
