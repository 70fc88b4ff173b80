"""Notes on releases for the page docs/versions.md: what other releases print, from the records of `make matrix`.

Run it as `python tests/matrix_notes.py` after `make matrix`: it writes src/gradbook/site/releases.json. A page's
outputs below the statement at which its program stopped are left out, as they say nothing of the release.
"""

from __future__ import annotations

import json
import os
import re
from difflib import SequenceMatcher
from pathlib import Path

from matrix_record import FOLDER, Entry, Record, read
from matrix_report import PINNED, changes, version

FILE = Path("src/gradbook/site/releases.json")
LINE, MOST = 240, 4  # characters of a line, and lines, that are kept
BEFORE = 60  # characters that stay of what two long lines have in common
STOPPED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|WrongClaim|Interrupt)\b", re.M)
# What a build for GPUs says on a machine that has none, where PyTorch says its version, and what a library logs.
NOISE = re.compile(r"\b2\.\d+\.\d+\+cu|CUDA|^\[Gloo\]|^W\d{4} ", re.M)
ATLAS = re.compile(r"(\S+) \([^)]*\) \| node: ")


def notes(record: Record, pinned: Record) -> dict:
    """What one release does otherwise: outputs of pages, and fields of the atlas's entries."""
    told, stopped = [], {}
    for old, new in changes(record, pinned):
        if new.page in stopped or old.text == new.text or not new.file.endswith(".py"):
            continue  # what stands in a sentence is told where it was computed
        if STOPPED.search(new.text) and not STOPPED.search(old.text):
            stopped[new.page] = new.cell
        if NOISE.search(new.text) or NOISE.search(old.text):
            continue
        told += atlas(old, new) if ATLAS.search(old.text) else [page(old, new)]
    return {
        "torch": record.environment["torch"].partition("+")[0],
        "pages": len(record.pages),
        "same": len(record.pages) - len({note["page"] for note in told} | set(stopped)),
        "stopped": stopped,
        "notes": told,
    }


def page(old: Entry, new: Entry) -> dict:
    """The lines of a statement's outputs that differ."""
    before, after = old.text.split("\n"), new.text.split("\n")
    apart = [block for block in SequenceMatcher(None, before, after, False).get_opcodes() if block[0] != "equal"]
    old_lines = [line for _, a, b, _, _ in apart for line in before[a:b] if line]
    new_lines = [line for _, _, _, a, b in apart for line in after[a:b] if line]
    start = 0
    if len(old_lines) == len(new_lines) == 1:
        start = max(0, len(os.path.commonprefix([old_lines[0], new_lines[0]])) - BEFORE)
    short = [[line[start:][:LINE] for line in part[:MOST]] for part in (old_lines, new_lines)]
    return {"page": new.page, "file": new.file, "cell": new.cell, "before": short[0], "after": short[1]}


def atlas(old: Entry, new: Entry) -> list[dict]:
    """The fields that differ, of each operator; an operator that the other release's list has not."""
    one, other = (dict(map(entry, filter(ATLAS.match, e.text.split("\n")))) for e in (old, new))
    if not other:
        return []  # it did not come so far
    told = []
    for name, fields in one.items():
        if name not in other:
            told.append({"page": new.page, "file": new.file, "operator": name, "missing": True})
        for field, text in fields.items() if name in other else ():
            if other[name].get(field) != text:
                told.append({"page": new.page, "file": new.file, "operator": name, "field": field,
                             "before": [text[:LINE]], "after": [other[name].get(field, "-")[:LINE]]})  # fmt: skip
    return told


def entry(line: str) -> tuple[str, dict[str, str]]:
    first, *fields = line.split(" | ")
    return first.partition(" (")[0], dict(field.split(": ", 1) for field in fields)


if __name__ == "__main__":
    records = {record.name: record for path in FOLDER.glob("*.json") if (record := read(path)).kind == "release"}
    first = records.pop(PINNED)
    others = [record for record in records.values() if not record.missing and record.sources == first.sources]
    data = {
        "pinned": first.environment["torch"].partition("+")[0],
        "releases": [notes(record, first) for record in sorted(others, key=version)],
    }
    FILE.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for one in data["releases"]:
        print(one["torch"], one["pages"], one["same"], len(one["notes"]), one["stopped"])
