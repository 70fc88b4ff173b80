"""What CI publishes: the workflow's own commands, run in a small copy of this repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from built import ROOT
from mkdocs.utils import yaml_load

JOBS = yaml_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
ENVIRONMENT = {
    # What `make test ARGS=...` was told is not for the makes below it.
    **{name: value for name, value in os.environ.items() if name not in ("ARGS", "MAKEFLAGS")},
    "REPO_URL": "https://github.com/owner/repository",
    "SITE_URL": "https://owner.github.io/repository/",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
LAB = """\
---
jupyter:
  jupytext:
    text_representation: {extension: .md, format_name: markdown}
  kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Lab: small

```python
6 * 7
# > 42
```
"""
FILES = {
    "docs/index.md": "# Home\n\n```python\n1 + 1\n# > 2\n```\n",
    "docs/labs/small.md": LAB,
    "docs/text.md": "# Text\n\nNo code.\n",
    "docs/how-verified.md": "# How it is verified\n\n[Home](index.md)\n",
}
PAGES = ("", "labs/small/", "text/", "how-verified/")


def command(job: str, words: str) -> dict:
    """The step of the workflow's job whose commands contain the words."""
    (found,) = [step for step in JOBS[job]["steps"] if words in step.get("run", "")]
    return found


def shell(folder: Path, script: str, **environment: str) -> None:
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the job `check` hands to Pages, of a repository with four small pages."""
    root = tmp_path_factory.mktemp("repository")
    for name in (".ci", "overrides", "docs/assets", "Makefile", "mkdocs-offline.yml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (root / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, root / name)
    config = (ROOT / "mkdocs.yml").read_text()
    nav = "nav: [index.md, labs/small.md, text.md, how-verified.md]\n\n"
    (root / "mkdocs.yml").write_text(re.sub(r"^nav:.*?(?=^theme:)", nav, config, flags=re.M | re.S))
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    packages_that_are_there(root)
    commit = "git -c user.name=A -c user.email=a@b.c commit -q -m First --date 2001-02-03T04:05:06Z"
    shell(root, f"git init -q && git add . && {commit}", GIT_COMMITTER_DATE="2001-02-03T04:05:06Z")
    step = command("check", "make site")
    given = {name: value for name, value in step["env"].items() if "${{" not in value}
    shell(root, step["run"], **given)
    return root / "site"


def packages_that_are_there(root: Path) -> None:
    """Make this environment the folder's .venv, so that `make` has nothing to install."""
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    (root / ".venv").mkdir()
    for name in ("bin", "lib", "share", "pyvenv.cfg"):
        (root / ".venv" / name).symlink_to(Path(sys.prefix, name))
    shell(root, "(pwd && cksum requirements.txt pyproject.toml) >.venv/installed")
    (root / ".gitignore").write_text(".venv/\n.cache/\nsite/\nsite-offline*\n")


def page(site: Path, name: str) -> str:
    return (site / name / "index.html").read_text()


def test_every_page_links_to_the_offline_copy_that_lies_there(site: Path) -> None:
    for name in PAGES:
        target = re.search(r'href="([^"]*\.zip)" download', page(site, name))[1]
        assert (site / name / target).resolve() == site.resolve() / "gradbook-offline.zip"
        size = -(-(site / "gradbook-offline.zip").stat().st_size // 2**20)
        assert f"offline</a> ({size} MB), search included" in page(site, name)
    names = zipfile.ZipFile(site / "gradbook-offline.zip").namelist()
    assert {"index.html", "labs/small.html", "search/search_index.js"} <= {
        name.removeprefix("site-offline/") for name in names
    }


def test_the_same_commit_gives_the_same_offline_copy(site: Path) -> None:
    shell(site.parent, "rm -r site-offline && make offline", DATES="true", DOWNLOAD="gradbook-offline.zip")
    again = (site.parent / "site-offline.zip").read_bytes()
    assert again == (site / "gradbook-offline.zip").read_bytes()


@pytest.mark.parametrize("where", ["below a path", "on disk"])
def test_no_link_leads_nowhere(site: Path, tmp_path: Path, where: str) -> None:
    if where == "on disk":
        zipfile.ZipFile(site / "gradbook-offline.zip").extractall(tmp_path)
        site = tmp_path / "site-offline"
    pages = [path for path in site.rglob("*.html") if path.name != "404.html"]
    assert len(pages) == len(PAGES)
    for path in pages:
        for link in re.findall(r'(?:href|src)="([^":#?]+)[#?"]', path.read_text()):
            target = path.parent / link
            assert (target / "index.html" if target.is_dir() else target).is_file(), (path, link)


def test_every_page_says_when_it_changed_where_to_edit_it_and_what_printed_it(site: Path) -> None:
    for name in PAGES:
        html = page(site, name)
        source = {"": "index.md"}.get(name, name.rstrip("/") + ".md")
        assert ">2001-02-03<" in html, name
        assert f'href="https://github.com/owner/repository/edit/main/docs/{source}"' in html
        assert re.search(r"with torch 2\.\d+\.\d+ on Python 3\.\d+", html)


def test_colab_opens_the_notebooks_that_the_workflow_pushes(site: Path, tmp_path: Path) -> None:
    links = [
        link
        for name in PAGES
        for link in re.findall(r'href="(https://colab[^"]*)"', page(site, name))
    ]
    assert len(links) == 3, "pages without code have none; the home page has it at the end, others at the top, too"
    pushed = branch(site, tmp_path)
    start = "https://colab.research.google.com/github/owner/repository/blob/notebooks/"
    assert {link.removeprefix(start) for link in links} == pushed


def branch(site: Path, folder: Path) -> set[str]:
    """The files on the branch `notebooks` after the workflow's job, twice, with a stand-in for `gh`."""
    with tarfile.open(folder / "made.tar", "w") as archive:
        archive.add(site, ".")
    (folder / "gh").write_text(f"#!/bin/sh\ncp '{folder}/made.tar' artifact.tar\n")
    (folder / "gh").chmod(0o755)
    shell(folder, "git init -q --bare remote.git")
    (step,) = JOBS["notebooks"]["steps"]
    for number in "12":
        work = folder / number
        work.mkdir()
        path = f"{folder}:{os.environ['PATH']}"
        given = {"REPOSITORY": str(folder / "remote.git"), "GITHUB_RUN_ID": "1"}
        shell(work, step["run"], PATH=path, GITHUB_SHA=number, **given)
    listed = "git --git-dir remote.git ls-tree -r --name-only notebooks >names"
    shell(folder, listed)
    return set((folder / "names").read_text().split())


def test_only_pushes_to_main_write(site: Path) -> None:
    workflow = yaml_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML 1.1 reads `on` as true
    for job in JOBS.values():
        writes = "write" in job["permissions"].values()
        assert writes == (job.get("if") == "github.event_name == 'push'")
