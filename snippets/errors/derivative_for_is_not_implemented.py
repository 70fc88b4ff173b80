# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([0.5, -2.0], requires_grad=True)
y = torch.heaviside(x, torch.tensor(0.5))
print(y)
# > tensor([1., 0.], grad_fn=<NotImplemented>)
y.sum().backward()
# > RuntimeError: derivative for aten::heaviside is not implemented

# %% cured
torch.sigmoid(4 * x).sum().backward()
print(x.grad)
# > tensor([0.4200, 0.0013])

# %% straight_through
x.grad = None
smooth = torch.sigmoid(4 * x)
hard = torch.heaviside(x.detach(), torch.tensor(0.5))
y = smooth + (hard - smooth).detach()
y.sum().backward()
print(y)
# > tensor([1., 0.], grad_fn=<AddBackward0>)
print(x.grad)
# > tensor([0.4200, 0.0013])

# %% floor_fails tags=["raises-exception"]
a = torch.tensor([3.0], requires_grad=True)
(a // 2).sum().backward()
# > RuntimeError: derivative for aten::floor_divide is not implemented

# %% floor_cured
torch.floor(a / 2).sum().backward()
print(a.grad)
# > tensor([0.])
torch.div(a, 2, rounding_mode="floor").sum().backward()
print(a.grad)
# > tensor([0.])
(a / 2).sum().backward()
print(a.grad)
# > tensor([0.5000])

# %% bincount_fails tags=["raises-exception"]
w = torch.tensor([2.0, 3.0, 4.0], requires_grad=True)
bins = torch.tensor([0, 1, 0])
torch.bincount(bins, weights=w).sum().backward()
# > RuntimeError: derivative for aten::bincount is not implemented

# %% bincount_cured
sums = torch.zeros(2).index_add(0, bins, w)
sums.square().sum().backward()
print(w.grad)
# > tensor([12.,  6., 12.])

# %% histogram_fails tags=["raises-exception"]
values = torch.tensor([0.2, 0.4, 0.9], requires_grad=True)
torch.histogram(values, 2).hist.sum().backward()
# > RuntimeError: derivative for aten::histogram is not implemented

# %% histogram_cured
above = torch.sigmoid((values - 0.5) * 20).sum()
above.backward()
print(above, values.grad)
# > tensor(1.1213, grad_fn=<SumBackward0>) tensor([0.0493, 2.0999, 0.0067])

# %% ldl_fails tags=["raises-exception"]
A = torch.eye(2, requires_grad=True)
torch.linalg.ldl_factor(A).LD.sum().backward()
# > RuntimeError: derivative for aten::linalg_ldl_factor_ex is not implemented

# %% ldl_cured
torch.linalg.cholesky(A).diagonal().sum().backward()
print(A.grad)
# > tensor([[0.5000, 0.0000],
# >         [0.0000, 0.5000]])

# %% binomial_fails tags=["raises-exception"]
chance = torch.tensor([0.25, 0.5], requires_grad=True)
trials = torch.tensor([8.0, 8.0])
torch.binomial(trials, chance).sum().backward()
# > RuntimeError: derivative for aten::binomial is not implemented

# %% binomial_cured
expected = trials * chance
expected.square().sum().backward()
print(expected, chance.grad)
# > tensor([2., 4.], grad_fn=<MulBackward0>) tensor([32., 64.])

# %% attention_fails tags=["raises-exception"]
attention = torch.nn.functional.scaled_dot_product_attention
q = torch.ones(1, 1, 2, 4, requires_grad=True)
loss = (attention(q, q, q) ** 2).sum()
(slope,) = torch.autograd.grad(loss, q, create_graph=True)
slope.sum().backward()
# > RuntimeError: derivative for aten::_scaled_dot_product_flash_attention_for_cpu_backward is not implemented

# %% attention_cured
from torch.nn.attention import SDPBackend, sdpa_kernel

with sdpa_kernel(SDPBackend.MATH):
    loss = (attention(q, q, q) ** 2).sum()
(slope,) = torch.autograd.grad(loss, q, create_graph=True)
slope.sum().backward()
print(q.grad[0, 0, 0])
# > tensor([2., 2., 2., 2.])

# %% second_slope tags=["remove-cell"]
double = torch.func.grad(torch.func.grad(lambda q: q**2))
assert double(torch.tensor(1.0)) == 2
assert torch.allclose(attention(q, q, q), q)

# %% ctc_fails tags=["raises-exception"]
scores = torch.zeros(2, 1, 3, requires_grad=True)
loss = torch.nn.functional.ctc_loss(
    scores.log_softmax(2), torch.tensor([[1]]), (2,), (1,)
)
(slope,) = torch.autograd.grad(loss, scores, create_graph=True)
slope.square().sum().backward()
# > RuntimeError: derivative for aten::_ctc_loss_backward is not implemented

# %% margins_once tags=["remove-cell"]
margin = torch.nn.functional.multi_margin_loss
margins = torch.nn.functional.multilabel_margin_loss
labels = torch.tensor([[1, -1, -1]])
for call in (
    lambda t: margin(t, torch.tensor([1]), p=2),
    lambda t: margins(t, labels),
):
    logits = torch.tensor([[0.5, -0.2, 0.1]], requires_grad=True)
    (first,) = torch.autograd.grad(
        call(logits), logits, create_graph=True
    )
    assert first.isfinite().all()
    try:
        first.square().sum().backward()
    except RuntimeError as error:
        assert "margin_loss_backward is not" in str(error)
    else:
        raise AssertionError

# %% not_this
x.grad = None
y = torch.heaviside(x.detach(), torch.tensor(0.5))
y.requires_grad_()
y.sum().backward()
print(x.grad)
# > None

# %% zeta_fails tags=["raises-exception"]
s = torch.tensor(4.0, requires_grad=True)
one = torch.tensor(1.0)
torch.special.zeta(s, one).backward()
# > NotImplementedError: the derivative for 'zeta' is not implemented.


# %% zeta_cured
class Zeta(torch.autograd.Function):
    @staticmethod
    def forward(ctx, s):
        ctx.save_for_backward(s)
        return torch.special.zeta(s, torch.ones_like(s))

    @staticmethod
    def backward(ctx, grad):
        s = ctx.saved_tensors[0].double()
        h = 1e-5
        up, down = (
            torch.special.zeta(t, torch.ones_like(s))
            for t in (s + h, s - h)
        )
        return grad * ((up - down) / (2 * h)).to(grad.dtype)


Zeta.apply(s).backward()
print(s.grad)
# > tensor(-0.0689)

# %% zeta_series
n = torch.arange(1.0, 10_000.0)
print((-n.log() / n**4).sum())
# > tensor(-0.0689)

# %% cdist_fails tags=["raises-exception"]
points = torch.tensor([[0.0, 3.0], [4.0, 0.0]], requires_grad=True)
center = torch.zeros(1, 2)
energy = torch.cdist(points, center).square().sum()
(force,) = torch.autograd.grad(energy, points, create_graph=True)
force.square().sum().backward()
# > NotImplementedError: the derivative for '_cdist_backward' is not implemented.

# %% cdist_cured
distance = torch.linalg.vector_norm(points - center, dim=1)
energy = distance.square().sum()
(force,) = torch.autograd.grad(energy, points, create_graph=True)
force.square().sum().backward()
print(force)
# > tensor([[0., 6.],
# >         [8., 0.]], grad_fn=<MulBackward0>)
print(points.grad)
# > tensor([[ 0., 24.],
# >         [32.,  0.]])

# %% second_arguments tags=["remove-cell"]
second = torch.tensor(1.0, requires_grad=True)
torch.special.zeta(torch.tensor(4.0), second).backward()
assert second.grad.isfinite()
a = torch.tensor(2.0, requires_grad=True)
gamma = torch.distributions.Gamma(a, torch.tensor(1.0))
for call in (
    lambda: torch.special.gammainc(a, one),
    lambda: gamma.cdf(one),
):
    try:
        call().backward()
    except NotImplementedError as error:
        assert "'igamma: input'" in str(error)
    else:
        raise AssertionError
