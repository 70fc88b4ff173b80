"""The playground: its graphs beside those of `draw`, what it says a program prints beside what torch prints, and how
it is used in a real browser."""

from __future__ import annotations

import ast
import contextlib
import gzip
import io
import json
import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
import torch
from browser import PATIENCE, SHIFTS, served, window
from built import ROOT
from drawings import DRAWINGS, by_hand, network, polynomial, several_steps
from figures import figures, site_figures
from playwright.sync_api import Browser, Page, expect

from gradbook import draw
from gradbook.graph.figure import Picture
from gradbook.graph.living import KNOWN, program
from gradbook.graph.recorder import instrument
from gradbook.graph.typed import lines
from gradbook.project import project_at
from gradbook.site.modules import plain_script
from gradbook.site.playground import linked

ASSETS = ROOT / "docs/assets"
PAGE = "playground/"

SHOW = """async texts => {
  const names = ["expression", "record", "living", "picture", "printed"]
  const modules = await Promise.all(names.map(name => import(`/${name}.js`)))
  const { parse, evaluate, record, compute, told, picture, once } = Object.assign({}, ...modules)
  return texts.map(text => {
    const read = parse(text)
    const number = (name, n) => read.given.get(name)?.numbers ?? 1.5 + n / 4
    const numbers = Object.fromEntries(read.leaves.map((name, n) => [name, number(name, n)]))
    const made = record(evaluate(read, numbers))
    const steps = made.steps.map(([phase, node, edges]) => ({ back: phase === "b", node, edges }))
    const state = compute({ live: made.live, edges: made.edges })
    const { edges, live } = made
    const program = once(read, numbers, { root: made.root, nodes: state.nodes }, made.nodes[made.root].op)
    const svg = picture(made, state, steps, "A graph")
    return { data: { edges, steps: made.steps, live }, told: told(state, steps), svg, program }
  })
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    with served(ASSETS) as address, window(browser) as context:
        page = context.new_page()
        page.goto(address + "favicon.svg")
        yield page


def examples() -> list[str]:
    """The programs that the page offers."""
    cell = project_at(ROOT).page(ROOT / "docs/playground/index.md").cells[0]
    names: dict[str, Any] = {}
    exec(cell.code.partition("\n\nclass ")[0], names)
    return [text.strip() for text in names["EXAMPLES"].values()]


def test_the_program_that_the_page_gives_to_paste_is_read(modules: Page) -> None:
    cells = {cell.name: cell.code for cell in project_at(ROOT).page(ROOT / "docs/playground/index.md").cells}
    example, pasted = modules.evaluate(SHOW, [cells["example"], cells["pasted"]])
    assert "# tensor(49., grad_fn=<PowBackward0>)\nprint(x.grad)\n# tensor(42.)" in example["program"]
    assert example["program"].endswith("# tensor(42.)") and pasted["program"].endswith("# tensor(-12.)")


# --- The graph, as `draw` finds it ---------------------------------------------------------------

X = "x = 2.0\nw = 3.0\nc = torch.tensor(4.0)\n"
V = "v = [1.0, 2.0]\nU = [[1.0, 2.0]]\nW = torch.tensor([[1.0, 2.0], [3.0, 4.0]])\n"
PROGRAMS = [
    *(X + line for line in (
        "y = 3 / x + 1 / x",
        "y = 2 ** x + x ** w",
        "y = (5 - x) * (x - 3)",
        "y = maximum(x, 3) * relu(x) + abs(-x)",
        "y = c * x + x * c + c",
        "y = (2 * c) * x + c * c",
        "y = (c - 1) / x - c / x + x / c + x / 2",
        "y = x ** c + c ** x + x ** -2",
        "k = c * 2\ny = k + x + 3",
        "u = x * w\nv = u * u\ny = v - u",
        "y = -(x - w) * -x",
        "y = (x * w) * (w * x) * 2",
        "u = x\ny = u * w",
        "y = x ** 1 * x ** 2 / 4",
        "y = (x + 1) ** (w - 1)",
        "u = x * x\ny = u + u",
        "u = 1 / x + x\ny = (w - 1) * u + u",  # u runs first
        "y = minimum(x, w) * maximum(x, 2)",
        "y = w * (x * (c - x * (w + x)))",
    )),
    *(V + line for line in (
        "y = sum(W @ v)",
        "y = sum(U @ W)",
        "y = sum(W @ W @ v)",
        "y = sum(2 * U + v)",
        "y = sum((2 * v) @ v)",
        "y = sum(U / v)",
        "y = sum(maximum(v, 1.5))",
        "y = sum((W * 2) * v + sum(v))",
        "y = mean((W @ v - 1) ** 2)",
        "y = sum(v * sum(v))",
        "y = mean(mean(v) - 3 * v / 2)",
        "a = [2.0]\ny = a * 3",
        "u = W @ v\ny = u @ v + sum(W @ W)\nz = y * 1",
    )),
]  # fmt: skip


def in_torch(text: str) -> Picture:
    """What `draw` makes of a program as the playground reads it, after its backward pass."""
    functions = "sum mean maximum minimum relu abs exp log sqrt sin cos tanh sigmoid softplus reciprocal"
    source = re.sub(r"^(\w+) = (-?[\d.]+|\[.*\])$", r"\1 = torch.tensor(\2, requires_grad=True)", text, flags=re.M)
    source = re.sub(rf"(?<![.\w])({functions.replace(' ', '|')})\(", r"torch.\1(", source)
    source = source.replace("torch.softplus", "torch.nn.functional.softplus")
    source = re.sub(r"(imum\(\w+, )([\d.]+)\)", r"\1torch.tensor(float(\2)))", source)
    result = source.splitlines()[-1].split(" = ")[0]
    tree = instrument(ast.parse(f"{source}\n{result}.backward(retain_graph=True)\npicture = draw({result})"))
    names: dict[str, Any] = {"torch": torch, "draw": draw}
    exec(compile(tree, "program.py", "exec"), names)
    return names["picture"]


def texts(svg: str) -> list[str]:
    """What the cards and arrows of a picture say."""
    return [unescape(re.sub(r"<[^>]*>", "", text)) for text in re.findall(r"<text.*?</text>", svg)]


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    cards = re.findall(r'translate\((\S+) (\S+)\)"><rect class="box" width="(\S+)" height="(\S+)"', svg)
    return [(x, y, x + width, y + height) for x, y, width, height in (map(float, card) for card in cards)]


@pytest.fixture(scope="module")
def drawn(modules: Page) -> list[tuple[str, dict, Picture]]:
    programs = [*PROGRAMS, *(text for text in examples() if "torch.tensor([" not in text)]
    return [(text, made, in_torch(text)) for text, made in zip(programs, modules.evaluate(SHOW, programs))]


def test_a_program_has_the_graph_and_the_steps_that_torch_records(drawn: list) -> None:
    for text, made, picture in drawn:
        [figure] = figures(picture._repr_html_())
        expected = {key: figure.data[key] for key in ("edges", "steps", "live")}
        assert _short(made["data"]) == _short(expected), text


def test_random_programs_have_the_graphs_that_torch_records(modules: Page) -> None:
    r = random.Random(3)
    programs = [f"x = 2.0\nw = 3.0\nb = torch.tensor(4.0)\nu = {expression(r, 1)} + x\ny = {expression(r, 2)} * u + u"
                for _ in range(120)]  # fmt: skip
    for text, made in zip(programs, modules.evaluate(SHOW, programs)):
        [figure] = figures(in_torch(text)._repr_html_())
        assert [made["data"]["edges"], made["data"]["steps"]] == [figure.data["edges"], figure.data["steps"]], text
        if live := figure.data.get("live"):  # all numbers are finite
            nodes = [[*node[:3], node[4]] for node in live["nodes"]]
            assert [[*node[:3], node[4]] for node in made["data"]["live"]["nodes"]] == nodes, text
            assert made["data"]["live"]["edges"] == live["edges"], text


def _short(data: Any) -> Any:
    """With numbers as float32 has them."""
    return json.loads(json.dumps(data), parse_float=lambda number: round(float(number), 6))


def test_its_steps_are_told_as_the_build_tells_them(drawn: list) -> None:
    sign = re.compile("[=≈]")  # 0.1 × 6 is 0.6 in float32 and not in float64
    for text, made, picture in drawn:
        [figure] = figures(picture._repr_html_())
        if "sigmoid" not in text:  # whose digits end differently
            told, expected = ([sign.sub("=", one) for one in some] for some in (made["told"], figure.sentences))
            assert told == expected, text


def test_its_picture_is_that_of_the_build(drawn: list) -> None:
    alike = 0
    for text, made, picture in drawn:
        svg = re.search(r"<svg.*?</svg>", picture._repr_html_(), re.S)[0]
        if "sigmoid" not in text:
            assert sorted(texts(made["svg"])) == sorted(texts(svg)), text
        here, there = boxes(made["svg"]), boxes(svg)
        assert len(here) == len(there)
        # Cards have their sizes and their rows, and mostly their very places.
        assert [box[1::2] for box in here] == [pytest.approx(box[1::2], abs=0.2) for box in there], text
        alike += all(a == pytest.approx(b, abs=0.3) for a, b in zip(here, there))
    assert alike >= 0.75 * len(drawn), alike


def test_no_card_lies_on_another(modules: Page) -> None:
    made = modules.evaluate(SHOW, [expression(random.Random(seed), 4) for seed in range(60)])
    for one in made:
        cards = boxes(one["svg"])
        for number, (left, top, right, bottom) in enumerate(cards):
            for a, b, c, d in cards[number + 1 :]:
                assert right <= a or c <= left or bottom <= b or d <= top, one["program"]


# --- The program, and what it prints -------------------------------------------------------------


def printed_by(source: str) -> tuple[str, str]:
    """What a program prints, and what its comments say of that."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(source, {})
    said = "\n".join(line.removeprefix("# ") for line in source.splitlines() if line.startswith("# "))
    return out.getvalue().rstrip("\n"), said


def test_the_program_prints_what_the_page_says(modules: Page) -> None:
    for made in modules.evaluate(SHOW, [*PROGRAMS, *examples()]):
        printed, said = printed_by(made["program"])
        assert printed == said, made["program"]


def expression(r: random.Random, depth: int) -> str:
    """A random program of numbers, in which nothing grows large."""
    if not depth:
        return r.choice(["x", "w", "b", "x", "2", "0.5", "3"])
    inner = [expression(r, depth - 1) for _ in range(2)]
    return r.choice([
        "({} + {})", "({} - {})", "{} * {}", "({} + x) * ({} - w)", "tanh({0} + w)", "sigmoid({0} - x)", "-({0} + b)",
        "relu({0} + x) - {1}", "abs({0} - w)", "(w + {0}) ** 2", "maximum({0} + x, {1} + w)", "exp(-abs({0} + x))",
        "log(1 + abs({0} + b))", "sqrt(1 + abs({0} + x))", "sin({0} + x)", "softplus({0} + b)",
        "({} + x) / (1 + abs({} + w))",
    ]).format(*inner)  # fmt: skip


def test_random_programs_print_what_the_page_says(modules: Page) -> None:
    number = re.compile(r"-?\d+\.?\d*(?:e[+-]\d+)?|inf|nan")
    programs = [f"y = {expression(random.Random(seed), 1 + seed % 3)} + x" for seed in range(300)]
    for made in modules.evaluate(SHOW, programs):
        printed, said = printed_by(made["program"])
        assert number.sub("#", printed) == number.sub("#", said), made["program"]
        pairs = zip(map(float, number.findall(printed)), map(float, number.findall(said)))
        assert all(a == pytest.approx(b, rel=1e-4, abs=2e-4, nan_ok=True) for a, b in pairs), made["program"]


def test_tensors_are_printed_as_torch_prints_them(modules: Page) -> None:
    r = random.Random(0)
    special = [0.0, -0.0, 1.0, -3.0, 0.03125, 0.09375, 1e-5, 123456.0, 1e9, 1 / 3, 2e8, 1000.5, -0.5]
    special += [float("inf"), float("nan")]
    shapes = [[], [1], [2], [4], [1, 2], [2, 2], [3, 1]]
    cases = []
    for _ in range(600):
        shape = r.choice(shapes)
        scale = 10 ** r.uniform(-6, 6)
        count = torch.Size(shape).numel()
        drawn = [(r.choice(special), r.uniform(-scale, scale)) for _ in range(count)]
        cases.append([shape, [r.choice(pair) for pair in drawn]])
    show = """async cases => {
      const { printed } = await import("/printed.js")
      return cases.map(([shape, texts]) => printed({ shape, data: texts.map(Number) }))
    }"""
    sent = [[shape, [str(n).replace("inf", "Infinity").replace("nan", "NaN") for n in data]] for shape, data in cases]
    for (shape, data), text in zip(cases, modules.evaluate(show, sent)):
        assert text == repr(torch.tensor(data).reshape(shape)), data


# --- What the reader types, and what is said of it -----------------------------------------------

MISTAKES = {
    "x = 2.0": (7, "Write what to compute, such as y = x ** 2."),
    "x = [1, 2\ny = sum(x)": (9, "closing ]"),
    "x = [[1, 2], [3]]\ny = sum(x)": (4, "differ in length"),
    "x = [[[1]]]\ny = sum(x)": (4, "two dimensions"),
    "x = [x]\ny = x": (5, "Numbers alone"),
    "y = [1, 2] * x": (11, "stand alone"),
    "x = torch.tensor(2.0) * 3": (22, "stand alone"),
    "lambda * x": (0, "Choose another name"),
    "print = x": (0, "Choose another name"),
    "1 / 0 * x": (2, "no finite number: 1 / 0"),
    "sqrt(-1) * x": (0, "no finite number: sqrt(-1)"),
    "x.exp(1)": (2, "takes 1 value, not 2"),
    "x.": (2, "name of a function"),
    "x.grow()": (2, "No function is called grow"),
    "t = torch.tensor(2.0)\ny = t * 3": (22, "Nothing here asks for a gradient"),
    "v = [1, 2]\ny = v * 3": (11, "y has shape [2], and backward() starts at a number"),
    "v = [1, 2]\nw = [1, 2, 3]\ny = sum(v * w)": (35, "2 entries meet 3"),
    "v = [1, 2]\nW = [[1, 2], [3, 4]]\ny = sum(v @ W)": (42, "on the left of a vector"),
    "W = [[1, 2]]\nv = [1, 2, 3]\ny = sum(W @ v)": (37, "2 is not 3"),
    "y = x @ x": (6, "Numbers are multiplied by *"),
    " + ".join(["x"] * 90): (322, "holds 80 operations"),
    f"v = {[1] * 40}\ny = sum(v)": (4, "at most 36 numbers"),
    "v = [1, 2, 3, 4, 5, 6, 7]\nW = [[1], [2], [3], [4], [5], [6]]\ny = sum(v * W)": (71, "42"),
    "constructor * toString": None,
    "3·x − 2×x": None,
    "x = 2.0  # a leaf\nimport torch\nloss = ((x - 1) ** 2).sum()\nloss.backward()\nprint(x.grad)\nx.grad": None,
    "x = torch.tensor(2., requires_grad=True)\nt = torch.tensor([1., 2.], requires_grad=False)\ny = sum(t * x)": None,
}
FAULT = """async text => {
  const [{ parse }, { evaluate }] = await Promise.all([import("/expression.js"), import("/record.js")])
  try {
    const read = parse(text)
    evaluate(read, Object.fromEntries(read.leaves.map(name => [name, read.given.get(name)?.numbers ?? 2])))
  } catch (mistake) { return [mistake.at, mistake.message] }
  return null
}"""


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items(), ids=lambda text: str(text)[:30])
def test_a_mistake_is_told_in_a_sentence_with_its_place(text: str, expected: tuple | None, modules: Page) -> None:
    found = modules.evaluate(FAULT, text)
    if expected is None:
        assert found is None
    else:
        assert (found[0], expected[1] in found[1]) == (expected[0], True), found
        assert found[1].endswith(".")


def test_whatever_is_typed_is_read_or_has_a_mistake(modules: Page) -> None:
    """Pieces of programs in any order: nothing else goes wrong than what is told."""
    r = random.Random(1)
    pieces = "x y = = + - * ** / @ ( ) [ ] , . ; 2 0.5 exp sum maximum torch.tensor( requires_grad=True".split()
    pieces += ["#", "lambda", "__proto__", "constructor", " ", "\n"]
    texts = ["".join(r.choice(pieces) for _ in range(r.randrange(1, 14))) for _ in range(3000)]
    judge = f"async texts => Promise.all(texts.map({FAULT}))"
    for text, found in zip(texts, modules.evaluate(judge, texts)):
        if found is not None:
            at, sentence = found
            assert 0 <= at <= len(text) and sentence.endswith("."), (text, found)


# --- A living figure as a program ----------------------------------------------------------------


@pytest.mark.parametrize("make", [polynomial, several_steps, by_hand, network])
def test_a_figure_opens_with_its_own_graph(make: Any, modules: Page) -> None:
    graph = make().shown
    [made] = modules.evaluate(SHOW, [lines(graph)])
    [figure] = figures(make()._repr_html_())
    assert made["data"]["edges"] == figure.data["edges"]
    assert made["data"]["steps"] == figure.data["steps"]
    texts = [node[:3] for node in figure.data["live"]["nodes"]]
    assert [node[:3] for node in made["data"]["live"]["nodes"]] == texts


def test_every_living_figure_that_ends_in_a_number_opens_with_its_own_graph(
    built_site: Any, modules: Page
) -> None:
    living = [(page, one) for page, one in site_figures(built_site) if "live" in one.data]
    assert len(living) >= 15
    found = {page: _programs(built_site / page) for page, _ in living}
    programs = [text for some in found.values() for text in some]
    graphs = {json.dumps(_shape(one.data)) for _, one in living}
    for text, made in zip(programs, modules.evaluate(SHOW, programs)):
        assert json.dumps(_shape(made["data"])) in graphs, text
    assert len(programs) >= 10


def _shape(data: dict) -> Any:
    """Arrows and operations: a figure may lack the backward pass, and a program has names for what is used twice."""
    return [data["edges"], [node[2] for node in data["live"]["nodes"]]]


def _programs(path: Any) -> list[str]:
    programs = re.findall(r'class="gg-open" href="[^"#]*" data-program="([^"]*)"', path.read_text("utf-8"))
    return [parse_qs(program.replace("&amp;", "&"))["code"][0] for program in programs]


def test_a_graph_without_a_number_at_its_end_has_no_link() -> None:
    assert 'class="gg-open"' not in DRAWINGS["two_outputs"]()._repr_html_()
    assert lines(DRAWINGS["two_outputs"]().shown) == ""


def test_the_link_leads_from_where_the_figure_stands() -> None:
    html = 'a <a class="gg-open" href="playground:" data-program="code=x">b</a>'
    found = linked(html, "graph/leaves/", "playground/")
    program = 'data-program="from=graph/leaves/&amp;code=x"'
    assert found == f'a <a class="gg-open" href="../../playground/" {program}>b</a>'
    found = linked(html, "graph/leaves.html", "playground/index.html")
    assert '"../playground/index.html" data-program="from=graph/leaves.html&amp;code=x"' in found


def test_the_playground_knows_the_operations_of_the_figures(modules: Page) -> None:
    signs = {"add", "sub", "mul", "div", "pow", "neg", "matmul"}
    functions = KNOWN - signs
    text = {name: f"y = {name}(x, w)" if "imum" in name else f"y = {name}(x)" for name in functions}
    for name, made in zip(text, modules.evaluate(SHOW, list(text.values()))):
        [picture] = [in_torch(f"x = 1.5\nw = 1.75\n{text[name]}")]
        assert program(picture.shown), name
        assert [node[:3] for node in made["data"]["live"]["nodes"]] == [
            [node.name, node.text, "leaf" if node.kind == "leaf" else name] for node in picture.shown.nodes
        ]


# --- In use --------------------------------------------------------------------------------------

STEP = "grad-playground [aria-label='Next step']"


@pytest.fixture
def playground(browser: Browser, home: str) -> Iterator[Any]:
    """Opens the page with a program or a state in its address."""
    opened = []

    def open_(state: str = "", **options: Any) -> Page:
        context = window(browser, **{"viewport": {"width": 1000, "height": 900}, **options})
        page = context.__enter__().new_page()
        opened.append(context)
        page.on("pageerror", lambda error: pytest.fail(f"{error}\n{error.stack}"))
        page.goto(f"{home}{PAGE}{state}")
        return page

    yield open_
    for context in opened:
        context.__exit__(None, None, None)


def cards(page: Page, role: str = "value") -> list[str]:
    return page.locator(f"grad-playground svg.gg .{role} .x").all_text_contents()


def within(page: Page, selector: str, text: str) -> None:
    expect(page.locator(selector)).to_contain_text(text, timeout=PATIENCE)


def test_the_address_of_a_heading_is_left_alone(playground: Any) -> None:
    page = playground("#gradient-descent")
    assert cards(page)[-1] == "49"
    page.wait_for_timeout(600)
    assert page.evaluate("location.hash") == "#gradient-descent"
    page.fill("textarea", "x * 5")
    page.evaluate("location.hash = '#where-next'")
    page.wait_for_timeout(100)
    assert page.input_value("textarea") == "x * 5"


def test_the_graph_follows_what_is_typed(playground: Any) -> None:
    page = playground()
    assert cards(page)[-1] == "49"
    page.fill("textarea", "u = w * x\nloss = (u - 1) ** 2")
    assert cards(page) == ["2", "3", "6", "5", "25"]
    assert cards(page, "gradient") == ["∂ 30", "∂ 20", "∂ 10", "∂ 10", "∂ 1"]
    within(page, ".pg-code", "loss = (u - 1)**2")
    within(page, ".pg-code", "print(w.grad)\n# tensor(30.)")
    page.locator("textarea").press("End")
    page.keyboard.type(" + x")
    assert cards(page)[-1] == "28"
    assert page.evaluate("document.activeElement.localName") == "textarea"


def test_it_is_stepped_through_as_the_figures_are(playground: Any) -> None:
    page = playground("#code=" + quote("x = 2.0\ny = (3 * x + 1) ** 2"))
    said = page.locator("grad-playground .gg-said [aria-live]")
    page.click(STEP)
    assert said.inner_text() == "x = 2 is a leaf: gradients end here."
    for _ in range(4):
        page.click(STEP)
    assert said.inner_text().startswith("The backward pass starts with ∂y/∂y = 1. ∂y/∂(3x + 1) = 2(3x + 1) = 14")
    page.locator("grad-playground [data-node='0'] .box").click()
    assert said.inner_text().endswith("∂y/∂x = ∂y/∂(3x) · ∂(3x)/∂x = 14 · 3 = 42.")
    page.click("grad-playground .gg-predict")
    within(page, "grad-playground .gg-said", "What is the gradient of")


def test_a_leaf_is_changed_in_the_program_and_beside_it(playground: Any) -> None:
    page = playground("#code=" + quote("x = 2.0\ny = w * x  # two leaves"))
    page.fill("grad-playground [data-name=x]", "-1.5")
    assert page.input_value("textarea") == "x = -1.5\ny = w * x  # two leaves"
    page.fill("grad-playground [data-name=w]", "4")
    assert cards(page)[-1] == "−6" and page.input_value("textarea").startswith("x = -1.5")
    within(page, ".pg-code", "w = torch.tensor(4.0, requires_grad=True)")
    within(page, ".pg-code", "print(x.grad)\n# tensor(4.)")
    page.fill("textarea", "x = 5.0\ny = w * x")
    assert cards(page)[-1] == "20"  # w has kept its number
    assert page.input_value("grad-playground [data-name=x]") == "5"


def test_the_address_holds_everything(playground: Any) -> None:
    page = playground("#code=" + quote("v = [1.0, 2.0]\ny = sum(v * k)"))
    page.fill("grad-playground [data-name='v[1]']", "7")
    page.fill("grad-playground [data-name=k]", "-3")
    page.click(STEP)
    page.click(STEP)
    page.wait_for_function("location.hash.includes('step=2')")
    other = playground(page.evaluate("location.hash"))
    assert other.input_value("textarea") == "v = [1.0, 7.0]\ny = sum(v * k)"
    assert other.input_value("grad-playground [data-name=k]") == "-3"
    assert other.inner_text("grad-playground .gg-count").startswith("2 / ")
    page.evaluate("location.hash = '#code=x*x&x=6'")
    expect(page.locator("textarea")).to_have_value("x*x", timeout=PATIENCE)
    assert cards(page)[-1] == "36"


@pytest.mark.parametrize("back", ["javascript:alert(1)", "//example.org/", "https://example.org", "/x"])
def test_an_address_leads_back_into_the_site_alone(back: str, playground: Any) -> None:
    page = playground(f"#code=x&back={quote(back)}")
    page.wait_for_selector("textarea")
    assert page.locator("grad-playground .pg-row a").is_hidden()


def test_what_an_address_says_is_text(playground: Any) -> None:
    page = playground("#code=" + quote("<img src=x onerror=fail()>") + "&x=<b>&step=1e9")
    within(page, ".pg-error", "Character 1: < is not known here.")
    assert page.locator("grad-playground img").count() == 0


def test_an_error_has_its_place_and_leaves_the_picture(playground: Any) -> None:
    page = playground()
    page.fill("textarea", "x = 2.0\ny = 3x + 1")
    within(page, ".pg-error", "Line 2, character 6: Between 3 and x a sign is missing. A product is written 3 * x.")
    assert page.inner_text(".pg-where") == "y = 3x + 1\n     ^"
    assert page.get_attribute("textarea", "aria-invalid") == "true"
    assert cards(page)[-1] == "49" and page.locator(".pg-rest").evaluate("rest => rest.inert")
    page.fill("textarea", "x = 2.0\ny = 3*x + 1")
    assert page.inner_text(".pg-error") == "" and cards(page)[-1] == "7"
    assert page.get_attribute("textarea", "aria-invalid") == "false"


def test_descent_goes_where_torch_goes(playground: Any) -> None:
    page = playground("#code=" + quote("w = 0.5\nb = 0.0\nx = torch.tensor(2.0)\nloss = (w * x + b - 4) ** 2"))
    page.fill(".pg-rest .pg-row input", "0.05")
    page.click("grad-playground :text-is('One step')")
    page.click("grad-playground :text-is('Ten steps')")
    source = page.inner_text(".pg-code")
    assert "for step in range(11):" in source and "w -= 0.05 * w.grad" in source
    printed, said = printed_by(source)
    assert printed == said
    within(page, ".pg-rest", "After 11 steps loss is")
    assert page.locator(".pg-plot circle").count() == 12
    assert "The path: loss is 9, " in page.get_attribute(".pg-plot svg", "aria-label")
    page.click("grad-playground :text-is('Back to the start')")
    assert page.input_value("grad-playground [data-name=w]") == "0.5"
    assert page.locator(".pg-plot circle").count() == 0


def test_a_descent_that_leads_nowhere_says_so(playground: Any) -> None:
    page = playground("#code=" + quote("x = 2.0\ny = x ** 2"))
    page.fill(".pg-rest .pg-row input", "30")
    for _ in range(2):
        page.click("grad-playground :text-is('Ten steps')")
    within(page, ".pg-rest", "the rate is too large")
    page.fill("textarea", "x = -1.0\ny = sqrt(x)")
    page.click("grad-playground :text-is('One step')")
    within(page, ".pg-rest", "A gradient is nan")


def test_the_examples_open_and_are_those_of_the_page(playground: Any) -> None:
    page = playground()
    for number, text in enumerate(examples()):
        page.select_option("grad-playground select", str(number))
        assert page.input_value("textarea") == text
        assert page.inner_text(".pg-error") == "" and not page.locator(".pg-rest").evaluate("rest => rest.inert")


def test_a_figure_opens_in_the_playground_and_leads_back(browser: Browser, home: str) -> None:
    with window(browser, viewport={"width": 1000, "height": 900}) as context:
        page = context.new_page()
        page.goto(home + "tutorial/multiple-steps/")
        page.fill("[data-name='x[0, 1]']", "7")
        page.locator("[aria-label='Next step']").first.click()
        page.click(".gg-open")  # it leads there at once, also before the address has changed
        seven = re.compile(r"x = \[\[1\.0, 7\.0, 3\.0\], \[3\.0, 2\.0, 1\.0\]\]\ny = 3 \* x \+ 2")
        expect(page.locator("textarea")).to_have_value(seven, timeout=PATIENCE)
        expect(page.locator("grad-playground .gg-count")).to_have_text(re.compile("^1 / "), timeout=PATIENCE)
        page.click("grad-playground :text-is('Back to the figure')")
        page.wait_for_url("**/tutorial/multiple-steps/#graph-*")
        expect(page.locator("[data-name='x[0, 1]']")).to_have_value("7", timeout=PATIENCE)


def test_the_example_of_the_page_opens_above_it(playground: Any) -> None:
    page = playground()
    figure = page.locator("grad-graph").last
    figure.locator("[data-name=x]").fill("-4")
    figure.locator(".gg-open").click()
    expect(page.locator("textarea")).to_have_value("x = -4.0\ny = (3 * x + 1) ** 2", timeout=PATIENCE)
    page.wait_for_function("Math.abs(document.querySelector('grad-playground').getBoundingClientRect().top) < 200")
    page.wait_for_timeout(500)
    assert "code=" in page.url  # the figure, which was changed just before, leaves the new address alone
    page.click("grad-playground :text-is('Back to the figure')")
    page.wait_for_function("document.querySelector('grad-playground').getBoundingClientRect().top < -500")


def test_it_is_used_by_keyboard_alone(playground: Any) -> None:
    page = playground()
    page.locator("grad-playground select").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "textarea"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("x*x*x")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    assert page.input_value("grad-playground [data-name=x]") == "2.1"
    while page.evaluate("document.activeElement.ariaLabel") != "Next step":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    within(page, "grad-playground .gg-said", "x = 2.1 is a leaf")
    while page.evaluate("document.activeElement.textContent") != "One step":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    within(page, ".pg-rest", "After 1 step y is")
    named = page.locator("grad-playground :is(textarea, select, input, button):visible").evaluate_all(
        "all => all.map(one => one.ariaLabel || one.labels?.[0]?.textContent || one.textContent)"
    )
    assert all(named)


def test_without_javascript_a_finished_example_stays(playground: Any) -> None:
    page = playground(java_script_enabled=False)
    assert page.locator("grad-playground").is_hidden()
    assert page.locator("svg.gg").is_visible() and "∂ 42" in page.locator("svg.gg").text_content()
    assert page.locator(".gg-open").is_hidden()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_the_page_and_nothing_moves(width: int, playground: Any) -> None:
    page = playground(viewport={"width": width, "height": 900})
    page.wait_for_selector("grad-playground svg.gg")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SHIFTS) < 0.02
    page.select_option("grad-playground select", label="A matrix")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    controls = "button, select, textarea, .pg-row input, .gg-leaves input"
    small = page.locator(f"grad-playground :is({controls}):visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
    )
    assert small == []


def test_on_paper_stand_the_program_and_the_graph(playground: Any) -> None:
    page = playground()
    page.emulate_media(media="print")
    assert page.locator("textarea").is_visible() and page.locator("grad-playground svg.gg").is_visible()
    assert page.locator("grad-playground button:visible").count() == 0


def test_the_script_is_small_and_asks_nobody() -> None:
    code = plain_script(ASSETS / "playground.js").encode()
    assert len(gzip.compress(code)) < 25 * 1024
    assert not re.search(rb"\bimport *[({]|\bfetch\b|https?:(?!//www.w3.org/2000/svg)", code)
