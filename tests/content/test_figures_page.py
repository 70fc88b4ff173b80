"""The gallery for authors: what it tells them to type is what stands in its snippet file, and made the
figure below; and it shows every option there is."""

from __future__ import annotations

import inspect
import re

from built import ROOT

from gradbook import draw
from gradbook.page.cells import parse

PAGE = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
SOURCE = (ROOT / "snippets/figures.py").read_text(encoding="utf-8")
TYPED = re.compile(r"^( *)```text\n *(# %% (?P<name>\w+) .*?)^\1```$", re.M | re.S)


def test_the_lines_to_type_are_those_that_made_the_figure() -> None:
    source = re.sub(r"^# > .*\n", "", SOURCE, flags=re.M)
    typed = list(TYPED.finditer(PAGE))
    cells = [block[2].replace(f"\n{block[1]}", "\n") for block in typed]
    assert [cell for cell in cells if f"\n\n{cell.rstrip()}\n\n# %% " not in source] == []
    hidden = [cell.name for cell in parse(SOURCE, "figures.py").cells if "hide-input" in cell.tags]
    assert [block["name"] for block in typed] == hidden
    for block in typed:
        below = PAGE[PAGE.index("```python", block.end()) :]
        assert below.split("\n")[1].strip() == f'--8<-- "figures.py:{block["name"]}"'


def test_every_option_of_draw_is_shown() -> None:
    used = set(re.findall(r"\bdraw\([^()]*?\b(\w+)=", SOURCE))
    options = inspect.signature(draw).parameters.values()
    assert used == {option.name for option in options if option.kind is option.KEYWORD_ONLY}
