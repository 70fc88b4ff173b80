"""The derivative where it is awkward: at 0, ±1, ±infinity, NaN, at kinks and jumps, at ties, at singular matrices."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from gradbook.atlas.groups import GROUPS
from gradbook.atlas.samples import Case, seed
from gradbook.atlas.trials import said

INF, NAN = math.inf, math.nan
POINTS = [0.0, 1.0, -1.0, INF, -INF, NAN]
PAIRS = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (INF, INF), (NAN, 1.0), (1.0, NAN)]
GRID = sorted([n / 2 for n in range(-12, 13)], key=abs)
GENERIC = [0.3, 0.6, -0.4, 1.7, 2.2]
ROWS = [[2.0, 2.0, 2.0], [0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [1.0, NAN, 2.0], [1.0, INF, 2.0]]
MATRICES = {
    "the identity": [[1.0, 0.0], [0.0, 1.0]],
    "zeros": [[0.0, 0.0], [0.0, 0.0]],
    "ones": [[1.0, 1.0], [1.0, 1.0]],
}
STEP, MOST_KINKS = 1e-6, 4

Function = Callable[..., Any]


def awkward(name: str, op: Any, case: Case) -> list[str]:
    """What the derivative of an operator is at awkward points, each in a few words.

    It is called with tensors alone, or, where the list has it with fixed arguments, with those of its sample.
    """
    function = case.run if op.variant_test_name else op.get_op()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [_told(text, special, values) for text, special, values in SPECIAL.get(name, ())]
        for look in (_at_pairs, _at_points, _at_rows):
            if (general := look(function)) is not None:
                return found + general
        return found + _at_matrices(function) if name in GROUPS["linear-algebra"] else found


def number(value: float) -> str:
    """A number as it is said: 0.5403, nan, -inf; without the digits that are noise."""
    if abs(value) < 1e-12:
        return "0"
    if 1e14 < abs(value) < INF:
        return "huge" if value > 0 else "-huge"
    return f"{value:.4g}"


def _numbers(values: Tensor | None) -> str:
    if values is None:
        return "None"
    if values.dim():
        return f"[{', '.join(map(number, values.flatten().tolist()))}]"
    return number(values.item())


def _result(function: Function, *tensors: Tensor) -> list[Tensor]:
    seed()
    results = function(*tensors)
    if isinstance(results, Tensor):
        results = [results]
    return [r for r in results if isinstance(r, Tensor) and r.requires_grad]


def _pull(function: Function, *tensors: Tensor) -> list[Tensor | None]:
    """The gradients where the results have the weights 1, 2, 3 …"""
    results = _result(function, *tensors)
    if any(result.dtype != torch.float64 for result in results):
        raise TypeError("not a real function")
    weights = [
        torch.arange(1.0, result.numel() + 1, dtype=torch.float64).reshape(result.shape)
        for result in results
    ]
    return list(torch.autograd.grad(results, tensors, weights, allow_unused=True))


def _leaf(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def _told(text: str, function: Function, values: Iterable[Any]) -> str:
    """The derivative of one call at each of several values."""
    said_ = []
    for value in values:
        try:
            (found,) = _pull(function, _leaf(value))
            answer = _numbers(found)
        except (RuntimeError, ValueError) as error:
            answer = f"raises {said(error)}"
        where = number(value) if isinstance(value, float) else _numbers(_leaf(value))
        said_.append(f"{where}: {answer}")
    return f"{text}, x = {'; '.join(said_)}"


def _same(one: Tensor, other: Tensor) -> bool:
    return torch.equal(one.nan_to_num(7), other.nan_to_num(7))


def _acts_on_entries(function: Function, *rows: list[float]) -> bool:
    """Whether each entry of the result comes of the entries at its place."""
    try:
        together = _result(function, *map(_leaf, rows))
        if len(together) != 1 or together[0].shape != (len(rows[0]),):
            return False
        for place, values in enumerate(zip(*rows)):
            alone = _result(function, *(_leaf([value]) for value in values))
            if len(alone) != 1 or not _same(alone[0], together[0][place : place + 1]):
                return False
    except Exception:
        return False
    return True


def _at_pairs(op: Function) -> list[str] | None:
    if not _acts_on_entries(op, GENERIC, GENERIC[::-1]):
        return None
    a, b = (_leaf(list(values)) for values in zip(*PAIRS))
    try:
        first, second = _pull(lambda a, b: op(a, b), a, b)
        results = _result(op, a, b)[0].detach()
    except (RuntimeError, ValueError, TypeError):
        return None
    scale = torch.arange(1.0, len(PAIRS) + 1, dtype=torch.float64)
    told = []
    for n, (one, other) in enumerate(PAIRS):
        slopes = [None if g is None else g[n] / scale[n] for g in (first, second)]
        text = f"({number(one)}, {number(other)}): ({', '.join(map(_numbers, slopes))})"
        told.append(text + _silent(results[n], [s for s in slopes if s is not None]))
    return ["; ".join(told)] if len({text.split(": ")[1] for text in told}) > 1 else []


def _at_points(op: Function) -> list[str] | None:
    if not _acts_on_entries(op, GENERIC):
        return None
    slopes, results = _slopes(op, POINTS)
    told = [
        f"{number(point)}: {number(slope)}" + _silent(result, [slope])
        for point, slope, result in zip(POINTS, slopes, results)
    ]
    kinks = _kinks(op) if results.dtype == torch.float64 else []
    alike = len({text.split(": ")[1] for text in told}) == 1 and not kinks
    return [] if alike else ["; ".join(told), *kinks]


def _slopes(op: Function, points: list[float]) -> tuple[Tensor, Tensor]:
    x = _leaf(points)
    (result,) = _result(op, x)
    (slopes,) = torch.autograd.grad(result, x, torch.ones_like(result), allow_unused=True)
    return torch.zeros_like(x.detach()) if slopes is None else slopes, result.detach()


def _silent(result: Tensor, slopes: list[Tensor]) -> str:
    """What is said beside a slope that is not finite where the value is."""
    bad = any(not torch.isfinite(slope) for slope in slopes)
    return f" (the value is {number(result.item())})" if bad and torch.isfinite(result) else ""


def _kinks(op: Function) -> list[str]:
    """Where the slopes from the left and from the right differ, and where the value jumps.

    Both stay where the step is a tenth; what is smooth and steep, or bends a lot, goes away, and at a pole it grows.
    """
    here, at = _slopes(op, GRID)
    steps = (STEP, STEP / 10)
    sides = [[_slopes(op, [point + d * step for point in GRID])[1] for d in (-1, 1)] for step in steps]
    kinks, jumps = [], []
    for n, point in enumerate(GRID):
        ways, heights, bends = [], [], []
        for step, (left, right) in zip(steps, sides):
            two = ((at - left) / step)[n].item(), ((right - at) / step)[n].item()
            ways.append(two)
            bends.append(two[1] - two[0])
            heights.append((right - left)[n].item())
        if not all(map(math.isfinite, ways[0])):
            continue
        slope = number(here[n].item())
        steep = max(map(abs, ways[0]))
        if steep > 1e3:
            if abs(heights[0]) > 0.1 and _stays(*heights):
                jumps.append(f"jump at {number(point)}: {slope}")
        elif abs(bends[0]) > 1e-3 * max(1, steep) and _stays(*bends):
            from_left, from_right = (number(round(way, 3)) for way in ways[0])
            kinks.append(
                f"kink at {number(point)}: {slope} (from the left {from_left}, right {from_right})"
            )
    return kinks[:MOST_KINKS] + jumps[:1]


def _stays(coarse: float, fine: float) -> bool:
    """Whether what was measured with a step is there with a tenth of it, too."""
    return 0.5 < fine / coarse < 2


def _at_rows(op: Function) -> list[str] | None:
    """Ties, zeros, NaN and infinity in a row of three; results have the weights 1, 2, 3 …"""
    for text, call in (
        ("f(x)", op),
        ("f(x, 0)", lambda x: op(x, 0)),
        ("f(x, 1)", lambda x: op(x, 1)),
    ):
        try:
            slopes = [_pull(call, _leaf(row))[0] for row in (*ROWS, [0.3, 0.6, -0.4])]
        except Exception:
            continue
        if all(_numbers(slope) == _numbers(slopes[0]) for slope in slopes):
            return []  # nothing is awkward
        rows = zip(ROWS, slopes)
        return [
            f"{text}, x = " + "; ".join(f"{_numbers(_leaf(r))}: {_numbers(s)}" for r, s in rows)
        ]
    return None


def _at_matrices(op: Function) -> list[str]:
    """Whether there is a gradient at matrices without an inverse or with equal eigenvalues."""
    told, plain = [], None
    for name, rows in {"a regular matrix": [[2.0, 0.5], [0.25, 1.0]], **MATRICES}.items():
        try:
            (found,) = _pull(op, _leaf(rows))
            word = "None" if found is None else _kind(found)
        except RuntimeError as error:
            word = f"raises {said(error)}"
        except Exception:
            return []
        if plain is None:
            plain = word
            if word.startswith("raises"):
                return []
        else:
            told.append(f"{name}: {word}")
    return ["; ".join(told)] if any(not each.endswith(": finite") for each in told) else []


def _kind(gradient: Tensor) -> str:
    if gradient.isnan().any():
        return "NaN"
    if gradient.isinf().any():
        return "infinite"
    return "finite" if gradient.any() else "zeros"


def _zero(x: Tensor) -> Tensor:
    return torch.zeros_like(x)


_ROW = [[2.0, 2.0, 2.0]]
_FLAT = {name: [*rows[0], *rows[1]] for name, rows in MATRICES.items()}
#: Calls that are asked about by name: (the call, as text; as a function; where).
SPECIAL: dict[str, list[tuple[str, Function, list[Any]]]] = {
    "clamp": [("clamp(x, 0, 1)", lambda x: x.clamp(0, 1), [-1.0, 0.0, 0.5, 1.0, 2.0, NAN])],
    "clamp_min": [("clamp_min(x, 0)", lambda x: x.clamp_min(0), [-1.0, 0.0, 1.0, NAN])],
    "clamp_max": [("clamp_max(x, 0)", lambda x: x.clamp_max(0), [-1.0, 0.0, 1.0, NAN])],
    "pow": [
        ("x**0.5", lambda x: x**0.5, [0.0, -1.0, INF, NAN]),
        ("x**0", lambda x: x**0, [0.0, INF, NAN]),
        ("x**2", lambda x: x**2, [0.0, INF, NAN]),
        ("x**-1", lambda x: x**-1, [0.0, INF]),
        ("x**x", lambda x: x**x, [0.0]),
    ],
    "__rpow__": [("0**x", lambda x: 0**x, [0.0, 1.0, -1.0]), ("2**x", lambda x: 2**x, [0.0])],
    "where": [
        ("where(x > 0, sqrt(x), 0)", lambda x: torch.where(x > 0, x.sqrt(), 0.0), [0.0, -1.0]),
        ("where(x > 0, x, 0)", lambda x: torch.where(x > 0, x, 0.0), [0.0, NAN]),
    ],
    "nn_functional_hardtanh": [
        ("hardtanh(x)", F.hardtanh, [-1.0, 1.0]),
    ],
    "nn_functional_threshold": [
        ("threshold(x, 1, 0)", lambda x: F.threshold(x, 1, 0), [1.0, NAN]),
    ],
    "nn_functional_prelu": [
        ("prelu(x, 0.25)", lambda x: F.prelu(x, x.new_tensor([0.25])), [[0.0], [NAN]])
    ],
    "nn_functional_max_pool1d": [("max_pool1d(x, 3)", lambda x: F.max_pool1d(x, 3), [_ROW])],
    "nn_functional_adaptive_max_pool1d": [
        ("adaptive_max_pool1d(x, 1)", lambda x: F.adaptive_max_pool1d(x, 1), [_ROW])
    ],
    "nn_functional_l1_loss": [("l1_loss(x, 0)", lambda x: F.l1_loss(x, _zero(x)), [0.0, INF, NAN])],
    "nn_functional_mse_loss": [
        ("mse_loss(x, 0)", lambda x: F.mse_loss(x, _zero(x)), [0.0, INF, NAN])
    ],
    "nn_functional_smooth_l1_loss": [
        (
            "smooth_l1_loss(x, 0)",
            lambda x: F.smooth_l1_loss(x, _zero(x)),
            [0.0, 1.0, -1.0, INF, NAN],
        )
    ],
    "nn_functional_huber_loss": [
        ("huber_loss(x, 0)", lambda x: F.huber_loss(x, _zero(x)), [0.0, 1.0, -1.0, INF, NAN])
    ],
    "nn_functional_binary_cross_entropy": [
        (
            "binary_cross_entropy(x, 1)",
            lambda x: F.binary_cross_entropy(x, torch.ones_like(x)),
            [0.0, 1.0],
        )
    ],
    "nn_functional_binary_cross_entropy_with_logits": [
        (
            "binary_cross_entropy_with_logits(x, 1)",
            lambda x: F.binary_cross_entropy_with_logits(x, torch.ones_like(x)),
            [0.0, INF, -INF, NAN],
        )
    ],
    "nn_functional_cross_entropy": [
        (
            "cross_entropy(x, class 0)",
            lambda x: F.cross_entropy(x, torch.tensor(0)),
            [[0.0, 0.0], [-INF, 0.0], [INF, 0.0], [-INF, -INF]],
        )
    ],
    "nn_functional_kl_div": [
        (
            "kl_div(x, 0, reduction='sum')",
            lambda x: F.kl_div(x, _zero(x), reduction="sum"),
            [0.0, -INF],
        )
    ],
    "nn_functional_hinge_embedding_loss": [
        (
            "hinge_embedding_loss(x, -1)",
            lambda x: F.hinge_embedding_loss(x, -torch.ones_like(x)),
            [0.0, 1.0, 2.0],
        )
    ],
    "nn_functional_margin_ranking_loss": [
        (
            "margin_ranking_loss(x, 0, 1)",
            lambda x: F.margin_ranking_loss(x, _zero(x), torch.ones_like(x)),
            [[0.0], [1.0]],
        )
    ],
    "nn_functional_cosine_similarity": [
        (
            "cosine_similarity(x, (1, 0), dim=0)",
            lambda x: F.cosine_similarity(x, x.new_tensor([1.0, 0.0]), dim=0),
            [[0.0, 0.0], [1.0, 0.0]],
        )
    ],
    "nn_functional_pairwise_distance": [
        (
            "pairwise_distance(x, 0)",
            lambda x: F.pairwise_distance(x, _zero(x)),
            [[[0.0, 0.0]]],
        )
    ],
    "nn_functional_pdist": [("pdist(x)", F.pdist, [[[1.0, 2.0], [1.0, 2.0]]])],
    "cdist": [("cdist(x, 0)", lambda x: torch.cdist(x, _zero(x)), [[[0.0, 0.0]]])],
    "dist": [("dist(x, 0)", lambda x: torch.dist(x, _zero(x)), [[0.0, 0.0]])],
    "nn_functional_triplet_margin_loss": [
        (
            "triplet_margin_loss(x, 0, 0)",
            lambda x: F.triplet_margin_loss(x, _zero(x), _zero(x)),
            [[[0.0, 0.0]]],
        )
    ],
    "nn_functional_normalize": [
        ("normalize(x, dim=0)", lambda x: F.normalize(x, dim=0), [[0.0, 0.0], [3.0, 4.0]])
    ],
    "nn_functional_layer_norm": [
        ("layer_norm(x, (3,))", lambda x: F.layer_norm(x, (3,)), [[2.0, 2.0, 2.0]])
    ],
    "nn_functional_rms_norm": [
        ("rms_norm(x, (3,))", lambda x: F.rms_norm(x, (3,)), [[0.0, 0.0, 0.0]])
    ],
    "nn_functional_group_norm": [
        ("group_norm(x, 1)", lambda x: F.group_norm(x, 1), [[[2.0, 2.0, 2.0]]])
    ],
    "nn_functional_instance_norm": [("instance_norm(x)", F.instance_norm, [[[[2.0, 2.0, 2.0]]]])],
    "nn_functional_batch_norm": [
        (
            "batch_norm(x, None, None, training=True)",
            lambda x: F.batch_norm(x, None, None, training=True),
            [[[2.0], [2.0], [2.0]]],
        )
    ],
    "var": [("var(x)", torch.var, [[1.0]]), ("var(x)", torch.var, [[2.0, 2.0]])],
    "std": [("std(x)", torch.std, [[1.0], [2.0, 2.0]])],
    "softmax": [("softmax(x, 0)", lambda x: x.softmax(0), [[-INF, -INF], [-INF, 0.0], [INF, 0.0]])],
    "log_softmax": [
        ("log_softmax(x, 0)", lambda x: x.log_softmax(0), [[-INF, -INF], [-INF, 0.0], [INF, 0.0]])
    ],
    "logsumexp": [
        ("logsumexp(x, 0)", lambda x: x.logsumexp(0), [[-INF, -INF], [-INF, 0.0], [INF, 0.0]])
    ],
    "kthvalue": [("kthvalue(x, 3)", lambda x: x.kthvalue(3)[0], [[2.0, 2.0, 2.0]])],
    "topk": [("topk(x, 1)", lambda x: x.topk(1)[0], [[2.0, 2.0, 2.0]])],
    "max_reduction_with_dim": [("max(x, 0)", lambda x: x.max(0)[0], [[2.0, 2.0, 2.0]])],
    "min_reduction_with_dim": [("min(x, 0)", lambda x: x.min(0)[0], [[2.0, 2.0, 2.0]])],
    "norm_inf": [("norm(x, inf)", lambda x: x.norm(INF), [[2.0, 2.0, 2.0], [0.0, 0.0]])],
    "linalg_vector_norm": [
        ("vector_norm(x)", torch.linalg.vector_norm, [[0.0, 0.0], [INF, 1.0]]),
        ("vector_norm(x, 1)", lambda x: torch.linalg.vector_norm(x, 1), [[0.0, 1.0]]),
        ("vector_norm(x, inf)", lambda x: torch.linalg.vector_norm(x, INF), [[2.0, 2.0]]),
        ("vector_norm(x, 0.5)", lambda x: torch.linalg.vector_norm(x, 0.5), [[0.0, 1.0]]),
    ],
    "scatter_reduce_amax": [
        (
            "scatter_reduce of x into one place, 'amax'",
            lambda x: x.new_zeros(1).scatter_reduce(
                0, torch.zeros(len(x), dtype=torch.long), x, "amax", include_self=False
            ),
            [[2.0, 2.0, 2.0]],
        )
    ],
    "scatter_reduce_prod": [
        (
            "scatter_reduce of x into one place, 'prod'",
            lambda x: x.new_zeros(1).scatter_reduce(
                0, torch.zeros(len(x), dtype=torch.long), x, "prod", include_self=False
            ),
            [[0.0, 2.0], [0.0, 0.0]],
        )
    ],
    "nn_functional_scaled_dot_product_attention": [
        (
            "scaled_dot_product_attention(x, x, x, with every key masked)",
            lambda x: F.scaled_dot_product_attention(x, x, x, x.new_full((1, 1), -INF)),
            [[[1.0, 2.0]]],
        )
    ],
    "nn_functional_max_pool2d": [
        (
            "max_pool2d(x.view(1, 1, 3), (1, 3))",
            lambda x: F.max_pool2d(x.view(1, 1, 3), (1, 3)),
            _ROW,
        )
    ],
    "nn_functional_max_pool3d": [
        (
            "max_pool3d(x.view(1, 1, 1, 3), (1, 1, 3))",
            lambda x: F.max_pool3d(x.view(1, 1, 1, 3), (1, 1, 3)),
            _ROW,
        )
    ],
    "nn_functional_adaptive_max_pool2d": [
        (
            "adaptive_max_pool2d(x.view(1, 1, 3), 1)",
            lambda x: F.adaptive_max_pool2d(x.view(1, 1, 3), 1),
            _ROW,
        )
    ],
    "nn_functional_adaptive_max_pool3d": [
        (
            "adaptive_max_pool3d(x.view(1, 1, 1, 3), 1)",
            lambda x: F.adaptive_max_pool3d(x.view(1, 1, 1, 3), 1),
            _ROW,
        )
    ],
    "nn_functional_fractional_max_pool2d": [
        (
            "fractional_max_pool2d(x.view(1, 1, 3), (1, 3), (1, 1))",
            lambda x: F.fractional_max_pool2d(x.view(1, 1, 3), (1, 3), (1, 1)),
            _ROW,
        )
    ],
    "nn_functional_embedding_bag": [
        (
            "embedding_bag(tensor([[0, 1, 2]]), x.view(3, 1), mode='max')",
            lambda x: F.embedding_bag(torch.tensor([[0, 1, 2]]), x.view(3, 1), mode="max"),
            _ROW,
        )
    ],
    "nn_functional_grid_sample": [
        (
            "grid_sample(tensor([[[[0, 1, 0]]]]).double(), x.view(1, 1, 1, 2), align_corners=True)",
            lambda x: F.grid_sample(
                torch.tensor([[[[0, 1, 0]]]]).double(), x.view(1, 1, 1, 2), align_corners=True
            ),
            [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]],
        )
    ],
    "nn_functional_multi_margin_loss": [
        (
            "multi_margin_loss(x, tensor(0))",
            lambda x: F.multi_margin_loss(x, torch.tensor(0)),
            [[1.0, 0.0], [0.5, 0.0]],
        )
    ],
    "nn_functional_multilabel_margin_loss": [
        (
            "multilabel_margin_loss(x, tensor([0, -1]))",
            lambda x: F.multilabel_margin_loss(x, torch.tensor([0, -1])),
            [[1.0, 0.0], [0.5, 0.0]],
        )
    ],
    "nn_functional_cosine_embedding_loss": [
        (
            "cosine_embedding_loss(x.view(1, 2), eye(2).double()[:1], tensor([-1]))",
            lambda x: F.cosine_embedding_loss(
                x.view(1, 2), torch.eye(2).double()[:1], torch.tensor([-1])
            ),
            [[0.0, 1.0], [0.0, 0.0]],
        )
    ],
    "nn_functional_gaussian_nll_loss": [
        (
            "gaussian_nll_loss(zeros(1).double(), zeros(1).double(), x)",
            lambda x: F.gaussian_nll_loss(torch.zeros(1).double(), torch.zeros(1).double(), x),
            [[0.0], [1.0]],
        )
    ],
    "nn_functional_poisson_nll_loss": [
        (
            "poisson_nll_loss(x, ones(1).double(), log_input=False)",
            lambda x: F.poisson_nll_loss(x, torch.ones(1).double(), log_input=False),
            [[0.0], [1.0]],
        )
    ],
    "nn_functional_soft_margin_loss": [
        (
            "soft_margin_loss(x, ones(1).double())",
            lambda x: F.soft_margin_loss(x, torch.ones(1).double()),
            [[0.0], [INF], [-INF], [-1000.0]],
        )
    ],
    "nn_functional_ctc_loss": [
        (
            "ctc_loss(x.view(1, 1, 3), tensor([[1, 2]]), (1,), (2,))",
            lambda x: F.ctc_loss(x.view(1, 1, 3), torch.tensor([[1, 2]]), (1,), (2,)),
            [[-1.0, -1.0, -1.0]],
        ),
        (
            "ctc_loss(x.view(1, 1, 3), tensor([[1, 2]]), (1,), (2,), zero_infinity=True)",
            lambda x: F.ctc_loss(
                x.view(1, 1, 3), torch.tensor([[1, 2]]), (1,), (2,), zero_infinity=True
            ),
            [[-1.0, -1.0, -1.0]],
        ),
    ],
    "native_layer_norm": [
        (
            "native_layer_norm(x, (3,), None, None, 1e-5)[0]",
            lambda x: torch.native_layer_norm(x, (3,), None, None, 1e-5)[0],
            _ROW,
        )
    ],
    "native_group_norm": [
        (
            "native_group_norm(x.view(1, 1, 3), None, None, 1, 1, 3, 1, 1e-5)[0]",
            lambda x: torch.native_group_norm(x.view(1, 1, 3), None, None, 1, 1, 3, 1, 1e-5)[0],
            _ROW,
        )
    ],
    "masked_normalize": [
        (
            "masked.normalize(x, 2, 0)",
            lambda x: torch.masked.normalize(x, 2, 0),
            [[0.0, 0.0], [3.0, 4.0]],
        )
    ],
    "renorm": [
        (
            "renorm(x.view(1, 2), 2, 0, 5)",
            lambda x: x.view(1, 2).renorm(2, 0, 5),
            [[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]],
        )
    ],
    "norm_nuc": [
        (
            "norm(x.view(2, 2), 'nuc')",
            lambda x: torch.norm(x.view(2, 2), "nuc"),
            [_FLAT["the identity"], _FLAT["zeros"], _FLAT["ones"]],
        )
    ],
    "linalg_matrix_norm": [
        (
            f"matrix_norm(x.view(2, 2), {order})",
            lambda x, order=order: torch.linalg.matrix_norm(x.view(2, 2), order),
            [_FLAT["the identity"], _FLAT["zeros"], _FLAT["ones"]],
        )
        for order in (1, 2)
    ],
    "linalg_svdvals": [
        (
            "svdvals(x.view(2, 2))",
            lambda x: torch.linalg.svdvals(x.view(2, 2)),
            [_FLAT["the identity"], _FLAT["zeros"], _FLAT["ones"]],
        )
    ],
    "linalg_eigvalsh": [
        (
            "eigvalsh(x.view(2, 2))",
            lambda x: torch.linalg.eigvalsh(x.view(2, 2)),
            [_FLAT["the identity"], _FLAT["zeros"]],
        )
    ],
    "linalg_eigvals": [
        (
            "eigvals(x.view(2, 2)).real",
            lambda x: torch.linalg.eigvals(x.view(2, 2)).real,
            [_FLAT["the identity"], [1.0, 1.0, 0.0, 1.0]],
        )
    ],
    "linalg_eig": [
        (
            "eig(x.view(2, 2))[1].abs()",
            lambda x: torch.linalg.eig(x.view(2, 2))[1].abs(),
            [_FLAT["the identity"], [1.0, 1.0, 0.0, 1.0]],
        )
    ],
    "linalg_solve": [
        (
            "solve(x.view(2, 2), ones(2).double())",
            lambda x: torch.linalg.solve(x.view(2, 2), torch.ones(2).double()),
            [_FLAT["ones"]],
        )
    ],
    "linalg_lstsq": [
        (
            "lstsq(x.view(2, 2), ones(2, 1).double())[0]",
            lambda x: torch.linalg.lstsq(x.view(2, 2), torch.ones(2, 1).double())[0],
            [_FLAT["ones"]],
        )
    ],
    "scatter_reduce_amin": [
        (
            "scatter_reduce of x into one place, 'amin'",
            lambda x: x.new_zeros(1).scatter_reduce(
                0, torch.zeros(len(x), dtype=torch.long), x, "amin", include_self=False
            ),
            _ROW,
        )
    ],
    **{
        f"index_reduce_{how}": [
            (
                f"zeros(1).double().index_reduce(0, tensor([0, 0, 0]), x, '{how}', include_self=False)",
                lambda x, how=how: (
                    torch.zeros(1)
                    .double()
                    .index_reduce(0, torch.tensor([0, 0, 0]), x, how, include_self=False)
                ),
                _ROW if how != "prod" else [[0.0, 1.0, 2.0], [0.0, 0.0, 2.0]],
            )
        ]
        for how in ("amax", "amin", "prod")
    },
    "scatter": [
        (
            "zeros(1).double().scatter(0, tensor([0, 0]), x)",
            lambda x: torch.zeros(1).double().scatter(0, torch.tensor([0, 0]), x),
            [[1.0, 2.0]],
        )
    ],
    "index_copy": [
        (
            "zeros(1).double().index_copy(0, tensor([0, 0]), x)",
            lambda x: torch.zeros(1).double().index_copy(0, torch.tensor([0, 0]), x),
            [[1.0, 2.0]],
        )
    ],
    "index_put": [
        (
            "zeros(1).double().index_put((tensor([0, 0]),), x)",
            lambda x: torch.zeros(1).double().index_put((torch.tensor([0, 0]),), x),
            [[1.0, 2.0]],
        )
    ],
    "put": [
        (
            "zeros(1).double().put(tensor([0, 0]), x)",
            lambda x: torch.zeros(1).double().put(torch.tensor([0, 0]), x),
            [[1.0, 2.0]],
        )
    ],
    "div_trunc_rounding": [
        (
            "div(x, 1, rounding_mode='trunc')",
            lambda x: x.div(1, rounding_mode="trunc"),
            [0.5, 1.0],
        )
    ],
    "div_floor_rounding": [
        (
            "div(x, 1, rounding_mode='floor')",
            lambda x: x.div(1, rounding_mode="floor"),
            [0.0, 0.5, 1.0],
        )
    ],
    "round_decimals_3": [
        ("round(x, decimals=3)", lambda x: x.round(decimals=3), [0.0, 0.0005, 1.0])
    ],
    "round_decimals_neg_3": [
        ("round(x, decimals=-3)", lambda x: x.round(decimals=-3), [0.0, 500.0, 1000.0])
    ],
    "addcdiv": [
        (
            "addcdiv(ones(1).double(), ones(1).double(), x)",
            lambda x: torch.addcdiv(torch.ones(1).double(), torch.ones(1).double(), x),
            [[0.0], [1.0]],
        )
    ],
    "abs": [("abs(complex(x, x))", lambda x: torch.complex(x, x).abs(), [0.0, 1.0])],
    "sgn": [("sgn(complex(x, x)).real", lambda x: torch.complex(x, x).sgn().real, [0.0, 1.0])],
    "logit": [("logit(x, 0.25)", lambda x: x.logit(0.25), [0.125, 0.25, 0.5, 0.75, 1.0])],
    "quantile": [
        ("quantile(x, 0.25)", lambda x: x.quantile(0.25), [[2.0, 2.0, 2.0], [0.0, 1.0, 2.0]])
    ],
    "median": [("median(x, 0)[0]", lambda x: x.median(0)[0], _ROW)],
    "nanmedian": [("nanmedian(x, 0)[0]", lambda x: x.nanmedian(0)[0], _ROW)],
    "sort": [("sort(x)[0][-1]", lambda x: x.sort()[0][-1], _ROW)],
}
