"""Wrong answers to the tasks of the labs, by lab and task: a word of what the check has to say, and the program."""

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
        ctx.save_for_backward(a, b, h)
        ctx.scale = scale
        return scale * h

    @staticmethod
    def backward(ctx, G):
        a, b, h = ctx.saved_tensors
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
