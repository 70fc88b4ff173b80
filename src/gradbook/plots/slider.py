"""Plots that a reader changes by sliders: what moves with them, as programs for docs/assets/autograd.js.

Where the run stands, torch computes the same programs, and the plot must have been drawn so.
Knows matplotlib and torch.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import TYPE_CHECKING, Any

from gradbook.plots.palette import NotDrawable

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Program = Any  # a number, a name, or an operation with its operands: ["mul", "x", 2]
MARK = "move-"  # the ids of what moves, in matplotlib's SVG
KEPT = "_gradbook_slider"  # where a figure has its sliders
MOST_POINTS = 401
CLOSE = 1e-4  # of an axis' length: what is drawn in float32 is not seen to differ

_SIGNS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_CALLED = "exp log sqrt sin cos tanh sigmoid relu abs softplus maximum minimum sum mean".split()


def slider(moves: Mapping[Artist, str | tuple[str, str]], says: str, **names: Any) -> None:
    """Let readers change numbers of a plot. `moves` says by which expressions what is drawn follows:

    - a line by its height over `t`, which runs through its points, or by the places of its points: "x, y";
    - a text by what it says, "slope {d(y, x):.1f}", or by its place and what it says;
    - a bar by its height, and the cells of a mesh by an expression each.

    `says` is the sentence below the plot. Of the names, (low, high, start) or (low, high, start, step) is a slider,
    a number stays, and an expression is computed from those before it; `d(y, x)` is the derivative, and
    `descend(loss, rate, 50)` lets the numbers that stay go down, and be their whole ways from then on.
    """
    spec = _Spec(says, names)
    figures = {artist.get_figure(root=True) for artist in moves}
    if len(figures) != 1:
        raise NotDrawable("A slider moves what stands in one figure, and it moves something.")
    (figure,) = figures
    axes: list[Axes] = []
    made = []
    for artist, how in moves.items():
        if artist.axes not in axes:
            axes.append(artist.axes)
        artist.set_gid(f"{MARK}{len(made)}")
        made.append(_moved(artist, how, axes.index(artist.axes), spec))
    said = spec.told(spec.says)
    setattr(figure, KEPT, {**spec.data(), "said": said, "moves": made, "over": axes})


def drawn_with(figure: Figure, height: float) -> str:
    """What the page needs of a figure's sliders, as JSON; nothing where it has none. Once the figure was drawn."""
    kept = getattr(figure, KEPT, None)
    if kept is None:
        return ""
    places = []
    for axes in kept.pop("over"):
        if axes is None:  # of a legend, which stays where it is
            places.append([1, 0, 1, 0])
            continue
        if (axes.get_xscale(), axes.get_yscale()) != ("linear", "linear"):
            raise NotDrawable("What a slider moves stands on axes with linear scales.")
        (left, low), (right, high) = axes.transData.transform([(0, 0), (1, 1)])
        scales = right - left, left, low - high, height - low
        places.append([round(float(number), 4) for number in scales])
    return json.dumps({**kept, "axes": places}, ensure_ascii=False, separators=(",", ":"))


# --- Names and their values -------------------------------------------------------------------------


class _Spec:
    """The names of a plot, and what torch computes of them where the sliders stand at their start."""

    def __init__(self, says: str, names: Mapping[str, Any]) -> None:
        self.sliders: list[list[Any]] = []
        self.fixed: list[list[Any]] = []
        self.names: list[list[Any]] = []
        self.known: set[str] = set()
        for name, given in names.items():
            if isinstance(given, str):
                self.names.append([name, self.program(given, descends=True)])
            elif isinstance(given, tuple):
                self.sliders.append([name, *_range(name, *map(float, given))])
            else:
                self.fixed.append([name, float(given)])
            self.known.add(name)
        if not self.sliders:
            raise NotDrawable("Nothing slides: give a name its range, x=(low, high, start).")
        self.scope = values(self.data())
        self.says = self.template(says)

    def data(self) -> dict[str, Any]:
        found = {"sliders": self.sliders, "fixed": self.fixed, "names": self.names}
        return {**found, "says": self.says} if hasattr(self, "says") else found

    def program(self, text: str, *more: str, descends: bool = False) -> Program:
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise NotDrawable(f"{text!r} is no expression: {error.msg}.") from None
        return _program(tree, self.known | {*more}, descends)

    def value(self, program: Program, **more: Any) -> Any:
        return value(program, {**self.scope, **more}).detach()

    def template(self, text: str) -> list[Any]:
        """The text in pieces: of what is computed, the program and its digits."""
        if "$" in text or "\n" in text:
            raise NotDrawable(f"{text!r}: a text that changes is one line without formulas.")
        pieces: list[Any] = []
        for words, field, form, _ in Formatter().parse(text):
            pieces += [words] if words else []
            if field is not None:
                digits = re.fullmatch(r"\.(\d)f", form or "")
                if digits is None:
                    raise NotDrawable(f"{text!r}: give numbers their digits, {{{field}:.2f}}.")
                pieces.append([self.program(field), int(digits[1])])
        return pieces

    def told(self, pieces: Sequence[Any]) -> str:
        return told(pieces, self.scope)


def _range(
    name: str, low: float, high: float, start: float, step: float | None = None
) -> list[float]:
    """The ends, the start and the step of a slider."""
    if step is None:
        step = 10.0 ** math.floor(math.log10((high - low) / 50))
    steps = (start - low) / step
    if not low <= start <= high or abs(steps - round(steps)) > 1e-6:
        raise NotDrawable(
            f"{name} starts at {start:g}, which is no whole number of steps of {step:g} from {low:g}."
        )
    return [float(f"{number:.10g}") for number in (low, high, start, step)]


def _program(node: ast.expr, known: set[str], descends: bool = False) -> Program:
    match node:
        case ast.Constant(float() | int() as number):
            return number
        case ast.Name(name) if name in known:
            return name
        case ast.UnaryOp(ast.USub(), ast.Constant(float() | int() as number)):
            return -number
        case ast.UnaryOp(ast.USub(), inner):
            return ["neg", _program(inner, known)]
        case ast.BinOp(left, sign, right) if type(sign) in _SIGNS:
            return [_SIGNS[type(sign)], _program(left, known), _program(right, known)]
        case ast.Call(ast.Name("d"), [ast.Name(above), ast.Name(below)]) if {above, below} <= known:
            return ["d", above, below]
        case ast.Call(ast.Name("last"), [ast.Name(name)]) if name in known:
            return ["last", name]
        case ast.Call(
            ast.Name("descend"), [ast.Name(loss), rate, ast.Constant(int() as steps)]
        ) if descends and loss in known:
            return ["descend", loss, _program(rate, known), steps]
        case ast.Call(ast.Name(name), operands) if name in _CALLED:
            return [name, *(_program(operand, known) for operand in operands)]
        case ast.Tuple(parts):
            return [_program(part, known) for part in parts]
    raise NotDrawable(f"A slider cannot compute `{ast.unparse(node)}`.")


# --- By torch ---------------------------------------------------------------------------------------


def values(data: Mapping[str, Any], numbers: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Every name's value by torch, with the sliders at these numbers, or at their start."""
    import torch

    given = dict(data["fixed"]) | {name: start for name, _, _, start, _ in data["sliders"]}
    given |= numbers or {}
    scope = {
        name: torch.tensor(number, dtype=torch.float64, requires_grad=True)
        for name, number in given.items()
    }
    for at, (name, program) in enumerate(data["names"]):
        if program[:1] == ["descend"]:
            scope |= _descent(
                data, at, {name: tensor.item() for name, tensor in scope.items() if tensor.is_leaf}
            )
        else:
            scope[name] = value(program, scope)
    return scope


def _descent(data: Mapping[str, Any], at: int, given: dict[str, float]) -> dict[str, Any]:
    """The ways of the numbers that stay when they follow the gradient of a loss downward."""
    import torch

    _, (_, loss, rate, steps) = data["names"][at]
    above = {**data, "names": data["names"][:at]}
    ways: dict[str, list[float]] = {name: [number] for name, number in data["fixed"]}
    for _ in range(steps):
        scope = values(above, given)
        leaves = [scope[name] for name in ways]
        slopes = torch.autograd.grad(scope[loss], leaves, allow_unused=True)
        size = value(rate, scope).item()
        for (name, way), slope in zip(ways.items(), slopes):
            given[name] -= size * (0 if slope is None else slope.item())
            way.append(given[name])
    return {name: torch.tensor(way, dtype=torch.float64) for name, way in ways.items()}


def value(program: Program, scope: Mapping[str, Any]) -> Any:
    """A program's value by torch."""
    import torch

    match program:
        case str():
            return scope[program]
        case int() | float():
            return torch.tensor(program, dtype=torch.float64)
        case ["d", above, below]:
            slope = None
            if scope[above].requires_grad:
                (slope,) = torch.autograd.grad(
                    scope[above], scope[below], retain_graph=True, allow_unused=True
                )
            return torch.zeros((), dtype=torch.float64) if slope is None else slope.detach()
        case ["last", name]:
            return scope[name].flatten()[-1]
        case ["pow", base, int() | float() as exponent]:
            return value(base, scope) ** exponent
    name, *operands = program
    known = getattr(torch, name, None) or getattr(torch.nn.functional, name)
    return known(*(value(operand, scope) for operand in operands))


def told(pieces: Sequence[Any], scope: Mapping[str, Any]) -> str:
    """The pieces of a text with the numbers in them."""
    return "".join(
        piece if isinstance(piece, str) else fixed(value(piece[0], scope).item(), piece[1])
        for piece in pieces
    )


def fixed(number: float, digits: int) -> str:
    """A number with so many digits after the point, with a true minus, and zero without one."""
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")


# --- What moves -------------------------------------------------------------------------------------


def _moved(artist: Artist, how: Any, at: int, spec: _Spec) -> list[Any]:
    """How the browser draws the artist again; refuses what was not drawn as the expressions say."""
    from matplotlib.collections import QuadMesh
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

    if isinstance(artist, Text):
        place, text = how if isinstance(how, tuple) else (None, how)
        return _text(artist, place, spec.template(text), at, spec)
    if isinstance(artist, Line2D) and artist.get_transform() == artist.axes.transData:
        return _line(artist, how, at, spec)
    if isinstance(artist, Rectangle):
        height, box = spec.program(how), [artist.get_x(), artist.get_width(), artist.get_y()]
        _same("bar", how, [artist.get_height()], spec.value(height), _span(artist.axes, 1))
        return ["bar", at, [float(number) for number in box], height]
    if isinstance(artist, QuadMesh):
        cells, (least, most) = spec.program(how), artist.get_clim()
        found = [spec.value(cell).item() for cell in cells]
        _same("mesh", how, artist.get_array().flatten().tolist(), found, most - least)
        if least != -most:
            raise NotDrawable("A mesh that moves has vmin=-m, vmax=m and a diverging colormap.")
        return ["mesh", at, cells, most]
    raise NotDrawable(f"A slider moves lines, texts, bars and meshes, and not {artist}.")


def _line(line: Any, how: str, at: int, spec: _Spec) -> list[Any]:
    import torch

    across, up = (
        torch.as_tensor(data, dtype=torch.float64) for data in (line.get_xdata(), line.get_ydata())
    )
    program = spec.program(how, "t")
    # A product of names, ["mul", "a", "b"], is no pair.
    pair = isinstance(ast.parse(how.strip(), mode="eval").body, ast.Tuple)
    if len(across) > MOST_POINTS:
        raise NotDrawable(f"A line of {len(across)} points: {MOST_POINTS} at most can move.")
    if pair:
        for axis, part, drawn in zip((0, 1), program, (across, up)):
            found = spec.value(part, t=across).expand_as(drawn)
            _same(f"line's {'xy'[axis]}", how, drawn.tolist(), found, _span(line.axes, axis))
        return ["line", at, _points(across) if '"t"' in json.dumps(program) else None, *program]
    _same(
        "line", how, up.tolist(), spec.value(program, t=across).expand_as(up), _span(line.axes, 1)
    )
    return ["line", at, _points(across), "t", program]


def _points(across: Any) -> list[Any]:
    """What `t` runs through; evenly spaced points as the first, the last and how many."""
    import torch

    ends = [float(f"{across[at].item():.7g}") for at in (0, -1)]
    even = torch.linspace(*ends, len(across), dtype=torch.float64)
    if torch.allclose(even, across, rtol=0, atol=CLOSE / 10 * abs(ends[1] - ends[0])):
        return [*ends, len(across), "even"]
    return [float(f"{one:.7g}") for one in across.tolist()]


def _text(text: Any, place: str | None, pieces: list[Any], at: int, spec: _Spec) -> list[Any]:
    drawn, said = text.get_text(), spec.told(pieces)
    if drawn.replace("-", "−") != said.replace("-", "−"):
        raise NotDrawable(
            f"The text is drawn as {drawn!r}, and the slider says {said!r} at the start."
        )
    if place is None:
        return ["text", at, None, None, pieces]
    across, up = spec.program(place)
    here = getattr(text, "xy", None) or text.get_position()
    for axis, part in enumerate((across, up)):
        _same("text's place", place, [float(here[axis])], spec.value(part), _span(text.axes, axis))
    return ["text", at, across, up, pieces]


def _span(axes: Axes, axis: int) -> float:
    low, high = axes.get_ylim() if axis else axes.get_xlim()
    return abs(high - low)


def _same(what: str, how: str, drawn: Sequence[float], found: Any, span: float) -> None:
    """Refuse an expression that does not give what is drawn."""
    found = found.flatten().tolist() if hasattr(found, "flatten") else list(found)
    for one, other in zip(drawn, found, strict=True):
        if not abs(one - other) <= CLOSE * span and not (math.isnan(one) and math.isnan(other)):
            raise NotDrawable(
                f"The {what} is drawn at {one:g}, where {how!r} gives {other:g} at the start."
            )
