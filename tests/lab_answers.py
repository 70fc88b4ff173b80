"""Answers to the tasks of the labs, by lab and task: wrong ones with a word of what the check says, and right ones."""

WRONG: dict[str, dict[str, list[tuple[str, str]]]] = {}


def one_line(name: str, arguments: str, *answers: tuple[str, str]) -> list[tuple[str, str]]:
    """Functions that return an expression."""
    return [(kind, f"def {name}({arguments}):\n    return {answer}\n") for kind, answer in answers]


WRONG["gradient-puzzles"] = {
    "sum": one_line(
        "vjp_sum",
        "x, G",
        ("Wrong sign", "-G.expand_as(x)"),
        ("Forgotten factor", "G.expand_as(x) / x.numel()"),
        ("Wrong shape", "G"),
        ("G is missing", "torch.ones_like(x)"),
        ("Wrong type", "1.0"),
        ("Not finite", "x * float('nan')"),
        ("Wrong number of gradients", "x, x"),
        ("Written into", "x.mul_(0).add_(G)"),
        ("Your code stopped with NameError", "nobody"),
        ("Autograd is off here", "torch.autograd.grad(x.requires_grad_().sum(), x, G)"),
        ("Wrong number:", "G.expand_as(x) + x * 0.1"),
    ),
    "mean": one_line(
        "vjp_mean",
        "x, G",
        ("Wrong sign", "-G.expand_as(x) / x.numel()"),
        ("Forgotten factor", "G.expand_as(x)"),
        ("Wrong shape", "G / x.numel()"),
        ("G is missing", "torch.ones_like(x) / x.numel()"),
    ),
    "square": one_line(
        "vjp_square",
        "x, G",
        ("Wrong sign", "-2 * x * G"),
        ("is 0.5 times", "x * G"),
        ("Forgotten x", "2 * G"),
        ("G is missing", "2 * x"),
        ("That is the value", "x**2 * G"),
        ("Transposed", "(2 * x * G).T"),
    ),
    "product": one_line(
        "vjp_product",
        "a, b, G",
        ("Swapped", "G * a, G * b"),
        ("Wrong sign", "G * b, -G * a"),
        ("Forgotten factor", "G, G"),
        ("G is missing", "b, a"),
        ("Wrong number of gradients", "G * b + G * a"),
    ),
    "quotient": one_line(
        "vjp_quotient",
        "a, b, G",
        ("Wrong sign", "G / b, G * a / b**2"),
        ("Forgotten square", "G / b, -G * a / b"),
        ("product rule", "G * b, G * a"),
        ("Swapped", "-G * a / b**2, G / b"),
    ),
    "sigmoid": one_line(
        "vjp_sigmoid",
        "x, G",
        ("Forgotten factor", "G * x.sigmoid()"),
        ("Input for result", "G * x * (1 - x)"),
        ("Wrong sign", "G * x.sigmoid() * (x.sigmoid() - 1)"),
        ("G is missing", "x.sigmoid() * (1 - x.sigmoid())"),
    ),
    "relu": one_line(
        "vjp_relu",
        "x, G",
        ("Nothing is stopped", "G"),
        ("That is the value", "G * x.relu()"),
        ("The wrong half", "G * (x < 0)"),
        ("G is missing", "(x > 0) * 1.0"),
        ("Wrong sign", "-G * (x > 0)"),
    ),
    "row": one_line(
        "vjp_row",
        "M, r, G",
        ("Not summed", "G, G"),
        ("Wrong axis", "G, G.sum(1)"),
        ("Forgotten factor", "G, G.mean(0)"),
        ("Wrong shape", "G, G.sum(0, keepdim=True)"),
    ),
    "column": one_line(
        "vjp_column",
        "M, c, G",
        ("Not summed", "G * c, G * M"),
        ("Wrong axis", "G * c, (G * M).sum(0, keepdim=True)"),
        ("Wrong shape", "G * c, (G * M).sum(1)"),
        ("Too late", "G * c, G.sum(1, keepdim=True) * M.sum(1, keepdim=True)"),
        ("Forgotten factor", "G, (G * M).sum(1, keepdim=True)"),
    ),
    "row_sums": one_line(
        "vjp_row_sums",
        "x, G",
        ("Wrong shape", "G[:, None]"),
        ("Wrong axis", "G.sum().expand_as(x)"),
        ("Forgotten factor", "G[:, None].expand_as(x) / x.shape[1]"),
        ("G is missing", "torch.ones_like(x)"),
        ("Transposed", "G.expand(x.shape[1], len(x))"),
    ),
    "cumsum": one_line(
        "vjp_cumsum",
        "x, G",
        ("Wrong direction", "G.cumsum(0)"),
        ("Forgotten uses", "G"),
        ("Not turned back", "G.flip(0).cumsum(0)"),
        ("Wrong sign", "-G.flip(0).cumsum(0).flip(0)"),
        ("G is missing", "torch.arange(len(x), 0.0, -1)"),
    ),
    "pick": one_line(
        "vjp_pick",
        "x, index, G",
        ("Overwritten", "torch.zeros_like(x).index_copy(0, index, G)"),
        ("Wrong shape", "G"),
        ("Everywhere", "G.sum(0).expand_as(x)"),
        ("Wrong sign", "-torch.zeros_like(x).index_add(0, index, G)"),
        ("G is missing", "torch.zeros_like(x).index_add(0, index, torch.ones_like(G))"),
    ),
    "max": one_line(
        "vjp_max",
        "x, G",
        ("Nothing is stopped", "G[:, None].expand_as(x)"),
        ("Wrong axis", "G[:, None] * (x == x.amax(0))"),
        ("That is the value", "G[:, None] * x * (x == x.amax(1, keepdim=True))"),
        ("G is missing", "x == x.amax(1, keepdim=True)"),
    ),
    "matvec": one_line(
        "vjp_matvec",
        "A, v, G",
        ("Transposed", "torch.outer(v, G), A.T @ G"),
        ("G is missing", "v.expand_as(A), A.T @ G"),
        ("Forgotten v", "G[:, None].expand_as(A), A.T @ G"),
        ("Too late", "torch.outer(G, v), A.sum(0) * G.sum()"),
        ("Not summed", "torch.outer(G, v), A * G[:, None]"),
    ),
    "matmul": one_line(
        "vjp_matmul",
        "A, B, G",
        ("Transposed", "(G @ B.T).T, A.T @ G"),
        ("Swapped", "A.T @ G, G @ B.T"),
        ("Wrong sign", "G @ B.T, -A.T @ G"),
        ("G is missing", "torch.ones_like(G) @ B.T, A.T @ G"),
        ("Your code stopped with RuntimeError", "G @ B, A @ G"),
    ),
    "logsumexp": one_line(
        "vjp_logsumexp",
        "x, G",
        ("Forgotten factor", "G[:, None].expand_as(x)"),
        ("Wrong axis", "G[:, None] * x.softmax(0)"),
        ("Not normalized", "G[:, None] * x.exp()"),
        ("G is missing", "x.softmax(1)"),
    ),
    "softmax": one_line(
        "vjp_softmax",
        "x, G",
        ("Diagonal alone", "G * x.softmax(1) * (1 - x.softmax(1))"),
        ("Forgotten term", "G * x.softmax(1)"),
        ("Wrong axis", "x.softmax(1) * (G - (G * x.softmax(1)).sum(0, keepdim=True))"),
        ("Forgotten factor", "x.softmax(1) * (G - G.sum(1, keepdim=True))"),
        ("Wrong sign", "x.softmax(1) * ((G * x.softmax(1)).sum(1, keepdim=True) - G)"),
    ),
    "cross_entropy": one_line(
        "vjp_cross_entropy",
        "z, labels, G",
        ("Forgotten factor", "G * (z.softmax(1) - torch.eye(z.shape[1])[labels])"),
        ("Wrong sign", "G * (torch.eye(z.shape[1])[labels] - z.softmax(1)) / len(z)"),
        ("subtract 1 at the right class", "G * z.softmax(1) / len(z)"),
        ("the other classes", "-G * torch.eye(z.shape[1])[labels] / len(z)"),
        ("Wrong axis", "G * (z.softmax(0) - torch.eye(z.shape[1])[labels]) / len(z)"),
        ("G is missing", "(z.softmax(1) - torch.eye(z.shape[1])[labels]) / len(z)"),
    ),
    "layer_norm": [
        (
            kind,
            f"""
            def vjp_layer_norm(x, G, axis=1):
                deviation = x.std({axis}, correction=0, keepdim=True)
                y = (x - x.mean({axis}, keepdim=True)) / deviation
                mean = G.mean({axis}, keepdim=True)
                spread = y * (G * y).mean({axis}, keepdim=True)
                return {answer}
        """,
        )
        for kind, axis, answer in (
            ("Held fixed", 1, "G / deviation"),
            ("the deviation moves", 1, "(G - mean) / deviation"),
            ("the mean moves", 1, "(G - spread) / deviation"),
            ("Wrong axis", 1, "(G - G.mean(0) - y * (G * y).mean(0)) / deviation"),
            ("Forgotten factor", 1, "G - mean - spread"),
            ("Wrong sign", 1, "(mean + spread - G) / deviation"),
        )
    ],
    "attention": [
        (
            kind,
            f"""
            def vjp_attention(Q, K, V, G):
                root = Q.shape[1] ** 0.5
                P = (Q @ K.T / root).softmax(1)
                W = G @ V.T
                S = P * (W - (W * P).sum(1, keepdim=True))
                return {answer}
        """,
        )
        for kind, answer in (
            ("Forgotten scale: ", "S @ K, S.T @ Q, P.T @ G"),
            ("Forgotten factor", "S @ K / root**2, S.T @ Q / root, P.T @ G"),
            ("Softmax left out", "W @ K / root, W.T @ Q / root, P.T @ G"),
            ("Forgotten scale, and softmax left out", "W @ K, W.T @ Q, P.T @ G"),
            ("Swapped", "S.T @ Q / root, S @ K / root, P.T @ G"),
            ("Transposed", "S @ K / root, Q.T @ S / root, P.T @ G"),
            ("Wrong sign", "S @ K / root, S.T @ Q / root, -P.T @ G"),
            ("Wrong number of gradients", "S @ K / root, S.T @ Q / root"),
        )
    ],
}


def method(name: str, given: str, backward: str) -> str:
    """A class as in the first task, with another backward."""
    return f"""
class {name}(Function):
    @staticmethod
    def forward(ctx, a, b):
        h = (a**2 + b**2).sqrt()
        ctx.save_for_backward(a, b, h)
        return h

    @staticmethod
    def backward(ctx, {given}):
        a, b, h = ctx.saved_tensors
        {backward}
"""


def scaled(*lines: str) -> str:
    body = "\n        ".join(lines)
    return f"""
class Scaled(Function):
    @staticmethod
    def forward(ctx, a, b, scale):
        h = (a**2 + b**2).sqrt()
        ctx.save_for_backward(a, b)
        ctx.scale = scale
        return scale * h

    @staticmethod
    def backward(ctx, G):
        a, b = ctx.saved_tensors
        h = (a**2 + b**2).sqrt()
        {body}
"""


def split(
    forward: str,
    setup: str,
    saved: str = "a, b, h = ctx.saved_tensors",
    backward: str = "G * a / h, G * b / h",
) -> str:
    return f"""
class Split(Function):
    @staticmethod
    def forward({forward}):
        return (a**2 + b**2).sqrt()

    {setup}

    @staticmethod
    def backward(ctx, G):
        {saved}
        return {backward}
"""


SAVES = """@staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs, output)
"""


def batched(*lines: str) -> str:
    body = "\n        ".join(lines)
    return f"""
class Batched(Split):
    @staticmethod
    def vmap(info, in_dims, a, b):
        {body}
"""


def forward_mode(answer: str, saves: str = "ctx.save_for_forward(*inputs, output)") -> str:
    return f"""
class Forward(Split):
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs, output)
        {saves}

    @staticmethod
    def jvp(ctx, ta, tb):
        a, b, h = ctx.saved_tensors
        {answer}
"""


def logsumexp(
    value: str = "(x - top).exp().sum(-1).log() + top.squeeze(-1)",
    backward: str = "G[..., None] * (x - y[..., None]).exp()",
    jvp: str = "(t * (x - y[..., None]).exp()).sum(-1)",
    rule: str = "generate_vmap_rule = True",
) -> str:
    return f"""
class LogSumExp(Function):
    {rule}

    @staticmethod
    def forward(x):
        top = x.amax(-1, keepdim=True)
        return {value}

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs, output)
        ctx.save_for_forward(*inputs, output)

    @staticmethod
    def backward(ctx, G):
        x, y = ctx.saved_tensors
        return {backward}

    @staticmethod
    def jvp(ctx, t):
        x, y = ctx.saved_tensors
        return {jvp}
"""


TWO = ("for_a = G * ctx.scale * a / h if ctx.needs_input_grad[0] else None",
       "for_b = G * ctx.scale * b / h if ctx.needs_input_grad[1] else None")  # fmt: skip

WRONG["your-own-function"] = {
    "backward": [
        ("Wrong sign", method("Hypot", "G", "return -G * a / h, G * b / h")),
        ("Forgotten factor", method("Hypot", "G", "return 2 * G * a / h, 2 * G * b / h")),
        ("G is missing", method("Hypot", "G", "return a / h, b / h")),
        ("Swapped", method("Hypot", "G", "return G * b / h, G * a / h")),
        ("Wrong number:", method("Hypot", "G", "return G * a, G * b")),
        ("Wrong number of answers", method("Hypot", "G", "return G * a / h")),
        ("Nothing arrives", method("Hypot", "G", "return None, G * b / h")),
    ],
    "arguments": [
        ("Needless work", scaled("return G * ctx.scale * a / h, G * ctx.scale * b / h, None")),
        ("Not None", scaled(*TWO, "return for_a, for_b, (G * h).sum()")),
        ("Forgotten factor", scaled("return G * a / h, G * b / h, None")),
        ("G is missing", scaled("return ctx.scale * a / h, ctx.scale * b / h, None")),
        ("Wrong number of answers", scaled(*TWO, "return for_a, for_b")),
    ],
    "setup": [
        ("ctx is left in forward", split("ctx, a, b", SAVES)),
        ("Not split", method("Split", "G", "return G * a / h, G * b / h")),
        (
            "Nothing saved",
            split("a, b", SAVES.replace("ctx.save_for_backward(*inputs, output)", "pass")),
        ),
        (
            "Attribute",
            split(
                "a, b",
                SAVES.replace(
                    "ctx.save_for_backward(*inputs, output)", "ctx.kept = (*inputs, output)"
                ),
                "a, b, h = ctx.kept",
            ),
        ),
        (
            "Second derivative",
            split("a, b", SAVES, backward="G * (a / h).detach(), G * (b / h).detach()"),
        ),
        ("Wrong sign", split("a, b", SAVES, backward="G * a / h, -G * b / h")),
    ],
    "vmap": [
        (
            "Wrong axis",
            batched(
                "a = a if in_dims[0] is None else a.movedim(in_dims[0], 0)",
                "b = b if in_dims[1] is None else b.movedim(in_dims[1], 0)",
                "return Split.apply(a.flip(0), b), 0",
            ),
        ),
        (
            "Wrong shape",
            batched(
                "a = a if in_dims[0] is None else a.movedim(in_dims[0], 0)",
                "b = b if in_dims[1] is None else b.movedim(in_dims[1], 0)",
                "return Split.apply(a, b), 1",
            ),
        ),
        ("Stopped, with a along axis 1", batched("return Split.apply(a, b), 0")),
        ("Stopped, with both along axis 0", batched("return Split.apply(a, b)")),
        (
            "Wrong value",
            "class Batched(Split):\n    generate_vmap_rule = True\n\n    @staticmethod\n"
            "    def forward(a, b):\n        return a + b\n",
        ),
    ],
    "jvp": [
        ("Wrong sign", forward_mode("return -(a * ta + b * tb) / h")),
        ("Swapped", forward_mode("return (b * ta + a * tb) / h")),
        ("Forgotten input", forward_mode("return b * tb / h")),
        ("Direction missing", forward_mode("return (a * (ta > 0) + b * (tb > 0)) / h")),
        ("Nothing saved", forward_mode("return (a * ta + b * tb) / h", "pass")),
        ("No direction", forward_mode("return None")),
        ("Wrong number", forward_mode("return a * ta + b * tb")),
        ("Missing", "class Forward(Split):\n    generate_vmap_rule = True\n"),
    ],
    "all": [
        ("Overflow", logsumexp("x.exp().sum(-1).log()")),
        ("Wrong value", logsumexp("(x - top).exp().sum(-1).log()")),
        ("Wrong shape", logsumexp("(x - top).exp().sum(-1, keepdim=True).log() + top")),
        ("Forgotten factor", logsumexp(backward="G[..., None].expand_as(x)")),
        ("Wrong sign", logsumexp(backward="-G[..., None] * (x - y[..., None]).exp()")),
        ("Wrong axis", logsumexp(backward="G[..., None] * x.softmax(0)")),
        ("G is missing", logsumexp(backward="(x - y[..., None]).exp()")),
        ("vmap", logsumexp(rule="pass")),
        ("Not the slopes", logsumexp(jvp="(t * x).sum(-1)")),
    ],
}


def keep(*lines: str) -> str:
    return "\n    ".join(["def keep(module, inputs, output):", *lines])


def largest(*lines: str) -> str:
    return "\n    ".join(["def largest(gradient):", *lines])


def step(*lines: str) -> str:
    return "\n    ".join(["def one_step(model, optimizer):", *lines])


def train(*lines: str, body: str = "history.append(one_step(model, optimizer).item())") -> str:
    return f"""
def train(model, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    history = []
    for step in range(steps):
        {body}
    {lines[0] if lines else "return history"}
"""


REGISTER = (
    "first = model[0].register_forward_hook(keep)",
    "second = model[0].weight.register_hook(largest)",
)
PASS = ("loss = loss_of(model)", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()")
REMOVE = ("first.remove()", "second.remove()")

WRONG["hooks-and-leaks"] = {
    "keep": [
        ("no gradient", keep("hidden.append(output.detach())", "return hidden[-1]")),
        ("no gradient", keep("hidden.append(output.detach_())")),
        ("Leak", keep("hidden.append(output)")),
        ("Nothing is kept", keep("output.detach()")),
        ("Replaced", keep("hidden.append(output.detach())", "return output.abs()")),
        ("Wrong tensor", keep("hidden.append(inputs[0].detach())")),
        ("Wrong type", keep("hidden.append(output.tolist())")),
        ("Kept too often", keep("hidden.extend(output.detach())")),
        ("Wrong number", keep("hidden.append(output.detach().relu())")),
    ],
    "largest": [
        ("Replaced", largest("seen.append(gradient.abs().max().item())", "return gradient.abs()")),
        ("Lost sign", largest("seen.append(gradient.max().item())")),
        ("Wrong sign", largest("seen.append(gradient.min().item())")),
        ("Wrong type", largest("seen.append(gradient.abs().max())")),
        ("Nothing is noted", largest("gradient.abs().max().item()")),
        ("Wrong number", largest("seen.append(gradient.norm().item())")),
        ("Not yet", largest("seen.append(gradient.relu_().max().item())")),
    ],
    "one_step": [
        ("Too early", step(*REGISTER, PASS[0], *REMOVE, *PASS[1:], "return loss")),
        ("Nothing is noted", step(*PASS, "return loss")),
        ("Leak", step(*REGISTER, *PASS, REMOVE[0], "return loss")),
        ("No loss", step(*REGISTER, *PASS, *REMOVE)),
        ("Wrong step", step(*REGISTER, PASS[0], *PASS[2:], *REMOVE, "return loss")),
        ("No step", step(*REGISTER, PASS[0], PASS[2], PASS[1], PASS[3], *REMOVE, "return loss")),
    ],
    "train": [
        ("Not called", train(body="history.append(one_step(model, optimizer).item)")),
        ("Wrong type", train("return history[-1]")),
        ("Wrong length", train("return history[-1:]")),
        ("Wrong order", train(body="history.insert(0, one_step(model, optimizer).item())")),
        ("Wrong number", train(body="history.append(int(one_step(model, optimizer)))")),
        ("Wrong step", train(
            "[p.data.zero_() for p in model.parameters()]; return history"
        )),
        ("1 of 5", train("return history[:4] + [loss_of(model)]")),
    ],
}  # fmt: skip


POLYNOMIAL = "2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1"


def slopes(result: str, end: str = "return x.grad", leaf: str = "points.clone()") -> str:
    return f"""
def slopes(points):
    x = {leaf}.requires_grad_()
    y = {POLYNOMIAL}
    {result}
    {end}
"""


def passes(answer: str, end: str, again: bool = True, options: str = "") -> str:
    y = f"y = {POLYNOMIAL}"
    return f"""
def two_passes(number):
    x = torch.tensor(number, requires_grad=True)
    found = []
    {y}
    for _ in range(2):
        {y if again else "pass"}
        y.backward({options})
        {answer}
    {end}
"""


def descent(step: str, after: str = "x.grad = None", steps: str = "steps") -> str:
    return f"""
def descend(start, rate, steps):
    x = torch.tensor(start, requires_grad=True)
    for _ in range({steps}):
        y = {POLYNOMIAL}
        y.backward()
        with torch.no_grad():
            {step}
        {after}
    return x.item()
"""


WRONG["pytorch-gradients"] = {
    "slope": one_line(
        "slope", "x",
        ("Wrong sign", "-(8 * x**3 + 3 * x**2 + 6 * x + 5)"),
        ("Forgotten factor", "2 * x**3 + x**2 + 3 * x + 5"),
        ("Constant", "8 * x**3 + 3 * x**2 + 6 * x + 5 + 1"),
        ("Value", POLYNOMIAL),
        ("Missing term: 3x²", "8 * x**3 + 6 * x + 5"),
        ("Missing term: 5", "8 * x**3 + 3 * x**2 + 6 * x"),
        ("Wrong number", "8 * x**3 + 3 * x + 6 * x + 5"),
    ),
    "slopes": [
        ("Forgotten factor", slopes("y.mean().backward()")),
        ("Summed", slopes("y.sum().backward()", "return x.grad.sum()")),
        ("Values", slopes("y.sum().backward()", "return y")),
        ("Added", slopes("y.sum().backward()", "return x.grad.clone()", leaf="points")),
        ("Wrong sign", slopes("y.sum().backward()", "return -x.grad")),
        ("Wrong type", slopes("y.sum().backward()", "return x.grad.tolist()")),
        ("grad can be implicitly created", slopes("y.backward()")),
    ],
    "by_hand": one_line(
        "by_hand", "x",
        ("Only for six", "2 * (3 * x + 2)"),
        ("The mean", "12 * (3 * x + 2)"),
        ("The inner 3", "4 * (3 * x + 2) / x.numel()"),
        ("A 2", "2 * (3 * x + 2) * 3 / x.numel()"),
        ("y or x", "12 * x / x.numel()"),
        ("Wrong sign", "-12 * (3 * x + 2) / x.numel()"),
        ("Transposed", "(12 * (3 * x + 2) / x.numel()).T"),
        ("Wrong shape", "(12 * (3 * x + 2) / x.numel()).sum(0)"),
    ),
    "weights": one_line(
        "weights", "z",
        ("weights of the sum", "torch.ones_like(z)"),
        ("Wrong shape", "torch.tensor(1 / 6)"),
        ("Wrong sign", "-torch.ones_like(z) / 6"),
        ("Too far", "torch.tensor([[10.0, 16.0, 22.0], [22.0, 16.0, 10.0]])"),
        ("Not alike", "z / z.sum()"),
        ("is 2 times", "torch.ones_like(z) / 3"),
        ("Wrong type", "1 / 6"),
    ),
    "two_passes": [
        ("Freed", passes("found.append(x.grad.item())", "return found", again=False)),
        ("Added", passes("found.append(x.grad.item())", "return found")),
        ("Same tensor", passes("found.append(x.grad)", "return found")),
        ("Added", passes("found.append(x.grad.item())", "return found", False, "retain_graph=True")),
        ("Too late", passes("found.append(x.grad.clone()); x.grad.zero_()", "return found[0], x.grad")),
        ("Wrong shape", passes("found.append(x.grad.item())", "return found[0]")),
    ],
    "descend": [
        ("Wrong sign", descent("x += rate * x.grad")),
        ("Not cleared", descent("x -= rate * x.grad", "pass")),
        ("No step", descent("y -= rate * x.grad")),
        ("One step", descent("x -= rate * x.grad", "break")),
        ("Wrong number", descent("x -= rate * x.grad", steps="steps + 1")),
        ("Forgotten factor", descent("x -= x.grad")),
        ("Your code stopped: RuntimeError: a leaf", descent("pass", "x -= rate * x.grad")),
    ],
}  # fmt: skip


def value(*lines: str) -> str:
    body = "\n        ".join(lines)
    return f"""
numbers = count()

class Value:
    def __init__(self, data, *inputs):
        {body}
"""


def arithmetic(
    for_a: str,
    for_b: str,
    total: str = "a.data * b.data",
    wrap: str = "b = b if isinstance(b, Value) else Value(b)",
    pairs: str = "(a, lambda g: {}), (b, lambda g: {})",
) -> str:
    pairs = pairs.format(for_a, for_b)
    return f"""
def add(a, b):
    b = b if isinstance(b, Value) else Value(b)
    return Value(a.data + b.data, (a, lambda g: g), (b, lambda g: g))


def multiply(a, b):
    {wrap}
    return Value({total}, {pairs})
"""


def power(rule: str, value: str = "a.data**n") -> str:
    return f"def power(a, n):\n    return Value({value}, (a, {rule}))\n"


def engine(
    start: str = "1",
    choose: str = "max(arrived, key=lambda node: node.number)",
    leaf: str = "if not node.inputs:\n            node.grad = node.grad + g",
    share: str = "rule(g)",
    send: str = "arrived[source] = arrived.get(source, 0) + share",
    begin: str = "pass",
) -> str:
    return f"""
def backward(y):
    {begin}
    arrived = {{y: {start}}}
    while arrived:
        node = {choose}
        g = arrived.pop(node)
        {leaf}
        for source, rule in node.inputs:
            share = {share}
            {send}
"""


ONES = "torch.ones_like(y.data)"
FITTED = "fit(rule(g), torch.as_tensor(source.data).shape)"
EARLY = """
def backward(y):
    def visit(node, g):
        if not node.inputs:
            node.grad = node.grad + g
        for source, rule in node.inputs:
            visit(source, rule(g))
    visit(y, 1)
"""
ONCE = """
def backward(y):
    arrived, seen, ahead = {y: 1}, set(), [y]
    while ahead:
        node = ahead.pop(0)
        if node in seen:
            continue
        seen.add(node)
        if not node.inputs:
            node.grad = node.grad + arrived[node]
        for source, rule in node.inputs:
            arrived[source] = arrived.get(source, 0) + rule(arrived[node])
            ahead.append(source)
"""


def layers(
    first: str = "g @ b.data.T", second: str = "a.data.T @ g", third: str = "g * (a.data > 0)"
) -> str:
    return f"""
def matmul(a, b):
    return Value(a.data @ b.data, (a, lambda g: {first}), (b, lambda g: {second}))


def relu(a):
    return Value(a.data.clamp(min=0), (a, lambda g: {third}))
"""


def loss(share: str, value: str = "binary_cross_entropy_with_logits(z.data, labels)") -> str:
    return f"""
def cross_entropy(z, labels):
    return Value({value}, (z, lambda g: {share}))
"""


def loop(
    step: str = "p.data = p.data - rate * p.grad",
    clear: str = "p.grad = 0",
    over: str = "parameters",
    epochs: str = "epochs",
) -> str:
    return f"""
def train(parameters, loss, rate, epochs):
    for _ in range({epochs}):
        for p in parameters:
            {clear}
        backward(loss())
        for p in {over}:
            {step}
"""


FOUR = ("self.data = data", "self.inputs = inputs", "self.number = next(numbers)", "self.grad = 0")

WRONG["your-own-autograd"] = {
    "value": [
        ("has no number", value(*FOUR[:2], FOUR[3])),
        ("Wrong order", value(*FOUR[:2], "self.number = 0", FOUR[3])),
        ("Wrong start", value(*FOUR[:3], "self.grad = None")),
        ("Wrong inputs", value(FOUR[0], "self.inputs = ()", *FOUR[2:])),
        ("Wrong data", value("self.data = 0", *FOUR[1:])),
    ],
    "arithmetic": [
        ("Wrong sign", arithmetic("-g * b.data", "g * a.data")),
        ("Swapped", arithmetic("g * a.data", "g * b.data")),
        ("g is missing", arithmetic("b.data", "a.data")),
        ("Forgotten factor", arithmetic("g", "g * a.data")),
        ("Wrong value", arithmetic("g * b.data", "g * a.data", total="a.data + b.data")),
        ("Plain number", arithmetic("g * b.data", "g * a.data", wrap="pass")),
        ("Wrong pair: a rule is a function", arithmetic("", "", pairs="(a, b.data), (b, a.data)")),
        ("Wrong number of inputs", arithmetic("", "", pairs="(a, lambda g: g * b.data)")),
    ],
    "power": [
        ("Exponent", power("lambda g: g * n * a.data**n")),
        ("comes to the front", power("lambda g: g * a.data ** (n - 1)")),
        ("Wrong sign", power("lambda g: -g * n * a.data ** (n - 1)")),
        ("g is missing", power("lambda g: n * a.data ** (n - 1)")),
        ("Wrong value", power("lambda g: g * n * a.data ** (n - 1)", "a.data * n")),
    ],
    "backward": [
        ("Overwritten", engine(send="arrived[source] = share")),
        ("Too early", ONCE),
        ("Visited", EARLY),
        ("Visited", engine(choose="list(arrived)[-1]")),
        ("Kept", engine(leaf="node.grad = node.grad + g")),
        ("Replaced", engine(leaf="if not node.inputs:\n            node.grad = g")),
        ("Wrong start", engine(start="y.data")),
    ],
    "fit": [
        ("Wrong shape", "def fit(share, shape):\n    return share\n"),
        ("Wrong axis", "def fit(share, shape):\n    while share.dim() > len(shape):\n"
         "        share = share.sum(-1)\n    return share\n"),
        ("a sum, not a mean", "def fit(share, shape):\n    while share.dim() > len(shape):\n"
         "        share = share.mean(0)\n    return share\n"),
        ("Not summed", "def fit(share, shape):\n    while share.dim() > len(shape):\n"
         "        share = share[0]\n    return share\n"),
        ("Wrong shape: (2, 3, 4) to (2, 1, 4)", "def fit(share, shape):\n"
         "    while share.dim() > len(shape):\n        share = share.sum(0)\n    return share\n"),
    ],
    "mean": [
        (kind, f"def mean(a):\n    return Value(a.data.{value}(), (a, lambda g: {share}))\n")
        for kind, value, share in (
            ("Forgotten factor", "mean", "g.expand_as(a.data)"),
            ("Wrong shape", "mean", "g / a.data.numel()"),
            ("g is missing", "mean", "torch.ones_like(a.data) / a.data.numel()"),
            ("Wrong sign", "mean", "-g.expand_as(a.data) / a.data.numel()"),
            ("Wrong value", "sum", "g.expand_as(a.data)"),
            ("Wrong number", "mean", "g * a.data / a.data.numel()"),
        )
    ],
    "tensors": [
        ("Not summed", engine(ONES)),
        ("Overwritten", engine(ONES, share=FITTED, send="arrived[source] = share")),
        ("Replaced", engine(ONES, share=FITTED, leaf="if not node.inputs:\n            node.grad = g")),
        ("Wrong start", engine("torch.ones_like(y.data) / y.data.numel()", share=FITTED)),
        ("Visited", engine(ONES, share=FITTED, choose="list(arrived)[-1]")),
        ("Your code stopped: AttributeError", engine(share=FITTED)),
    ],
    "layers": [
        ("Transposed", layers("(g @ b.data.T).T")),
        ("Swapped", layers("a.data.T @ g", "g @ b.data.T")),
        ("Wrong sign", layers("-g @ b.data.T")),
        ("Nothing is stopped", layers(third="g")),
        ("The wrong half", layers(third="g * (a.data < 0)")),
        ("That is the value", layers(third="g * a.data.relu()")),
        ("Your code stopped: RuntimeError", layers("g @ b.data")),
    ],
    "cross_entropy": [
        ("Wrong sign", loss("g * (labels - z.data.sigmoid()) / len(labels)")),
        ("Forgotten factor", loss("g * (z.data.sigmoid() - labels)")),
        ("Forgotten term", loss("g * z.data.sigmoid() / len(labels)")),
        ("Score for probability", loss("g * (z.data - labels) / len(labels)")),
        ("g is missing", loss("(z.data.sigmoid() - labels) / len(labels)")),
        ("Wrong shape", loss("(g * (z.data.sigmoid() - labels) / len(labels)).sum()")),
        ("Wrong value", loss("g", "((z.data - labels) ** 2).mean()")),
    ],
    "train": [
        ("Wrong sign", loop("p.data = p.data + rate * p.grad")),
        ("Not cleared", loop(clear="pass")),
        ("Forgotten parameter", loop(over="parameters[:1]")),
        ("One epoch", loop(epochs="1")),
        ("Forgotten factor", loop("p.data = p.data - p.grad")),
        ("has not moved", loop("p = p.data - rate * p.grad")),
    ],
}  # fmt: skip


#: Right answers that look different from the solutions, by lab and task.
RIGHT: dict[str, dict[str, list[str]]] = {}


def returns(name: str, arguments: str, *answers: str) -> list[str]:
    """Functions that return an expression."""
    return [f"def {name}({arguments}):\n    return {answer}\n" for answer in answers]


RIGHT["gradient-puzzles"] = {
    "sum": returns("vjp_sum", "x, G", "torch.full_like(x, G.item())", "[G * torch.ones_like(x)]"),
    "mean": returns("vjp_mean", "x, G", "torch.ones_like(x) * (G / x.shape[0] / x.shape[1])"),
    "square": returns("vjp_square", "matrix, upstream", "upstream * matrix + matrix * upstream"),
    "product": returns("vjp_product", "a, b, G", "[b * G, a * G]"),
    "quotient": returns("vjp_quotient", "a, b, G", "(G / b, -(a / b) * (G / b))"),
    "sigmoid": returns("vjp_sigmoid", "x, G", "G * x.exp() / (1 + x.exp()) ** 2"),
    "relu": returns(
        "vjp_relu", "x, G", "torch.where(x > 0, G, 0)", "G.masked_fill(x < 0, 0)", "G * (x.sign() + 1) / 2"
    ),
    "row": returns("vjp_row", "M, r, G", "(G, torch.ones(len(G)) @ G)"),
    "column": returns("vjp_column", "M, c, G", "(c * G, torch.stack([(g * m).sum() for g, m in zip(G, M)])[:, None])"),
    "row_sums": returns("vjp_row_sums", "x, G", "torch.outer(G, torch.ones(x.shape[1]))"),
    "cumsum": returns("vjp_cumsum", "x, G", "torch.stack([G[n:].sum() for n in range(len(G))])"),
    "pick": [
        """
        def vjp_pick(x, index, G):
            share = torch.zeros_like(x)
            for row, g in zip(index, G):
                share[row] += g
            return share
        """
    ],
    "max": [
        """
        def vjp_max(x, G):
            share = torch.zeros_like(x)
            for n, row in enumerate(x):
                share[n, row.argmax()] = G[n]
            return share
        """
    ],
    "matvec": returns("vjp_matvec", "A, v, G", "(G[:, None] * v, G @ A)"),
    "matmul": returns("vjp_matmul", "A, B, G", "torch.einsum('nk,mk->nm', G, B), torch.einsum('nm,nk->mk', A, G)"),
    "logsumexp": returns("vjp_logsumexp", "x, G", "(x.exp().T / x.exp().sum(1) * G).T"),
    "softmax": [
        """
        def vjp_softmax(x, G):
            rows = []
            for row, g in zip(x, G):
                p = row.exp() / row.exp().sum()
                rows.append((torch.diag(p) - torch.outer(p, p)) @ g)
            return torch.stack(rows)
        """
    ],
    "cross_entropy": [
        """
        def vjp_cross_entropy(z, labels, G):
            share = z.softmax(1).clone()
            share[torch.arange(len(z)), labels] -= 1
            return share * (G / len(z))
        """
    ],
    "layer_norm": [
        """
        def vjp_layer_norm(x, G):
            m = x.shape[1]
            s = x.std(1, correction=0, keepdim=True)
            y = (x - x.mean(1, keepdim=True)) / s
            return (m * G - G.sum(1, True) - y * (G * y).sum(1, True)) / (m * s)
        """
    ],
    "attention": [
        """
        def vjp_attention(Q, K, V, G):
            p = (Q @ K.T / K.shape[-1] ** 0.5).softmax(-1)
            t = p * (G @ V.T - ((G @ V.T) * p).sum(-1, keepdim=True))
            t = t / K.shape[-1] ** 0.5
            return [t @ K, t.T @ Q, p.T @ G]
        """
    ],
}

RIGHT["pytorch-gradients"] = {
    "slope": [
        *returns("slope", "x", "5 + x * (6 + x * (3 + 8 * x))", "torch.tensor(8 * x**3 + 3 * x**2 + 6 * x + 5)"),
        """
        def slope(x):
            x = torch.tensor(x, requires_grad=True)
            (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
            return x.grad
        """,
    ],
    "slopes": [
        *returns("slopes", "points", "8 * points**3 + 3 * points**2 + 6 * points + 5"),
        """
        def slopes(points):
            x = points.detach().clone().requires_grad_(True)
            y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
            (share,) = torch.autograd.grad(y, x, torch.ones_like(y))
            return share
        """,
        """
        def slopes(points):
            found = []
            for point in points:
                x = torch.tensor(point.item(), requires_grad=True)
                (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
                found.append(x.grad)
            return torch.stack(found)
        """,
    ],
    "by_hand": returns("by_hand", "x", "(36 * x + 24) / (x.shape[0] * x.shape[1])"),
    "weights": returns("weights", "z", "torch.full(z.shape, 1 / z.numel())"),
    "two_passes": [
        """
        def two_passes(number):
            found = []
            for _ in range(2):
                x = torch.tensor(number, requires_grad=True)
                (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
                found.append(x.grad)
            return tuple(found)
        """,
        """
        def two_passes(number):
            x = torch.tensor(number, requires_grad=True)
            y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
            y.backward(retain_graph=True)
            first = x.grad.clone()
            x.grad.zero_()
            y.backward()
            return [first, x.grad]
        """,
    ],
    "descend": [
        """
        def descend(start, rate, steps):
            x = torch.tensor(start, requires_grad=True)
            optimizer = torch.optim.SGD([x], lr=rate)
            for _ in range(steps):
                optimizer.zero_grad()
                (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
                optimizer.step()
            return x
        """,
        """
        def descend(start, rate, steps):
            x = start
            for _ in range(steps):
                x = x - rate * (8 * x**3 + 3 * x**2 + 6 * x + 5)
            return x
        """,
    ],
}

RIGHT["hooks-and-leaks"] = {
    "keep": [
        """
        def keep(module, inputs, output):
            hidden.append(output.detach().clone())
            return None
        """,
        """
        def keep(module, inputs, output):
            with torch.no_grad():
                hidden.append(output.clone())
            return output
        """,
        """
        def keep(module, args, result):
            hidden.extend([result.data])
        """,
    ],
    "largest": [
        """
        def largest(gradient):
            seen.append(float(max(abs(g) for g in gradient.flatten())))
        """,
        """
        def largest(gradient):
            seen.append(gradient.norm(float("inf")).item())
            return gradient
        """,
    ],
    "one_step": [
        """
        def one_step(model, optimizer):
            optimizer.zero_grad()
            first = model[0].register_forward_hook(keep)
            second = model[0].weight.register_hook(largest)
            try:
                loss = loss_of(model)
                loss.backward()
            finally:
                first.remove()
                second.remove()
            optimizer.step()
            return loss
        """,
        """
        def one_step(model, optimizer):
            with model[0].register_forward_hook(keep):
                loss = loss_of(model)
            with model[0].weight.register_hook(largest):
                model.zero_grad()
                loss.backward()
            optimizer.step()
            return loss
        """,
    ],
    "train": [
        """
        def train(model, steps):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            return [float(one_step(model, optimizer)) for _ in range(steps)]
        """,
        """
        def train(model, steps):
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            history = []
            for step in range(steps):
                history.append(one_step(model, optimizer).detach())
            return history
        """,
    ],
}

RIGHT["your-own-function"] = {
    "backward": [
        method("Hypot", "G", "return (a * G) / (a**2 + b**2).sqrt(), G.mul(b).div(h)"),
        """
        class Hypot(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, y):
                ctx.save_for_backward(x, y)
                return torch.hypot(x, y)

            @staticmethod
            def backward(ctx, grad_output):
                x, y = ctx.saved_tensors
                return x / torch.hypot(x, y) * grad_output, y / torch.hypot(x, y) * grad_output
        """,
    ],
    "arguments": [
        """
        class Scaled(Function):
            @staticmethod
            def forward(ctx, a, b, scale):
                ctx.save_for_backward(a, b)
                ctx.factor = scale
                return torch.hypot(a, b) * scale

            @staticmethod
            def backward(ctx, G):
                a, b = ctx.saved_tensors
                share = G * ctx.factor / torch.hypot(a, b)
                wanted = ctx.needs_input_grad
                return share * a if wanted[0] else None, share * b if wanted[1] else None, None
        """,
    ],
    "setup": [
        """
        class Split(Function):
            @staticmethod
            def forward(a, b):
                return torch.hypot(a, b)

            @staticmethod
            def setup_context(ctx, inputs, output):
                a, b = inputs
                ctx.save_for_backward(a, b, output)

            @staticmethod
            def backward(ctx, G):
                a, b, h = ctx.saved_tensors
                return G * a / h, G * b / h
        """,
    ],
    "vmap": [
        """
        class Batched(Split):
            @staticmethod
            def vmap(info, in_dims, a, b):
                a = a.movedim(in_dims[0], 0) if in_dims[0] is not None else a.expand(info.batch_size, *a.shape)
                b = b.movedim(in_dims[1], 0) if in_dims[1] is not None else b.expand(info.batch_size, *b.shape)
                return Batched.apply(a, b), 0
        """,
    ],
    "jvp": [
        """
        class Forward(Split):
            generate_vmap_rule = True

            @staticmethod
            def setup_context(ctx, inputs, output):
                a, b = inputs
                ctx.save_for_backward(a, b, output)
                ctx.save_for_forward(a, b, output)

            @staticmethod
            def jvp(ctx, da, db):
                a, b, h = ctx.saved_tensors
                return da * (a / h) + db * (b / h)
        """,
    ],
    "all": [
        """
        class LogSumExp(Function):
            generate_vmap_rule = True

            @staticmethod
            def forward(x):
                return torch.logsumexp(x, -1)

            @staticmethod
            def setup_context(ctx, inputs, output):
                (x,) = inputs
                ctx.save_for_backward(x)
                ctx.save_for_forward(x)

            @staticmethod
            def backward(ctx, G):
                (x,) = ctx.saved_tensors
                return x.softmax(-1) * G.unsqueeze(-1)

            @staticmethod
            def jvp(ctx, t):
                (x,) = ctx.saved_tensors
                return (x.softmax(-1) * t).sum(-1)
        """,
    ],
}

RIGHT["your-own-autograd"] = {
    "value": [
        """
        numbers = count(1)


        class Value:
            def __init__(self, data, *inputs):
                self.grad, self.data, self.inputs = 0, data, list(inputs)
                self.number = next(numbers)
        """,
        """
        class Value:
            made = 0

            def __init__(self, data, *inputs):
                Value.made += 1
                self.number = Value.made
                self.data = data
                self.inputs = inputs
                self.grad = 0.0
        """,
    ],
    "arithmetic": [
        """
        def as_value(x):
            return x if isinstance(x, Value) else Value(x)


        def add(a, b):
            b = as_value(b)

            def passes(g):
                return g

            return Value(a.data + b.data, (a, passes), (b, passes))


        def multiply(a, b):
            a, b = as_value(a), as_value(b)
            return Value(b.data * a.data, [a, lambda g: b.data * g], [b, lambda g: a.data * g])
        """,
    ],
    "power": [
        """
        def power(a, n):
            return Value(pow(a.data, n), (a, lambda g: n * pow(a.data, n - 1) * g))
        """,
    ],
    "backward": [
        """
        def backward(y):
            order, seen = [], set()

            def visit(node):
                if node not in seen:
                    seen.add(node)
                    for source, _ in node.inputs:
                        visit(source)
                    order.append(node)

            visit(y)
            shares = {node: 0 for node in order}
            shares[y] = 1
            for node in reversed(order):
                for source, rule in node.inputs:
                    shares[source] += rule(shares[node])
                if not node.inputs:
                    node.grad += shares[node]
        """,
    ],
    "fit": [
        *returns("fit", "share, shape", "share.sum_to_size(shape)"),
        """
        def fit(share, shape):
            extra = share.dim() - len(shape)
            if extra:
                share = share.sum(tuple(range(extra)))
            ones = [n for n, length in enumerate(shape) if length == 1]
            return share.sum(ones, keepdim=True) if ones else share
        """,
    ],
    "mean": [
        """
        def mean(a):
            n = a.data.numel()
            return Value(a.data.sum() / n, (a, lambda g: torch.ones_like(a.data) * g / n))
        """,
    ],
    "tensors": [
        """
        def backward(y):
            order, seen = [], set()

            def visit(node):
                if node not in seen:
                    seen.add(node)
                    for source, _ in node.inputs:
                        visit(source)
                    order.append(node)

            visit(y)
            shares = {y: torch.ones_like(y.data)}
            for node in order[::-1]:
                for source, rule in node.inputs:
                    size = source.data.shape if torch.is_tensor(source.data) else ()
                    share = fit(rule(shares[node]), size)
                    shares[source] = shares[source] + share if source in shares else share
                if not node.inputs:
                    node.grad = node.grad + shares[node]
        """,
    ],
    "layers": [
        """
        def matmul(a, b):
            x, w = a.data, b.data
            return Value(
                torch.mm(x, w),
                (a, lambda g: torch.mm(g, w.t())),
                (b, lambda g: torch.mm(x.t(), g)),
            )


        def relu(a):
            y = torch.relu(a.data)
            return Value(y, (a, lambda g: torch.where(y > 0, g, torch.zeros_like(g))))
        """,
    ],
    "cross_entropy": [
        """
        def cross_entropy(z, labels):
            p = torch.sigmoid(z.data)
            value = -(labels * p.log() + (1 - labels) * (1 - p).log()).mean()
            return Value(value, (z, lambda g: (p - labels) * g / len(labels)))
        """,
    ],
    "train": [
        """
        def train(parameters, loss, rate, epochs):
            for epoch in range(epochs):
                for p in parameters:
                    p.grad = torch.zeros_like(p.data)
                y = loss()
                backward(y)
                for p in parameters:
                    p.data -= rate * p.grad
        """,
    ],
}
