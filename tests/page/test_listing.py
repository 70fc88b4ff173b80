"""Which files are pages: our listing beside MkDocs' own, which loads its whole configuration for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import get_files

from gradbook.errors import Problem
from gradbook.page.listing import listing_of

FILES = [
    "index.md", "README.md", "part/README.md", "part/page.markdown", "part/b.mkd", "part/c.mkdn", "part/d.mdown",
    "part/e.MD", "part/f.txt", "part/.hidden.md", ".folder/page.md", "templates/page.md", "part/templates/page.md",
    "drafts/page.md", "a.draft.md", "keep.draft.md", "folder.md/page.md", "~page.md", "page.md~", "#page.md#",
]  # fmt: skip
CONFIGS = {
    "nothing": "",
    "docs_dir": "docs_dir: docs/part\n",
    "docs_dir of the environment": "docs_dir: !ENV [NO_SUCH_VARIABLE, docs/part]\n",
    "exclude_docs": "exclude_docs: |\n  drafts/\n  *.draft.md\n  !keep.draft.md\n",
    "exclude_docs, but for hidden pages": "exclude_docs: |\n  !.hidden.md\n",
    "draft_docs": "draft_docs: '*.draft.md'\n",
    "not_in_nav": "not_in_nav: drafts/\n",
    "a file that it inherits": "INHERIT: base.yml\n",
    "a tag of Python": "extra: {join: !!python/name:posixpath.join }\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in [*(f"docs/{file}" for file in FILES), "elsewhere/linked.md"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Page\n")
    (tmp_path / "docs/part/link").symlink_to("../../elsewhere")
    (tmp_path / "docs/part/link.md").symlink_to("page.markdown")
    (tmp_path / "docs/part/broken.md").symlink_to("nowhere.md")
    (tmp_path / "base.yml").write_text("exclude_docs: part/\n")
    return tmp_path


@pytest.mark.parametrize("config", CONFIGS)
def test_pages_are_what_mkdocs_takes_for_pages(config: str, root: Path) -> None:
    (root / "mkdocs.yml").write_text(f"site_name: x\nplugins: []\n{CONFIGS[config]}")
    files = get_files(load_config(str(root / "mkdocs.yml"))).documentation_pages()
    assert files
    assert listing_of(root).files() == sorted(Path(file.abs_src_path) for file in files)


def test_a_folder_without_configuration_has_its_pages_in_docs(root: Path) -> None:
    assert root / "docs/part/page.markdown" in listing_of(root).files()


@pytest.mark.parametrize("config", ["a: [", "exclude_docs: '!'", "INHERIT: nowhere.yml", "\xff"])
def test_a_configuration_that_cannot_be_read_is_told(config: str, root: Path) -> None:
    (root / "mkdocs.yml").write_bytes(config.encode("latin-1"))
    with pytest.raises(Problem, match=r"^mkdocs\.yml\n  cannot"):
        listing_of(root)
