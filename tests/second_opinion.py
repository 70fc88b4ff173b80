"""What the entries of the atlas say, found out in another way: torch.func, finite differences, hooks.

Of the atlas itself it uses the samples and no trial. Each fact is what an entry's field has to say, or None where this
way does not decide.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.utils import _pytree as pytree

from gradbook.atlas.samples import SEED, Case, cases, chosen

STEP = 1e-6
Facts = dict[str, Any]


def facts(op: Any) -> Facts:
    """All facts of an operator that this way finds."""
    found = cases(op)
    first, few = found[0], chosen(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = _graph(first)
        told |= {
            "others": _other_nodes(op, found),
            "gradient": _silent(first),
            "forward": _all(_forward, few),
            "double": _all(_double, few),
            "batched": _all(_batched, few),
            "complex": _complex(op),
            "gradcheck": _passed(_slopes_agree, few),
            "gradgradcheck": _passed(_second_slopes_agree, few),
            "at": _called(op, first),
        }
    return told


def _called(op: Any, first: Case) -> Callable:
    """What the derivative at awkward points is that of."""
    numbered = re.fullmatch(r"(polygamma|mvlgamma)_[np]_(\d)", op.variant_test_name.replace("special_", ""))
    if not numbered:
        return first.run if op.variant_test_name else op.get_op()
    name, number = numbered[1], int(numbered[2])
    if name == "mvlgamma":
        return partial(torch.mvlgamma, p=number)
    return partial(torch.polygamma, number)


def differences(fields: dict[str, str], told: Facts) -> list[str]:
    """The fields of an entry that the facts contradict."""
    wrong = []
    for field in ("node", "others"):
        if fields[field] != told[field]:
            wrong.append(field)
    kept = {
        text.partition("=")[2].removeprefix("view of ") for text in fields["tensors"].split(", ")
    }
    if told["kinds"] is not None and (kept ^ told["kinds"]) - {"", "another"}:
        wrong.append("tensors")
    keep = set(fields["keep"].replace(" (not noticed)", "").split(", ")) - {"-"}
    if told["keep"] is not None and not told["keep"][0] <= keep <= told["keep"][1]:
        wrong.append("keep")
    if told["gradient"] is not None and fields["gradient"] not in told["gradient"]:
        wrong.append("gradient")
    for field in ("forward", "double", "batched", "complex"):
        if told[field] is not None and fields[field].startswith("yes") != told[field]:
            wrong.append(field)
    for field in ("gradcheck", "gradgradcheck"):
        count, _, why = fields[field].partition(": ")
        decided = not why or why.startswith("Jacobian")  # else it refused to look
        if told[field] is not None and decided and count != told[field]:
            wrong.append(field)
    if not _points_hold(fields["at"], told["at"]):
        wrong.append("at")
    return wrong


def _seeded(function: Callable, tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    torch.manual_seed(SEED)
    return tuple(function(*tensors))


def _reached(results: list[Tensor]) -> list[Any]:
    """The nodes, breadth first, by their own edges."""
    found: list[Any] = []
    level = [result.grad_fn for result in results]
    while level:
        here = []
        for node in level:
            if node is not None and node not in found and not hasattr(node, "variable"):
                found.append(node)
                here.append(node)
        level = [edge[0] for node in here for edge in node.next_functions]
    return found


def _graph(case: Case) -> Facts:
    """Nodes, and what their hooks are given."""
    packed: list[Tensor] = []
    asked: list[Tensor] = []
    leaves = case.fresh()
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: packed.append(t) or t, lambda t: asked.append(t) or t
    ):
        results = case.run(*leaves)
    nodes = _reached(results)
    known = dict(zip(case.names, leaves))
    several = len(results) > 1
    known |= {f"result[{n}]" if several else "result": r for n, r in enumerate(results)}
    storages = {}
    for name, tensor in known.items():
        if tensor.layout is torch.strided and tensor.numel():
            storages.setdefault(tensor.untyped_storage().data_ptr(), name)

    def named(tensors: list[Tensor]) -> set[str]:
        strided = [t for t in tensors if t.layout is torch.strided and t.numel()]
        return {storages.get(t.untyped_storage().data_ptr(), "another") for t in strided}

    text = " < ".join(dict.fromkeys(type(node).__name__ for node in nodes)) or "-"
    told: Facts = {"node": text, "kinds": named(packed), "keep": None}
    if any(leaf.layout is not torch.strided for leaf in leaves):
        return told | {"kinds": None}
    torch.autograd.backward(results, [torch.ones_like(result) for result in results])
    right = [leaf.grad for leaf in leaves]
    empty = {name for name, tensor in known.items() if not tensor.numel()}
    needed = {name for name in known.keys() - empty if _changes(case, name, right)}
    allowed = named(asked) | empty
    if re.match("Split|Unbind|Chunk", text):  # of several views at once, none may be written into
        allowed |= known.keys()
    return told | {"keep": (needed, allowed)}


def _other_nodes(op: Any, found: list[Case]) -> str:
    """By the types of the nodes."""
    complex_ones = cases(op, torch.complex128) if torch.complex128 in op.dtypes else []
    names = set()
    for case in [*found, *complex_ones]:
        try:
            names |= {type(result.grad_fn).__name__ for result in case.run(*case.fresh())}
        except RuntimeError:
            continue
    return ", ".join(sorted(names - {"NoneType", "AccumulateGrad", *_names(found[0])})) or "-"


def _names(case: Case) -> set[str]:
    return {type(node).__name__ for node in _reached(case.run(*case.fresh()))}


def _changes(case: Case, name: str, right: list[Tensor | None]) -> bool:
    """Whether the gradients change with what stands in a tensor, which `.data` lets one write without being noticed."""

    def changes() -> bool:
        leaves = case.fresh()
        results = case.run(*leaves)
        several = len(results) > 1
        there = dict(zip(case.names, leaves))
        there |= {f"result[{n}]" if several else "result": r for n, r in enumerate(results)}
        there[name].data.zero_()
        torch.autograd.backward(results, [torch.ones_like(result) for result in results])
        pairs = zip(right, [leaf.grad for leaf in leaves])
        return not all(a is b or torch.allclose(a, b, equal_nan=True) for a, b in pairs)

    return _holds(changes)


def _all(trial: Callable[[Case], bool | None], few: list[Case]) -> bool | None:
    """Whether it works at all samples; None where one is not decided and no other says no."""
    answers = [trial(case) for case in few]
    if False in answers:
        return False
    return None if None in answers else True


def _passed(trial: Callable[[Case], bool], few: list[Case]) -> str | None:
    """At how many; None where a tensor gets no gradient, as a target does, and moving it is no small change."""
    if any(_gradient_is_missing(case) for case in few):
        return None
    return f"{sum(map(bool, map(trial, few)))} of {len(few)}"


def _gradient_is_missing(case: Case) -> bool:
    leaves = case.fresh()
    return not _holds(lambda: all(g is not None for g in _gradients(case, leaves)))


def _holds(check: Callable[[], object]) -> bool:
    torch.manual_seed(SEED)
    try:
        return bool(check())
    except Exception:
        return False


def _gradcheck(case: Case, **options: bool) -> bool:
    """PyTorch's own check, which compares with finite differences."""
    options = {"check_undefined_grad": False, "fast_mode": True, "nondet_tol": 1e-9} | options
    inputs = tuple(case.fresh())
    return _holds(
        lambda: torch.autograd.gradcheck(lambda *t: tuple(case.checked(*t)), inputs, **options)
    )


def _forward(case: Case) -> bool | None:
    """Tangents beside central differences; None where the backward pass does not agree with these either."""

    def agree() -> bool:
        leaves = case.fresh()
        v = _random(leaves)
        with forward_ad.dual_level():
            duals = [forward_ad.make_dual(leaf, d) for leaf, d in zip(leaves, v)]
            results = [forward_ad.unpack_dual(result) for result in case.checked(*duals)]
        u = _random([result.primal for result in results])

        def value(step: float) -> Tensor:
            moved = [(leaf.detach() + step * d).requires_grad_() for leaf, d in zip(leaves, v)]
            return _dot(u, case.checked(*moved)).detach()

        ahead = _dot(u, [result.tangent for result in results]).detach()
        return _near(ahead, (value(STEP) - value(-STEP)) / (2 * STEP))

    if _holds(agree):
        return True
    return None if _gradient_is_missing(case) or not _slopes_agree(case) else False


def _batched(case: Case) -> bool | None:
    if _gradcheck(case, check_batched_grad=True):
        return True
    return None if not _gradcheck(case) else False


def _double(case: Case) -> bool | None:
    """By Tensor.backward, twice."""

    def twice() -> bool:
        leaves = case.fresh()
        results = case.checked(*leaves)
        u = [torch.ones_like(result).requires_grad_() for result in results]
        torch.autograd.backward(results, u, create_graph=True)
        first = [leaf.grad for leaf in leaves if leaf.grad is not None and leaf.grad.requires_grad]
        for gradient in first:
            gradient.abs().sum().backward(retain_graph=True)
        return bool(first)

    if _holds(twice):
        return True
    leaves = case.fresh()
    tracked = _holds(
        lambda: any(g.requires_grad for g in _gradients(case, leaves) if g is not None)
    )
    return None if not tracked and len(case.tensors) and _constant(case) else False


def _gradients(case: Case, leaves: list[Tensor]) -> list[Tensor | None]:
    results = case.checked(*leaves)
    u = [torch.ones_like(result).requires_grad_() for result in results]
    return list(torch.autograd.grad(results, leaves, u, create_graph=True, allow_unused=True))


def _constant(case: Case) -> bool:
    """Whether what came back is zeros, so that nothing was to be tracked."""
    return _holds(lambda: not any(g.any() for g in _gradients(case, case.fresh()) if g is not None))


def _dot(some: Any, others: Any) -> Tensor:
    """The real inner product of two lists of tensors, None as zeros."""
    parts = [
        (a.conj() * b).real.sum() for a, b in zip(some, others) if a is not None and b is not None
    ]
    return sum(parts, torch.zeros((), dtype=torch.float64))


def _random(like: list[Tensor]) -> list[Tensor]:
    return [torch.randn_like(tensor.detach()) for tensor in like]


def _near(one: Tensor, other: Tensor) -> bool:
    return torch.allclose(one.double(), other.double(), rtol=1e-3, atol=1e-5)


def _slopes_agree(case: Case) -> bool:
    """A directional derivative by central differences, and by the gradient."""

    def agree() -> bool:
        leaves = case.fresh()
        results = case.checked(*leaves)
        if any(result.dtype not in (torch.float64, torch.complex128) for result in results):
            return False
        u, v = _random(results), _random(leaves)

        def values(step: float) -> list[Tensor]:
            moved = [(leaf.detach() + step * d).requires_grad_() for leaf, d in zip(leaves, v)]
            return [_dot([w], [result.detach()]) for w, result in zip(u, case.checked(*moved))]

        slopes = [
            (after - before) / (2 * STEP) for after, before in zip(values(STEP), values(-STEP))
        ]
        for result, weight, slope in zip(results, u, slopes):
            found = torch.autograd.grad(
                result, leaves, weight, allow_unused=True, retain_graph=True
            )
            if not _near(_dot(found, v), slope):
                return False
        return True

    return _holds(agree)


def _second_slopes_agree(case: Case) -> bool:
    """The same for the gradient as a function of the inputs and of what it is given."""

    def agree() -> bool:
        leaves = case.fresh()
        results = case.checked(*leaves)
        if any(result.dtype not in (torch.float64, torch.complex128) for result in results):
            return False
        u = [w.requires_grad_() for w in _random(results)]
        both = leaves + u
        v = _random(both)
        found = torch.autograd.grad(results, leaves, u, create_graph=True, allow_unused=True)
        c = _random([leaf.detach() for leaf in leaves])
        total = _dot(c, found)
        second = [None] * len(both)
        if total.requires_grad:
            second = torch.autograd.grad(total, both, allow_unused=True)

        def value(step: float) -> Tensor:
            moved = [(tensor.detach() + step * d).requires_grad_() for tensor, d in zip(both, v)]
            x, w = moved[: len(leaves)], moved[len(leaves) :]
            return _dot(c, torch.autograd.grad(case.checked(*x), x, w, allow_unused=True))

        return _near(_dot(second, v), (value(STEP) - value(-STEP)) / (2 * STEP))

    return _holds(agree)


def _complex(op: Any) -> bool:
    try:
        found = cases(op, torch.complex128)
    except Exception:
        return False
    if not found or not any(tensor.is_complex() for tensor in found[0].tensors):
        return False
    return _slopes_agree(found[0])


def _silent(case: Case) -> set[str] | None:
    """The texts that are right: by `backward()`, which leaves None where nothing comes."""
    leaves = case.fresh()
    try:
        results = case.checked(*leaves)
        torch.autograd.backward(results, _random(results))
    except Exception:
        return None
    if any(leaf.layout is not torch.strided for leaf in leaves):
        return None
    dense = [leaf.grad.to_dense() if leaf.grad is not None else None for leaf in leaves]
    named = list(zip(case.names, dense))
    told = [f"None for {name}" for name, g in named if g is None]
    zeros = [f"zeros for {name}" for name, g in named if g is not None and not g.any()]
    nan = [f"NaN for {name}" for name, g in named if g is not None and g.isnan().any()]
    # Zeros at this sample need not be zeros everywhere: of those each may be told or not.
    texts = set()
    for choice in range(2 ** len(zeros)):
        some = [zero for n, zero in enumerate(zeros) if choice >> n & 1]
        texts.add(", ".join(["yes", *told, *some, *nan]))
    return texts


NUMBER = r"-?(?:inf|nan|huge|[\d.]+(?:e[+-]\d+)?)"
NAMES = {**vars(torch), **vars(torch.nn.functional), **vars(torch.linalg), "inf": float("inf")}


def _points_hold(text: str, function: Callable) -> bool:
    """Whether all slopes in it are right, as far as they can be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return all(segment_holds(part, function) is not False for part in text.split(" ; ") if part != "-")


def segment_holds(text: str, function: Callable) -> bool | None:
    """Whether what is said of one call is right; None where this way does not decide, as of what is told in words."""
    if text.startswith(("kink", "jump")):
        return _bend_holds(text, function)
    if re.match(rf"(?:{NUMBER}|\({NUMBER}, {NUMBER}\)): ", text):
        call = function
    elif text.startswith("f("):
        call = _with_arguments(function, text[: text.index("), x =") + 1])
        text = text.partition(", x = ")[2]
    elif ", x = " in text:
        source, _, text = text.partition(", x = ")
        if " of x into one place" in source or "masked)" in source:
            return None
        call = _evaluated(source.replace("class 0", "tensor(0)"))
    else:
        return None  # a matrix: told in words
    decided = True
    for place, slopes in re.findall(
        r"(\([^()]*\)|\[[^\]]*\]|[^;:\s]+): (\([^()]*\)|\[[^\]]*\]|[^;\s]+)", text
    ):
        if "value" in place:
            continue
        if slopes.startswith("raises"):
            return None
        found = _slopes(call, place)
        if found is None:
            decided = None
        elif not _same(found, slopes):
            return False
    return decided


def _evaluated(source: str) -> Callable:
    """The function of x that stands in words; where a number has to be a tensor, as a loss's target, it is one."""
    as_tensors = re.sub(r"(?<=, )-?[\d.]+(?=[,)])", lambda number: f"full_like(x, {number[0]})", source)

    def call(x: Tensor) -> Any:
        try:
            return eval(source, NAMES | {"x": x})
        except (TypeError, AttributeError):
            return eval(as_tensors, NAMES | {"x": x})

    return call


def _with_arguments(function: Callable, call: str) -> Callable:
    more = [int(number) for number in re.findall(r"\d+", call)]
    return lambda x: function(x, *more)


def _numbers(text: str) -> list[float]:
    text = re.sub(r"-?huge", lambda found: found[0].replace("huge", "1e+15"), text)
    return [float(number) for number in re.findall(NUMBER, text.replace("None", "0"))]


def _slopes(call: Callable, place: str) -> list[float] | None:
    """By torch.func; None where it has no answer."""
    values = _numbers(place)

    def weighed(*tensors: Tensor) -> Tensor:
        torch.manual_seed(0)
        results = [r for r in pytree.tree_leaves(call(*tensors)) if isinstance(r, Tensor)]
        results = [result for result in results if result.is_floating_point()]
        if place[0] != "[":
            return sum(result.sum() for result in results)
        return sum((r.flatten() * torch.arange(1.0, r.numel() + 1).double()).sum() for r in results)

    shaped = [[value] for value in values] if place[0] == "(" else [values]
    tensors = tuple(torch.tensor(row, dtype=torch.float64) for row in shaped)
    try:
        if place[0] == "[":
            found = torch.autograd.functional.vjp(weighed, tensors)[1]
        else:
            found = torch.func.grad(weighed, argnums=tuple(range(len(tensors))))(*tensors)
        return [number for tensor in found for number in tensor.flatten().tolist()]
    except Exception:
        return None


def _same(found: list[float], text: str) -> bool:
    stated = _numbers(text)
    if len(stated) != len(found):
        return False
    return all(_alike(a, b) for a, b in zip(found, stated))


def _alike(found: float, stated: float) -> bool:
    if abs(stated) == 1e15:
        return abs(found) > 1e14  # beside a pole, where the sign is chance
    one, other = torch.tensor([found, stated], dtype=torch.float64)
    return torch.allclose(one, other, rtol=2e-3, atol=1e-9, equal_nan=True)


def _bend_holds(text: str, function: Callable) -> bool:
    """Whether the slopes beside a kink, or the values beside a jump, differ as told, and the answer is autograd's."""
    place, slope = re.match(rf"\w+ at ({NUMBER}): ({NUMBER})", text).groups()
    found = _slopes(function, place)
    if found is not None and not _alike(found[0], float(slope)):
        return False
    sides = re.findall(rf"(?:left|right) ({NUMBER})", text)
    at = torch.tensor([float(place)], dtype=torch.float64)

    def value(step: float) -> float:
        results = pytree.tree_leaves(function((at + step).requires_grad_()))
        return next(r for r in results if r.is_floating_point()).detach().item()

    if not sides:
        return abs(value(1e-5) - value(-1e-5)) > 0.05
    ways = [(value(0) - value(-1e-5)) / 1e-5, (value(1e-5) - value(0)) / 1e-5]
    return all(abs(way - float(side)) < 2e-2 * max(1, abs(way)) for way, side in zip(ways, sides))
