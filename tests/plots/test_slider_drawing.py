"""Sliders of plots: what was not drawn as the expressions say, or cannot move, is refused in a sentence."""

import pytest
from plotted import collected

START = """
import matplotlib.pyplot as plt
from gradbook import slider
fig, ax = plt.subplots()
(line,) = ax.plot([0, 1, 2], [0, 2, 4])
(dot,) = ax.plot(1, 1, "ko")
note = ax.text(1, 1, "slope 2")
(bar,) = ax.bar(1, 3)
fig.set_label("A line of slope 2, a point, a bar, and what they say.")
"""
GIVEN = 'slider({{ {moves} }}, "a = {{a:.1f}}", a=(0, 4, 2, 0.1))'
REFUSED = {
    'line: "(a + 1) * t"': "drawn at 2, where '(a + 1) * t' gives 3 at the start",
    'dot: "1, a"': "line's y is drawn at 1, where '1, a' gives 2",
    'note: "slope {a + 1:.0f}"': "drawn as 'slope 2', and the slider says 'slope 3'",
    'note: ("0, 1", "slope {a:.0f}")': "text's place is drawn at 1",
    'bar: "a"': "bar is drawn at 3, where 'a' gives 2",
    'line: "b * t"': "cannot compute `b`",
    'line: "a *"': "is no expression",
    'line: "gamma(a) * t"': "cannot compute `gamma(a)`",
    'note: "slope {a}"': "give numbers their digits",
    'note: "$a$ = {a:.0f}"': "one line without formulas",
    "": "moves something",
    'ax.axvline(1): "a"': "moves lines, texts, bars and meshes",
}


@pytest.fixture(scope="module")
def refusals() -> dict[str, list]:
    codes = [START + GIVEN.format(moves=moves) for moves in REFUSED]
    caught = [
        f"{START}try:\n    {code.removeprefix(START)}\n"
        "except Exception as e:\n    fig.set_label('It is refused: ' + str(e))"
        for code in codes
    ]
    return dict(zip(REFUSED, collected(*caught)))


@pytest.mark.parametrize("moves", REFUSED)
def test_what_is_not_so_is_refused(moves: str, refusals: dict[str, list]) -> None:
    ((_, words),) = refusals[moves]
    assert REFUSED[moves] in words


def test_what_moves_is_marked_and_given_to_the_page() -> None:
    moves = 'line: "a * t", dot: "a / 2, 1", note: "slope {a:.0f}", bar: "a + 1"'
    (((svg, _),),) = collected(START + GIVEN.format(moves=moves))
    assert [svg.count(f'data-move="{n}"') for n in range(4)] == [1, 1, 1, 1]
    assert "&quot;said&quot;:&quot;a = 2.0&quot;" in svg
    assert 'id="move-' not in svg


def test_only_linear_axes() -> None:
    code = START + "ax.set_yscale('symlog')\n" + GIVEN.format(moves='dot: "a / 2, 1"')
    ((kind, words),) = (collected(code)[0],)
    assert kind == "NotDrawable" and "linear scales" in words
