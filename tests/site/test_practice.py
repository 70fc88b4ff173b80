"""The page of practice, in a real browser: its tasks beside torch, what it says of mistakes, and how it is used."""

import json
from collections.abc import Iterator

import pytest
import torch
from browser import served, window
from built import ROOT
from playwright.sync_api import Browser, Page

LEVELS = range(1, 7)
TASKS = 200  # of each level
SEEDS = (1, 42)

MAKE = """async ([level, seeds, count]) => {
  const { task, mistakes, reason, way } = await import("/tasks.js")
  return seeds.flatMap(seed => Array.from({ length: count }, (_, n) => {
    const made = task(level, seed, n + 1)
    const wrong = mistakes(made).map(([number, said]) => [number, said, reason(made, number)])
    const right = reason(made, made.answer);
    return { lines: made.lines, asked: made.asked, answer: made.answer, wrong, right, way: way(made) }
  }))
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    with served(ROOT / "docs/assets") as address, window(browser) as context:
        page = context.new_page()
        page.goto(address + "favicon.svg")
        yield page


@pytest.mark.parametrize("level", LEVELS)
def test_the_answers_are_those_of_torch(level: int, modules: Page) -> None:
    for made in modules.evaluate(MAKE, [level, SEEDS, TASKS // len(SEEDS)]):
        scope = {"torch": torch}
        exec("\n".join(made["lines"]), scope)
        grad = eval(made["asked"], scope)
        assert grad.item() == made["answer"], made
        assert made["right"] == "" and made["way"][-1].endswith(f" is {made['answer']}")


@pytest.mark.parametrize("level", LEVELS)
def test_common_mistakes_are_named_and_none_is_the_answer(level: int, modules: Page) -> None:
    made = modules.evaluate(MAKE, [level, [7], 50])
    for task in made:
        for number, _, said in task["wrong"]:
            assert number != task["answer"] and said
            assert said == next(other for wrong, other, _ in task["wrong"] if wrong == number)
    assert sum(len(task["wrong"]) for task in made) / len(made) > 5


def test_a_seed_gives_the_same_tasks_and_another_gives_others(modules: Page) -> None:
    first, again, other = (json.dumps(modules.evaluate(MAKE, [4, [seed], 20])) for seed in (3, 3, 4))
    assert first == again != other


# Programs of our own, so that nothing is known of how tasks are made; what is typed, and what must be said of it.
NAMED = [
    ("y = x ** 2 + 5 * x", {"x": 3}, 6, "the parts are added"),  # the path through the square alone
    ("y = x ** 2 + 5 * x", {"x": 3}, 30, "added, not multiplied"),
    ("u = 3 * x\ny = u ** 2", {"x": 2}, 18, "exponent comes down"),  # 3 times u, without the 2
    ("u = 3 * x\ny = 7 - u", {"x": 2}, 3, "sign"),
    ("u = x * w\ny = 2 * u", {"x": 5, "w": 3}, 10, "by the other factor"),  # 2 times x in place of w
    ("y = 4 * relu(x)", {"x": -2}, 4, "relu passes nothing on"),
    ("y = mean(6 * x)", {"x": [1, 2, 3]}, 6, "divides by the number of entries"),
    ("y = sum(x * b)", {"b": 2, "x": [1, 2, 6]}, 3, "What comes back from them is added"),
    ("u = 3 * x\ny = u ** 2", {"x": 2}, 36, "That is the value of y"),  # and the answer is 36 as well, at x = 2
]
JUDGE = """async ([text, numbers, leaf, typed]) => {
  const { parse, compute, program } = await import("/expression.js")
  const { backward } = await import("/autograd.js")
  const { reason } = await import("/tasks.js")
  const read = parse(text)
  const { root, values } = compute(read, numbers)
  backward(root)
  const asked = { read, numbers, leaf, at: 0, answer: values[leaf].grad[0] }
  return [asked.answer, reason(asked, typed), program(read, numbers)]
}"""


@pytest.mark.parametrize(("text", "numbers", "typed", "said"), NAMED[:-1], ids=str)
def test_a_mistake_is_told_by_what_it_gives(text: str, numbers: dict, typed: float, said: str, modules: Page) -> None:
    leaf = next(iter(numbers))
    answer, reason, lines = modules.evaluate(JUDGE, [text, numbers, leaf, typed])
    scope = {"torch": torch}
    exec("\n".join(lines), scope)
    assert scope[leaf].grad.flatten()[0].item() == answer != typed
    assert said in reason


def test_a_right_number_is_right_though_a_mistake_gives_it_too(modules: Page) -> None:
    text, numbers, typed, _ = NAMED[-1]
    assert modules.evaluate(JUDGE, [text, numbers, "x", typed])[:2] == [36, ""]


# --- Expressions: what the reader types ---------------------------------------------------------

WRITTEN = {
    "(3 * x + 1) ** 2": "(3 * x + 1)**2",
    "-x**2": "-x**2",
    "(-x) ** 2": "(-x)**2",
    "x - (y - z)": "x - (y - z)",
    "x / (y * z)": "x / (y * z)",
    "x ** -2": "x**-2",
    "2 ** x ** y": "2**x**y",
    "(x ** 2) ** 3": "(x**2)**3",
    "exp(-x) * sigmoid(w * x + b)": "torch.exp(-x) * torch.sigmoid(w * x + b)",
    "maximum(x, 3) + torch.relu(x - 1)": "torch.maximum(x, torch.tensor(3.0)) + torch.relu(x - 1)",
    "softplus(x) - abs(-x)": "torch.nn.functional.softplus(x) - torch.abs(-x)",
    "-(x + y) * -z": "-(x + y) * -z",
}
READ = """async text => {
  const { parse, compute, program } = await import("/expression.js")
  const { backward } = await import("/autograd.js")
  const read = parse(text)
  const numbers = Object.fromEntries(read.leaves.map((name, n) => [name, 1.5 + n / 4]))
  const { root, values } = compute(read, numbers)
  backward(root)
  return [program(read, numbers), root.data[0], read.leaves.map(name => values[name].grad[0])]
}"""


@pytest.mark.parametrize(("text", "expected"), WRITTEN.items())
def test_an_expression_is_what_python_reads(text: str, expected: str, modules: Page) -> None:
    lines, value, grads = modules.evaluate(READ, text)
    assert lines[-2].endswith(f" = {expected}")
    scope = {"torch": torch}
    torch.set_default_dtype(torch.float64)
    try:
        exec("\n".join(lines), scope)
    finally:
        torch.set_default_dtype(torch.float32)
    result = lines[-1].removesuffix(".backward()")
    assert value == pytest.approx(scope[result].item(), rel=1e-12)
    tracked = [scope[line.split(" = ")[0]].grad.item() for line in lines if "requires_grad" in line]
    assert grads == pytest.approx(tracked, rel=1e-12)


MISTAKES = {
    "": (0, "Write an expression"),
    "x ^ 2": (2, "**, not ^"),
    "2x": (1, "2 * x"),
    "x (y)": (0, "No function is called x"),
    "3 (x)": (2, "3 * ("),
    "sine(x)": (0, "No function is called sine"),
    "exp x": (0, "exp(x)"),
    "exp(x, y)": (0, "takes 1 value"),
    "(x + 1": (6, "closing bracket"),
    "x + ": (4, "number or a name"),
    "x + * y": (4, "number or a name"),
    "x = 3; x = 4": (7, "has a value already"),
    "exp = x": (0, "Choose another name"),
    "x ? y": (2, "? is not known"),
    "x)": (1, "Expected a sign"),
}
FAULT = """async text => {
  const { parse } = await import("/expression.js")
  try { parse(text) } catch (mistake) { return [mistake.at, mistake.message] }
}"""


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items())
def test_a_mistake_in_an_expression_has_its_place(text: str, expected: tuple[int, str], modules: Page) -> None:
    at, message = modules.evaluate(FAULT, text)
    assert (at, expected[1] in message) == (expected[0], True), message
