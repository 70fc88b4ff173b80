"""Compiled templates: kept where they can be, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from gradbook.site.templates import Compiled


def rendered(folder: Path) -> str:
    loader = DictLoader({"page": "Slope {{ 2 * 3 }}"})
    return Environment(loader=loader, bytecode_cache=Compiled(str(folder))).get_template("page").render()


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(tmp_path / "new" / "folder") == "Slope 6"
    monkeypatch.setattr(Environment, "compile", None)
    assert rendered(tmp_path / "new" / "folder") == "Slope 6"


def damage(folder: Path, content: bytes) -> None:
    (file,) = folder.iterdir()
    file.write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"not bytecode", b"\0" * 100])
def test_a_damaged_one_is_compiled_again(content: bytes, tmp_path: Path) -> None:
    rendered(tmp_path)
    damage(tmp_path, content)
    assert rendered(tmp_path) == "Slope 6"


def test_one_cut_anywhere_is_compiled_again(tmp_path: Path) -> None:
    rendered(tmp_path)
    whole = next(tmp_path.iterdir()).read_bytes()
    for length in range(len(whole)):
        damage(tmp_path, whole[:length])
        assert rendered(tmp_path) == "Slope 6"


def test_a_file_in_the_folders_place_and_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    assert rendered(tmp_path / "file") == "Slope 6"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert rendered(tmp_path / "folder") == "Slope 6"
    assert list((tmp_path / "folder").iterdir()) == []
