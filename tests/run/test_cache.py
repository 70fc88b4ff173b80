"""The cache: damage only costs time, and the key is all that an output depends on."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from gradbook.run import cache
from gradbook.run.cache import Cache, key
from gradbook.run.outputs import CellRun, Output, Run

RUN = Run([CellRun([Output("display", "tensor(93.)", 1, {"text/html": "<b>93 € 漢</b>"})], 2, 0.5)])


def test_what_is_put_is_got(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "a" / "new folder")
    assert kept.get("k") is None
    kept.put("k", RUN)
    assert kept.get("k") == RUN
    assert kept.get("other") is None
    kept.put("k", Run())
    assert kept.get("k") == Run()


def test_an_entry_cut_or_changed_anywhere_is_run_again(tmp_path: Path) -> None:
    """A build may be killed, a disk may be full: at any byte."""
    kept = Cache(tmp_path)
    kept.put("k", RUN)
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    for length in range(len(whole)):
        entry.write_bytes(whole[:length])
        assert kept.get("k") is None, length
        entry.write_bytes(whole[:length] + bytes([whole[length] ^ 1]) + whole[length + 1 :])
        assert kept.get("k") is None, length
    entry.write_bytes(whole)
    assert kept.get("k") == RUN


def test_an_entry_of_another_form_is_run_again(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    for body in ("", "null", "[]", "{}", '{"cells": [{}], "fault": null}', '{"cells": 3}'):
        (tmp_path / "k.json").write_text(f"{cache.digest(body)}\n{body}")
        assert kept.get("k") is None, body


def test_nothing_is_left_of_a_write_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = Cache(tmp_path)
    monkeypatch.setattr(os, "replace", no_space)
    kept.put("k", RUN)
    assert list(tmp_path.iterdir()) == []
    assert kept.get("k") is None


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Cache(tmp_path / "file" / "folder")
    kept.put("k", RUN)
    assert kept.get("k") is None


def test_a_key_is_the_same_for_the_same_program_only() -> None:
    assert key("x = 1") == key("x = 1")
    assert key("x = 1") != key("x = 2")


def environment() -> str:
    cache._environment.cache_clear()
    try:
        return cache._environment()
    finally:
        cache._environment.cache_clear()


INSTALLED = cache._distributions()
CHANGES = {
    "another torch": (cache, "_distributions", lambda: ["torch-2.99.0.dist-info"]),
    "another package": (cache, "_distributions", lambda: [*INSTALLED, "einops-0.8.dist-info"]),
    "another Python": (cache.sys, "version", "3.99.0"),
    "another processor": (cache, "_cpu", lambda: "flags: none"),
    "another system": (cache.platform, "release", lambda: "Other-1.0"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_output_depends_on_is_in_the_key(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = environment()
    monkeypatch.setattr(*CHANGES[change])
    assert environment() != before


def test_the_versions_in_the_key_are_those_that_are_installed() -> None:
    named = {
        name.lower(): version(name) for name in ("torch", "numpy", "matplotlib", "sympy", "igraph")
    }
    for name, number in named.items():
        assert f"\n{name}-{number}.dist-info\n" in environment()


@pytest.mark.parametrize("variable", cache.ARITHMETIC)
def test_kernels_chosen_by_hand_are_in_the_key(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    before = environment()
    monkeypatch.setenv(variable, "1")
    assert environment() != before


def test_each_file_of_the_engine_is_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = shutil.copytree(cache.ENGINE, tmp_path / "gradbook")
    monkeypatch.setattr(cache, "ENGINE", engine)
    before = environment()
    files = [path for path in engine.rglob("*") if path.suffix not in ("", ".pyc")]
    assert {path.parent.name for path in files} >= {"gradbook", "page", "run", "graph", "mplstyle"}
    for path in files:
        text = path.read_text("utf-8")
        path.write_text(text + "# changed", "utf-8")
        assert environment() != before, path
        path.write_text(text, "utf-8")
    assert environment() == before
