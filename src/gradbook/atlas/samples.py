"""torch's sample inputs as functions of tensors: the tracked ones are given, the others stay."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from torch.utils import _pytree as pytree

SEED = 24
LOOKED_AT = 20  # samples of an operator that hold a number, of which some are tried
TRIED = 2
MOST = 150  # numbers in its tracked tensors


@dataclass
class Case:
    """An operator at one sample: `run(*tensors)` gives its tracked results.

    `names` says where each tensor stands among the arguments. `checked` is as torch's own tests call it: some
    operators want a Hermitian or triangular matrix, which is made of the sample there.
    """

    names: list[str]
    tensors: list[Tensor]
    run: Callable[..., list[Tensor]]
    checked: Callable[..., list[Tensor]]

    def fresh(self) -> list[Tensor]:
        """Leaves with the sample's values."""
        return [tensor.detach().clone().requires_grad_() for tensor in self.tensors]


def seed() -> None:
    """Have the CPU draw the same numbers again. torch.manual_seed does so, too, and formats a traceback a device."""
    torch.default_generator.manual_seed(SEED)


def seeded(function: Callable, *arguments: Any) -> Any:
    """What a function gives with the seed that all have, and without its warnings."""
    seed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments)


def cases(op: Any, dtype: torch.dtype = torch.float64) -> list[Case]:
    """The first samples of an operator that are small, or else its smallest one.

    Where the first gives back its input, as dropout does with a probability of 0, such samples are last.
    """
    found = seeded(lambda: [*islice(filter(_size, _tracked(op, dtype)), LOOKED_AT)])
    small = [case for case in found if 2 <= _size(case) <= MOST]
    found = small or sorted(found, key=_size)[:1]
    if found and _records_nothing(found[0]):
        found = sorted(found, key=_records_nothing)
    return found


def _records_nothing(case: Case) -> bool:
    try:
        return all(result.is_leaf for result in seeded(lambda: case.run(*case.fresh())))
    except Exception:
        return False


def chosen(found: list[Case]) -> list[Case]:
    """Those of them that are tried: the first, and from the middle."""
    return [found[0], *found[len(found) // 2 :][: TRIED - 1]] if len(found) > 1 else found


def _size(case: Case) -> int:
    return sum(tensor.numel() for tensor in case.tensors)


def _tracked(op: Any, dtype: torch.dtype) -> Iterator[Case]:
    for sample in _samples(op, dtype):
        case = _case(op, sample)
        if case.tensors:
            yield case


def _samples(op: Any, dtype: torch.dtype) -> Iterable[Any]:
    """The list's samples; of a variant that is named after a number, as polygamma_n_2 is, with that number.

    The list gives all variants of polygamma and of mvlgamma the same samples, with the numbers from 1 to 5.
    """
    found = op.sample_inputs("cpu", dtype, requires_grad=True)
    named = re.search(r"_[np]_(\d+)$", op.variant_test_name)
    if not named:
        return found
    arguments = (int(named[1]),)
    every = list(found)
    right = [sample for sample in every if sample.args == arguments]
    for sample in every:
        sample.args = arguments
    return right or every


def _case(op: Any, sample: Any) -> Case:
    given = {"input": sample.input}
    given |= {f"args[{n}]": value for n, value in enumerate(sample.args)} | sample.kwargs
    leaves, spec = pytree.tree_flatten(given)
    names = [_name(path) for path, _ in pytree.tree_flatten_with_path(given)[0]]
    places = [n for n, leaf in enumerate(leaves) if _is_tracked(leaf)]

    plain = op.get_op()

    def called(how: Callable, tensors: tuple[Tensor, ...]) -> list[Tensor]:
        values = [*leaves]
        for place, tensor in zip(places, tensors, strict=True):
            values[place] = tensor
        all_ = pytree.tree_unflatten(values, spec)
        args = [all_.pop(f"args[{n}]") for n in range(len(sample.args))]
        seed()
        result = sample.output_process_fn_grad(how(all_.pop("input"), *args, **all_))
        return [tensor for tensor in pytree.tree_leaves(result) if _is_tracked(tensor)]

    return Case(
        [names[place] for place in places],
        [leaves[place].detach() for place in places],
        lambda *tensors: called(plain, tensors),
        lambda *tensors: called(lambda *a, **k: op.gradcheck_wrapper(plain, *a, **k), tensors),
    )


def _is_tracked(value: object) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _name(path: tuple) -> str:
    first, *rest = path
    name = str(first.key)
    if argument := re.fullmatch(r"args\[(\d+)\]", name):
        name = f"argument {int(argument[1]) + 2}"
    return name + "".join(f"[{getattr(key, 'idx', key)}]" for key in rest)
