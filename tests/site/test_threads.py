"""What people ask in public threads: each section that is said to answer stands on the site."""

from __future__ import annotations

import json
import re
from pathlib import Path

from built import ROOT

THREADS = ROOT / "tests/cases/threads.md"


def test_each_thread_is_answered_where_the_list_says(built_site: Path) -> None:
    index = json.loads((built_site / "search/search_index.json").read_text("utf-8"))["docs"]
    there = {doc["location"] for doc in index}
    lines = [line for line in THREADS.read_text("utf-8").splitlines() if line.startswith("- ")]
    assert lines and [line for line in lines if not re.search(r"\(https://\S+\) → \S", line)] == []
    named = [line.partition(" → ")[2] for line in lines]
    assert [place for place in named if not place.startswith("not answered: ") and place not in there] == []
