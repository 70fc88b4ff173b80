"""Outputs: they come from the worker as they were put out."""

from __future__ import annotations

import json

import pytest

from gradbook.run.outputs import CellRun, Fault, Output, Run, cell_run

RUNS = {
    "nothing": Run(),
    "no output": Run([CellRun(started=2, seconds=0.25)]),
    "all kinds": Run(
        [CellRun([Output(kind, f"{kind}\n", n) for n, kind in enumerate(("stdout", "error"))], 2)]
    ),
    "a picture": Run([CellRun([Output("display", "Graph", 0, {"image/svg+xml": "<svg/>"})], 1)]),
    "a fault": Run([CellRun()], Fault("a call of sys.exit(3)", 1, 0)),
    "any character": Run([CellRun([Output("stdout", 'π ≈ 3.14\t"\\"\n\x00\ud800', 0)], 1)]),
}


@pytest.mark.parametrize("what", RUNS)
def test_a_run_travels_as_json(what: str) -> None:
    text = RUNS[what].to_json()
    assert Run.from_json(text) == RUNS[what]
    text.encode("ascii")


def test_a_cell_travels_by_itself() -> None:
    (cell,) = RUNS["a picture"].cells
    (raw,) = json.loads(RUNS["a picture"].to_json())["cells"]
    assert cell_run(raw) == cell


@pytest.mark.parametrize("text", ["", "3", "[]", "{}", '{"cells": [{}], "fault": null}'])
def test_what_is_no_run_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Run.from_json(text)
