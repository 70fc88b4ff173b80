# %% imports
import torch
import torch.nn.functional as F

# %% in_the_wrong_place
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
s = torch.tensor([5.0, 6.0])
y = x.as_strided_scatter(s, (2,), (1,), 0)
y.backward(torch.tensor([10.0, 20.0, 30.0]))
print(y.detach(), x.grad)
# > tensor([5., 6., 3.]) tensor([10., 20.,  0.])

# %% in_the_right_place
x.grad = None
y = x.slice_scatter(s, 0, 0, 2)
y.backward(torch.tensor([10.0, 20.0, 30.0]))
x.grad
# > tensor([ 0.,  0., 30.])

# %% forward_mode
x, s = torch.ones(3), torch.tensor([4.0, 5.0, 6.0])
f = lambda x: x.scatter_reduce(0, torch.arange(3), s, "prod")
print(torch.func.vjp(f, x)[1](torch.ones(3))[0])
# > tensor([4., 5., 6.])
print(torch.func.jvp(f, (x,), (torch.ones(3),))[1])
# > tensor([0., 0., 0.])

# %% dropped
x = torch.arange(6.0).reshape(1, 2, 3).requires_grad_()
_, mean, _ = torch.native_group_norm(x, None, None, 1, 2, 3, 1, 0)
print(mean.item(), mean.requires_grad)
# > 2.5 True
mean.sum().backward()
print(x.grad)
# > None

# %% all_three
y, mean, r = torch.native_group_norm(x, None, None, 1, 2, 3, 1, 0)
loss = mean.sum() + 0 * y.sum() + 0 * r.sum()
torch.autograd.grad(loss, x)
# > (tensor([[[0.1667, 0.1667, 0.1667],
# >          [0.1667, 0.1667, 0.1667]]]),)

# %% first_alone tags=["remove-cell"]
y, mean, r = torch.native_group_norm(x, None, None, 1, 2, 3, 1, 0)
(slope,) = torch.autograd.grad(mean.sum() + 0 * y.sum(), x)
assert not slope.any()
y, mean, r = torch.native_group_norm(x, None, None, 1, 2, 3, 1, 0)
(slope,) = torch.autograd.grad(mean.sum() + 0 * r.sum(), x)
assert torch.allclose(slope, torch.tensor(1 / 6))

# %% not_heard
x, w = torch.eye(2, requires_grad=True), torch.eye(2)
one = torch.nn.LinearCrossEntropyOptions(batch_chunk_size=1)
loss = F.linear_cross_entropy(x, w, torch.arange(2), options=one)
(g,) = torch.autograd.grad(loss, x, create_graph=True)
g.requires_grad
# > False

# %% not_noticed
a, b = torch.ones(2, requires_grad=True), torch.tensor([3.0, 4.0])
y = torch.kron(a, b)
b.zero_()
y.sum().backward()
a.grad
# > tensor([0., 0.])

# %% normal
m = torch.tensor(5.0, requires_grad=True)
(drawn,) = torch.autograd.grad(torch.normal(m, torch.tensor(2.0)), m)
(added,) = torch.autograd.grad(m + 2 * torch.randn(()), m)
print(drawn, added)
# > tensor(0.) tensor(1.)

# %% sawtooth
a, b = torch.tensor([7.0, 2.0], requires_grad=True).unbind()
floored = torch.div(a, b, rounding_mode="floor")
print(torch.autograd.grad(floored, (a, b)))
# > (tensor(0.), tensor(0.))
print(torch.autograd.grad(torch.remainder(a, b), (a, b)))
# > (tensor(1.), tensor(-3.))

# %% at_nan
x = torch.tensor(float("nan"), requires_grad=True)
for f in (F.relu, torch.abs, F.leaky_relu, F.elu, torch.special.i1):
    print(round(torch.autograd.grad(f(x), x)[0].item(), 2))
# > 1.0
# > 0.0
# > 0.01
# > 1.0
# > 0.5

# %% no_value
x = torch.tensor(-1.0, requires_grad=True)
y = x.log()
y.backward()
print(y.item(), x.grad.item())
# > nan -1.0

# %% computed_as tags=["remove-cell"]
with torch.no_grad():
    assert x.grad == 1 / x

# %% far_out
x = torch.tensor([1e30, float("inf")], requires_grad=True)
for f in (F.gelu, F.silu, F.mish):
    print(torch.autograd.grad(f(x).sum(), x)[0])
# > tensor([1., nan])
# > tensor([1., nan])
# > tensor([1., nan])

# %% under_func
def loss(z):
    return F.binary_cross_entropy_with_logits(z, torch.ones(1))


for score in (-torch.inf, -800.0):
    z = torch.tensor([score], requires_grad=True)
    (slope,) = torch.autograd.grad(loss(z), z)
    print(slope, torch.func.grad(loss)(z.detach()))
# > tensor([-1.]) tensor([nan])
# > tensor([-1.]) tensor([-1.])

# %% largest
x = torch.tensor([1.0, float("nan"), 2.0], requires_grad=True)
print(torch.autograd.grad(x.max(), x))
# > (tensor([0., 1., 0.]),)
print(torch.autograd.grad(x.amax(), x))
# > (tensor([nan, nan, nan]),)

# %% distance
x, zero = torch.zeros(1, 2, requires_grad=True), torch.zeros(1, 2)
ways = [x.norm(), torch.cdist(x, zero), F.pairwise_distance(x, zero)]
for y in [*ways, torch.hypot(x[:, 0], x[:, 1])]:
    print(torch.autograd.grad(y.sum(), x)[0])
# > tensor([[0., 0.]])
# > tensor([[0., 0.]])
# > tensor([[0.7071, 0.7071]])
# > tensor([[nan, nan]])

# %% second_derivative
x = torch.zeros(2, requires_grad=True)
(g,) = torch.autograd.grad(x.norm(), x, create_graph=True)
print(g.detach(), torch.autograd.grad(g.sum(), x)[0])
# > tensor([0., 0.]) tensor([nan, nan])

# %% spread
x = torch.tensor([2.0, 2.0], requires_grad=True)
by_hand = (x - x.mean()).pow(2).sum().sqrt()
print(torch.autograd.grad(x.std(), x)[0])
# > tensor([0., 0.])
print(torch.autograd.grad(by_hand, x)[0])
# > tensor([nan, nan])

# %% rounded_spread
x = torch.full((7,), 0.1, requires_grad=True)
print((x == x[0]).all().item(), x.std().item() < 1e-7)
# > True True
slope = torch.autograd.grad(x.std(), x)[0]
print((slope.abs() > 0.1).all().item())
# > True

# %% eigenvectors
x = torch.eye(2, requires_grad=True)
values, vectors = torch.linalg.eigh(x)
print(torch.autograd.grad(values.sum(), x, retain_graph=True)[0])
# > tensor([[1., 0.],
# >         [0., 1.]])
print(torch.autograd.grad(vectors.sum(), x)[0])
# > tensor([[nan, nan],
# >         [nan, nan]])

# %% eigenvalue
d = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
for h in (0.5, -0.5):
    least = torch.linalg.eigvalsh(torch.eye(2) + h * d)[0]
    print(round(least.item(), 2))
# > 0.5
# > 0.5
smaller = torch.linalg.eigvalsh(x)[0]
print((torch.autograd.grad(smaller, x)[0] * d).sum())
# > tensor(0.)

# %% masked_row
x = torch.ones(1, 1, 2, requires_grad=True)
mask = torch.full((1, 1), -torch.inf)
y = F.scaled_dot_product_attention(x, x, x, attn_mask=mask)
print(mask.softmax(-1), y.detach())
# > tensor([[nan]]) tensor([[[0., 0.]]])
print(torch.autograd.grad(y.sum(), x)[0])
# > tensor([[[0., 0.]]])

# %% masked_module tags=["remove-cell"]
module = torch.nn.MultiheadAttention(2, 1, batch_first=True)
for weights, nan in ((True, True), (False, False)):
    y, _ = module(x, x, x, attn_mask=mask, need_weights=weights)
    assert y.isnan().all().item() == nan

# %% no_direction
x = torch.zeros(2, requires_grad=True)
y = F.cosine_similarity(x, torch.tensor([1.0, 0.0]), dim=0)
y.backward()
print(y.item(), x.grad)
# > 0.0 tensor([100000000.,         0.])

# %% ties
x = torch.full((3,), 2.0, requires_grad=True)
picks = [x.max(), x.max(0)[0], x.mode()[0], x.cummax(0)[0][-1]]
for y in [*picks, x.median(), x.median(0)[0]]:
    print([round(g, 2) for g in torch.autograd.grad(y, x)[0].tolist()])
# > [0.33, 0.33, 0.33]
# > [1.0, 0.0, 0.0]
# > [0.0, 0.0, 1.0]
# > [0.0, 0.0, 1.0]
# > [0.33, 0.33, 0.33]
# > [0.0, 1.0, 0.0]

# %% one_place
x = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
places = torch.tensor([[0, 0, 1]])
y = F.max_unpool1d(x, places, 1, output_size=(3,))
y.sum().backward()
print(y.detach(), x.grad)
# > tensor([[2., 3., 0.]]) tensor([[1., 1., 1.]])

# %% no_second tags=["raises-exception"]
x = torch.tensor(0.5, requires_grad=True)
(g,) = torch.autograd.grad(F.hardtanh(x) ** 2, x, create_graph=True)
print(torch.autograd.grad(g, x))
# > (tensor(2.),)
(g,) = torch.autograd.grad(F.hardsigmoid(x), x, create_graph=True)
torch.autograd.grad(g, x)
# > RuntimeError: derivative for aten::hardsigmoid_backward is not implemented

# %% no_node
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x.conj() is x, x.contiguous() is x, x.to(torch.float32) is x)
# > True True True
