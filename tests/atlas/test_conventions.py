"""The convention table: all that the atlas says of awkward points, and the conventions that people ask for by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
import torch
from built import ROOT
from torch.nn import functional as F

from gradbook.atlas import awkward, samples, trials
from gradbook.run.conditions import Limits
from gradbook.site import atlas, conventions

SNIPPETS = ROOT / "snippets"
TABLE = {name: told for _, name, _, told in conventions.conventions(SNIPPETS)}
# Of each convention the operator, what is called and where in the table, and the same asked of torch.func.
ASKED: list[tuple[str, str, str, Callable]] = [
    ("nn_functional_relu", "f(x)", "0", F.relu),
    ("clamp_min", "clamp_min(x, 0)", "0", lambda x: x.clamp(min=0)),
    ("abs", "f(x)", "0", torch.abs),
    ("sign", "f(x)", "0", torch.sign),
    ("round", "f(x)", "0", torch.round),
    ("floor", "f(x)", "1", torch.floor),
    ("trunc", "f(x)", "1", torch.trunc),
    ("clamp", "clamp(x, 0, 1)", "0", lambda x: x.clamp(0, 1)),
    ("clamp", "clamp(x, 0, 1)", "1", lambda x: x.clamp(0, 1)),
    ("clamp", "clamp(x, 0, 1)", "-1", lambda x: x.clamp(0, 1)),
    ("nn_functional_hardtanh", "hardtanh(x)", "1", F.hardtanh),
    ("nn_functional_relu6", "kink", "6, from 1 to 0", F.relu6),
    ("nn_functional_leaky_relu", "f(x)", "0", F.leaky_relu),
    ("nn_functional_elu", "f(x)", "0", F.elu),
    ("nn_functional_hardsigmoid", "kink", "3, from 0.167 to 0", F.hardsigmoid),
    ("nn_functional_hardswish", "kink", "3, from 1.5 to 1", F.hardswish),
    ("nn_functional_softshrink", "kink", "0.5, from 0 to 1", F.softshrink),
    ("nn_functional_huber_loss", "huber_loss(x, 0)", "1", lambda x: F.huber_loss(x, 0 * x)),
    ("pow", "x**0.5", "0", lambda x: x**0.5),
    ("pow", "x**0", "0", lambda x: x**0),
    ("acos", "f(x)", "1", torch.acos),
    ("sinc", "f(x)", "0", torch.sinc),
    ("std", "std(x)", "[2, 2]", torch.std),
    ("var", "var(x)", "[1]", torch.var),
    ("linalg_vector_norm", "vector_norm(x)", "[0, 0]", torch.linalg.vector_norm),
    ("max_reduction_no_dim", "f(x)", "[2, 2, 2]", torch.max),
    ("max_reduction_with_dim", "max(x, 0)", "[2, 2, 2]", lambda x: x.max(0)[0]),
    ("amax", "f(x)", "[2, 2, 2]", torch.amax),
    ("median", "f(x)", "[2, 2, 2]", torch.median),
    ("norm_inf", "norm(x, inf)", "[2, 2, 2]", lambda x: x.norm(math.inf)),
    ("topk", "topk(x, 1)", "[2, 2, 2]", lambda x: x.topk(1)[0]),
    ("nn_functional_max_pool1d", "max_pool1d(x, 3)", "[2, 2, 2]", lambda x: F.max_pool1d(x[None], 3)),
    ("sort", "sort(x)[0][-1]", "[2, 2, 2]", lambda x: x.sort()[0][-1]),
    ("kthvalue", "kthvalue(x, 3)", "[2, 2, 2]", lambda x: x.kthvalue(3)[0]),
]  # fmt: skip
PAIRS = [
    ("maximum", "(0, 0)", torch.maximum),
    ("fmax", "(0, 0)", torch.fmax),
    ("xlogy", "(0, 0)", torch.xlogy),
    ("hypot", "(0, 0)", torch.hypot),
    ("copysign", "(0, 1)", torch.copysign),
]


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"-?(?:inf|nan|[\d.]+)", text.partition(" (")[0])]


def stated(name: str, call: str, place: str) -> list[float]:
    found = [dict(values)[place] for said, values in TABLE[name] if said == call and place in dict(values)]
    return numbers(found[0])


@pytest.mark.filterwarnings("ignore::UserWarning")  # of the variance of one number
@pytest.mark.parametrize(("name", "call", "place", "function"), ASKED)
def test_the_conventions_that_are_asked_for_are_in_the_table(
    name: str, call: str, place: str, function: Callable
) -> None:
    where = numbers(place.partition(", from")[0])
    x = torch.tensor(where if place[0] == "[" else where[0], dtype=torch.float64)
    found = torch.func.grad(lambda x: function(x).sum())(x).flatten().tolist()
    assert stated(name, call, place) == pytest.approx(found, abs=1e-3, nan_ok=True)


@pytest.mark.parametrize(("name", "place", "function"), PAIRS)
def test_conventions_of_two_arguments(name: str, place: str, function: Callable) -> None:
    pair = torch.tensor(numbers(place[1:-1].replace(",", " ")), dtype=torch.float64).unbind()
    found = [slope.item() for slope in torch.func.grad(function, (0, 1))(*pair)]
    text = dict(TABLE[name][0][1])[place]
    assert numbers(text[1 : text.index(")")]) == pytest.approx(found, nan_ok=True)


def test_the_table_leaves_nothing_out_and_puts_nothing_in() -> None:
    """The words of the table are those of the entries."""
    shown = conventions.completed(conventions.COMMENT, SNIPPETS, lambda page: page)
    assert shown.count("→") == sum(len(values) for told in TABLE.values() for _, values in told)
    assert set(TABLE) == {name for _, name, _, fields in atlas.rows(SNIPPETS) if fields["at"] != "-"}
    for name, told in TABLE.items():
        fields = next(fields for _, other, _, fields in atlas.rows(SNIPPETS) if other == name)
        words = re.sub(r"[^\w.]+", " ", fields["at"])
        for _, values in told:
            for _, slope in values:
                assert re.sub(r"[^\w.]+", " ", slope).strip() in words, name


def test_the_page_is_light_and_its_links_lead_to_entries(built_site: Path) -> None:
    html = (built_site / "conventions" / "index.html").read_text("utf-8")
    table = html[html.index("atlas-conventions") :]
    links = re.findall(r'<a href="([^"#]*)#([^"]+)"><code>', table)
    assert len(links) == len(TABLE)
    for address, name in links:
        page = built_site / "conventions" / address / "index.html"
        assert f'id="{name}"' in page.read_text("utf-8"), name
    text = unescape(re.sub(r"<[^>]+>", "", table))
    assert "(0, 0) → (0.5, 0.5)" in text


def test_the_pages_tell_what_is_tried() -> None:
    """Numbers of theirs that stand in the program, as `facts:` in their front matter say."""
    atlas_page, table_page, cookbook = (
        " ".join((ROOT / "docs" / name).read_text("utf-8").split())
        for name in ("atlas/index.md", "conventions.md", "cookbook.md")
    )
    assert f"longer than {trials.LONGEST} characters" in atlas_page
    assert f"more than {samples.MOST} numbers" in atlas_page
    assert f"from −{awkward.GRID[-1]:g} to {max(awkward.GRID):g}" in atlas_page
    assert awkward.POINTS[:4] == [0, 1, -1, math.inf] and "at 0, 1, −1, infinity and NaN" in atlas_page
    (weights,) = awkward._pull(lambda x: x, awkward._leaf(awkward.ROWS[0]))
    assert awkward.ROWS[0] == [2, 2, 2] and weights.tolist() == [1, 2, 3]
    for page in (atlas_page, table_page):
        assert "`[2, 2, 2]`" in page and "the weights 1, 2, 3 and so on" in page
    assert f"A program has {Limits().seconds} seconds" in cookbook
