"""The version notes: what the page shows of them is what was run, and is left out when it is no longer so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import torch
from built import ROOT
from matrix_notes import notes
from matrix_record import Entry, Record

from gradbook.site import versions

KNOWN = json.loads(versions.NOTES.read_text("utf-8"))
LINE = "abs (torch.abs) | node: AbsBackward0 | at: 0: {} ; kink at 0: 0"


def record(name: str, *texts: str, file: str = "snippets/a.py") -> Record:
    outputs = [Entry("docs/a.md", n, file, 3, "cell", text) for n, text in enumerate(texts)]
    return Record(name, "release", environment={"torch": f"{name}+cpu"}, pages=["docs/a.md"], outputs=outputs)


def test_an_output_that_differs_is_a_note_and_one_that_does_not_is_none() -> None:
    told = notes(record("2.8.0", "1", "two\nlines", "same"), record("pinned", "1", "two\nrows", "same"))
    assert [(note["before"], note["after"]) for note in told["notes"]] == [(["rows"], ["lines"])]
    assert told["torch"] == "2.8.0" and told["same"] == 0


def test_below_the_statement_that_stops_a_program_nothing_is_compared() -> None:
    other = record("2.8.0", "AttributeError: no name", "", "")
    told = notes(other, record("pinned", "1", "2", "3"))
    assert len(told["notes"]) == 1 and told["stopped"] == {"docs/a.md": "cell"}


def test_of_operators_the_fields_that_differ_are_told() -> None:
    told = notes(record("2.14.1", LINE.format(0)), record("pinned", LINE.format(1)))
    (note,) = told["notes"]
    assert (note["operator"], note["field"]) == ("abs", "at")
    assert note["before"] == ["0: 1 ; kink at 0: 0"]


def test_long_lines_are_cut_to_where_they_differ() -> None:
    told = notes(record("2.8.0", 300 * "x" + "new"), record("pinned", 300 * "x" + "old"))
    assert told["notes"][0]["before"][0].endswith("xold")


def test_the_notes_are_of_the_pinned_release() -> None:
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    assert f"torch=={KNOWN['pinned']}" in pins
    assert [one["torch"] for one in KNOWN["releases"]] == ["2.8.0", "2.14.1"]
    released = re.search(r"RELEASES = \((.*)\)", (ROOT / "noxfile.py").read_text("utf-8"))[1]
    assert all(f'"{one["torch"]}"' in released for one in KNOWN["releases"])


def test_what_the_page_says_first_is_in_the_notes() -> None:
    """Of 2.14.1: what this release answers is asked of torch, what the other one does stands in its note."""
    fields = {
        note["operator"]: note
        for one in KNOWN["releases"]
        if one["torch"] == "2.14.1"
        for note in one["notes"]
        if note.get("field") == "at"
    }
    x = torch.zeros((), requires_grad=True)
    (slope,) = torch.autograd.grad(x.clamp(min=0), x)
    assert f"clamp_min(x, 0), x = -1: 0; 0: {slope:.0f}" in fields["clamp_min"]["before"][0]
    assert "clamp_min(x, 0), x = -1: 0; 0: 0" in fields["clamp_min"]["after"][0]
    assert "clamp(x, 0, 1), x = -1: 0; 0: 0; 0.5: 1; 1: 0" in fields["clamp"]["after"][0]
    assert "(0, 0): (1, 0)" in fields["fmax"]["before"][0]
    assert "(0, 0): (0.5, 0.5)" in fields["fmax"]["after"][0]


def test_a_note_on_what_a_page_no_longer_states_is_left_out() -> None:
    snippets = ROOT / "snippets"
    found = [note for one in KNOWN["releases"] for note in one["notes"]]
    shown = [note for note in found if versions.current(note, ROOT, snippets)]
    assert len(shown) > 0.9 * len(found)
    page = next(note for note in shown if note.get("before") and "cell" in note)
    operator = next(note for note in shown if "field" in note)
    assert not versions.current(page | {"before": ["what nobody states"]}, ROOT, snippets)
    assert not versions.current(operator | {"before": ["what nobody states"]}, ROOT, snippets)
    assert not versions.current(operator | {"operator": "of_yesterday"}, ROOT, snippets)


def test_the_page_shows_each_current_note(built_site: Path) -> None:
    html = (built_site / "versions" / "index.html").read_text("utf-8")
    for one in KNOWN["releases"]:
        assert f"PyTorch {one['torch']}" in html
        for note in one["notes"]:
            if "operator" in note and versions.current(note, ROOT, ROOT / "snippets"):
                assert f'#{note["operator"]}">' in html
