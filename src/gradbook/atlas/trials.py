"""What is tried with an operator: each trial runs it, and says in a few words what came of it.

A trial never fails: what torch raised is its answer.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad, gradcheck, gradgradcheck

from gradbook.atlas.samples import SEED, Case, seed

LONGEST = 140  # characters of a message
STEP = 1e-6
UNTRACKED = "no: the gradient is not tracked"
DOUBTFUL = "yes, and gradgradcheck finds other numbers"


def said(error: BaseException) -> str:
    """What an exception says, in one line, without what differs from machine to machine."""
    text = re.sub(r"\(Triggered internally.*|Exception raised from.*", "", str(error), flags=re.S)
    text = re.sub(r"\S*site-packages/|0x[0-9a-f]+", "", text)
    text = re.sub(
        r"(The above quantities relating|because it has not been implemented yet).*",
        "",
        text,
        flags=re.S,
    )
    text = re.sub(r"\d+\.\d{4,}(e[-+]\d+)?", lambda found: f"{float(found[0]):.3g}", text)
    text = " ".join(text.split()).replace("|", "/") or type(error).__name__
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def tried(trial: Callable[[], str]) -> str:
    """The answer of a trial, or the message of what it raised."""
    seed()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            answer = trial()
        except Exception as error:
            return f"no: {said(error)}"
    slow = any("performance drop" in str(warning.message) for warning in warned)
    return "yes, one by one" if slow and answer == "yes" else answer


def weights(results: list[Tensor]) -> list[Tensor]:
    """A gradient for each result, of the same numbers in each run."""
    generator = torch.Generator().manual_seed(SEED)
    found = []
    for result in results:
        a, b = torch.rand((2, *result.shape), generator=generator, dtype=torch.float64) + 0.5
        found.append((torch.complex(a, b) if result.is_complex() else a).to(result.dtype))
    return found


def pulled(results: list[Tensor], leaves: list[Tensor], **options: Any) -> list[Tensor | None]:
    """The gradients of the leaves."""
    options = {"grad_outputs": weights(results), "allow_unused": True} | options
    return list(torch.autograd.grad(results, leaves, **options))


def over(trial: Callable[[Case], str], samples: list[Case]) -> str:
    """The answer of a trial at several samples: the first no, or the last yes.

    At some samples the gradient is a constant, as that of `x**0` is; what is not tracked there is no answer.
    """
    answers = [trial(case) for case in samples]
    told = [answer for answer in answers if answer != UNTRACKED] or answers
    return next((answer for answer in told if answer.startswith("no")), told[-1])


def close(one: Tensor | None, other: Tensor | None, digits: float = 1e-4) -> bool:
    """Whether two gradients are equal; None is zeros."""
    if one is None or other is None:
        return all(tensor is None or not tensor.any() for tensor in (one, other))
    one, other = _dense(one).to(other.dtype), _dense(other)
    return torch.allclose(one, other, rtol=digits, atol=1e-7, equal_nan=True)


def nodes(results: list[Tensor]) -> list[Any]:
    """The nodes of the graph, from the results to the leaves, without those that stand for leaves."""
    found, waiting = [], [result.grad_fn for result in results]
    while waiting:
        node = waiting.pop(0)
        if (
            node is not None
            and node not in found
            and node.name() != "torch::autograd::AccumulateGrad"
        ):
            found.append(node)
            waiting += [after for after, _ in node.next_functions]
    return found


def names(case: Case) -> list[str]:
    """The nodes' names, from the result on, each once."""
    results = case.run(*case.fresh())
    return list(dict.fromkeys(node.name().rpartition("::")[2] for node in nodes(results)))


def other_nodes(first: Case, others: list[Case]) -> list[str]:
    """Nodes of results at other samples than the first: other overloads, other shapes."""
    known, found = names(first), set()
    for case in others:
        try:
            results = case.run(*case.fresh())
        except Exception:
            continue  # it takes no complex numbers, or a sample is for a view of a larger tensor
        found |= {result.grad_fn.name().rpartition("::")[2] for result in results if result.grad_fn}
    return sorted(found - {*known, "AccumulateGrad"})


def saved(case: Case) -> tuple[list[str], list[str]]:
    """What the nodes keep, by torch's names: tensors, each with what it is, and numbers."""
    leaves = case.fresh()
    results = case.run(*leaves)
    known = dict(zip(case.names, leaves)) | _called("result", results)
    tensors, numbers = [], []
    several = len(nodes(results)) > 1
    for node in nodes(results):
        short = re.sub(r"Backward\d*$", "", node.name().rpartition("::")[2])
        for attribute in dir(node):
            if attribute.startswith("_saved_") or attribute == "saved_tensors":
                try:
                    value = getattr(node, attribute)
                except RuntimeError:
                    continue
                word = f"{short}." * several + attribute.removeprefix("_saved_")
                kept = [v for v in _each(value) if isinstance(v, Tensor)]
                tensors += [f"{word}={_what(tensor, known)}" for tensor in kept]
                if not kept and value is not None and value != () and value != []:
                    numbers.append(word)
    return list(dict.fromkeys(tensors)), list(dict.fromkeys(numbers))


def _each(value: object) -> Iterator[object]:
    if isinstance(value, tuple | list):
        for part in value:
            yield from _each(part)
    else:
        yield value


def _called(name: str, results: list[Tensor]) -> dict[str, Tensor]:
    if len(results) == 1:
        return {name: results[0]}
    return {f"{name}[{n}]": result for n, result in enumerate(results)}


def _what(tensor: Tensor, known: dict[str, Tensor]) -> str:
    """Which tensor of the call it is, or shares its numbers with."""
    if tensor.layout is not torch.strided:
        return "another"
    for name, other in known.items():
        if other.layout is torch.strided and tensor.numel() and other.numel():
            if tensor.untyped_storage().data_ptr() == other.untyped_storage().data_ptr():
                same = tensor.shape == other.shape and tensor.stride() == other.stride()
                return name if same else f"view of {name}"
    return "another"


def kept(case: Case) -> list[str]:
    """The tensors of the call that must not be overwritten before the backward pass: each was, one at a time.

    Where the backward pass did not refuse and its gradients were others, the overwriting was not noticed.
    """
    leaves = case.fresh()
    results = case.run(*leaves)
    right = pulled(results, leaves)
    found = []
    for name in [*case.names, *_called("result", results)]:
        if (word := _overwritten(case, name, right)) is not None:
            found.append(f"{name} {word}".strip())
    return found


def _overwritten(case: Case, name: str, right: list[Tensor | None]) -> str | None:
    """What comes of overwriting a tensor: nothing to be said, or None where it may be."""
    leaves = case.fresh()
    results = case.run(*leaves)
    there = dict(zip(case.names, leaves)) | _called("result", results)
    try:
        with torch.no_grad():
            there[name].zero_()
    except RuntimeError:
        return None  # it cannot be written at all
    try:
        gradients = pulled(results, leaves)
    except RuntimeError:
        return ""  # it was modified in place, or is the base of a view that was
    return None if all(map(close, gradients, right)) else "(not noticed)"


def gradient(samples: list[Case]) -> str:
    """Whether there is a gradient at all, and what of it is silent: None, zeros, NaN."""

    def trial() -> str:
        first = samples[0]
        leaves = first.fresh()
        results = first.checked(*leaves)
        if not results:
            return "no: no result is tracked"
        found = dict(zip(first.names, pulled(results, leaves)))
        told = [f"None for {name}" for name, g in found.items() if g is None]
        dense = {name: _dense(g) for name, g in found.items() if g is not None}
        told += [f"zeros for {n}" for n, g in dense.items() if not g.any() and _zeros(samples, n)]
        told += [f"NaN for {n}" for n, g in dense.items() if g.isnan().any()]
        return ", ".join(["yes", *told])

    return tried(trial)


def _zeros(samples: list[Case], name: str) -> bool:
    """Whether the gradient of a tensor is zero at all samples, and near them, and with the other sign."""
    for case in samples:
        if name not in case.names:
            continue
        place = case.names.index(name)
        for change in (torch.clone, lambda x: x + 0.3, lambda x: -0.7 * x):
            leaves = [change(leaf.detach()).requires_grad_() for leaf in case.fresh()]
            try:
                found = pulled(case.checked(*leaves), leaves)[place]
            except RuntimeError:
                continue  # it takes no such numbers
            if found is not None and _dense(found).any():
                return False
    return True


def _dense(tensor: Tensor) -> Tensor:
    return tensor.to_dense() if tensor.layout is not torch.strided else tensor


def forward(case: Case) -> str:
    """Forward mode, and whether it is the transpose of the backward pass; if not, which of the two is right."""

    def trial() -> str:
        leaves = case.fresh()
        results = case.checked(*leaves)
        u, v = weights(results), [torch.rand_like(leaf.detach()) for leaf in leaves]
        back = _inner(pulled(results, leaves, grad_outputs=u), v)
        with forward_ad.dual_level():
            duals = [forward_ad.make_dual(leaf, t) for leaf, t in zip(leaves, v)]
            tangents = [forward_ad.unpack_dual(result).tangent for result in case.checked(*duals)]
        ahead = _inner(tangents, u)
        coarse = max(torch.finfo(result.dtype).eps for result in results)  # of half numbers
        if close(ahead, back, max(1e-4, 8 * coarse)):
            return "yes"

        def value(step: float) -> Tensor:
            moved = [(leaf.detach() + step * t).requires_grad_() for leaf, t in zip(leaves, v)]
            return _inner(case.checked(*moved), u).detach()

        slope = (value(STEP) - value(-STEP)) / (2 * STEP)
        return "yes, unlike backward" if close(ahead, slope) else "no: its tangents are wrong"

    return tried(trial)


def _inner(some: list[Tensor | None], others: list[Tensor]) -> Tensor:
    pairs = zip(some, others, strict=True)
    products = [(a.conj() * b).real.sum() for a, b in pairs if a is not None]
    return torch.stack(products).sum() if products else torch.zeros((), dtype=torch.float64)


def double(case: Case) -> str:
    """A second backward pass, through the first."""

    def trial() -> str:
        leaves = case.fresh()
        results = case.checked(*leaves)
        u = [weight.requires_grad_() for weight in weights(results)]
        first = [
            g for g in pulled(results, leaves, grad_outputs=u, create_graph=True) if g is not None
        ]
        tracked = [g for g in first if g.requires_grad]
        if not tracked:
            return UNTRACKED
        pulled(tracked, leaves + u)
        return "yes"

    return tried(trial)


def batched(case: Case) -> str:
    """Several gradients in one backward pass, and whether they are those of several passes."""

    def trial() -> str:
        leaves = case.fresh()
        results = case.checked(*leaves)
        several = [
            torch.stack([weight, 2 - weight, weight * weight]) for weight in weights(results)
        ]
        found = pulled(
            results, leaves, grad_outputs=several, is_grads_batched=True, retain_graph=True
        )
        for n in range(3):
            one = pulled(results, leaves, grad_outputs=[s[n] for s in several], retain_graph=True)
            if not all(close(None if a is None else a[n], b) for a, b in zip(found, one)):
                return "no: the gradients are not those of several passes"
        return "yes"

    return tried(trial)


def complex_numbers(samples: Callable[[], list[Case]]) -> str:
    """Whether gradcheck passes with complex numbers, at the first of the samples that hold them."""

    def trial() -> str:
        if not (found := samples()):
            return "no: no tracked sample"
        if not any(tensor.is_complex() for tensor in found[0].tensors):
            return "no: it takes real numbers"
        return checked(found[0])

    return tried(trial)


def checked(case: Case, check: Callable = gradcheck) -> str:
    """What gradcheck, or gradgradcheck, says at a sample."""

    def trial() -> str:
        check(
            lambda *tensors: tuple(case.checked(*tensors)),
            tuple(case.fresh()),
            fast_mode=True,
            check_undefined_grad=False,
            nondet_tol=1e-9,
        )
        return "yes"

    return tried(trial)


def passed(samples: list[Case], check: Callable = gradcheck) -> str:
    """At how many samples it passed, and why not at the others."""
    answers = [checked(case, check) for case in samples]
    reasons = [answer.removeprefix("no: ") for answer in answers if answer != "yes"]
    text = f"{answers.count('yes')} of {len(answers)}"
    return f"{text}: {reasons[0]}" if reasons else text


def second_passed(samples: list[Case]) -> str:
    """At how many samples gradgradcheck passed."""
    return passed(samples, gradgradcheck)
