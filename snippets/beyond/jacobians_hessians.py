# %% three_objects
import torch
from torch.func import grad, hessian, jvp


def f(p):
    x, y = p
    return x**2 * y + y**3


p = torch.tensor([1.0, 2.0])
v = torch.tensor([1.0, -1.0])
print(grad(f)(p))
# > tensor([ 4., 13.])
print(hessian(f)(p))
# > tensor([[ 4.,  2.],
# >         [ 2., 12.]])
print(jvp(grad(f), (p,), (v,))[1])
# > tensor([  2., -10.])

# %% gradient_rule tags=["hide-input"]
from gradbook import gradient

gradient("x^2 y + y^3", x="2x y", y="x^2 + 3y^2")
# > df/dx = 2x y, df/dy = x^2 + 3y^2 (proved: SymPy, finite differences, autograd at 8 points)

# %% hessian_rule tags=["hide-input"]
from gradbook import hessian as claimed_hessian

claimed_hessian("x^2 y + y^3", "[[2y, 2x], [2x, 6y]]")
# > H = [[2y, 2x], [2x, 6y]] (proved: SymPy, finite differences, autograd at 8 points)

# %% same_matrix
from torch.func import jacfwd, jacrev


def g(p):
    x, y = p
    return torch.stack([x * y, x**2, y**3])


print(jacrev(g)(p))
# > tensor([[ 2.,  1.],
# >         [ 2.,  0.],
# >         [ 0., 12.]])
print(torch.equal(jacrev(g)(p), jacfwd(g)(p)))
# > True

# %% jacobian_rule tags=["hide-input"]
gradient(
    "a x y + b x^2 + c y^3",
    x="a y + 2b x",
    y="a x + 3c y^2",
    name="L",
)
# > dL/dx = a y + 2b x, dL/dy = a x + 3c y^2 (proved: SymPy, finite differences, autograd at 8 points)

# %% count_work
from torch.utils.flop_counter import FlopCounterMode

torch.manual_seed(0)


def work(call, x):
    with FlopCounterMode(display=False) as counter:
        call(x)
    return counter.get_total_flops()


def network(n, m):
    W1, W2 = torch.randn(50, n), torch.randn(m, 50)
    return lambda x: (W2 @ torch.tanh(W1 @ x[:, None]))[:, 0]


for n, m in (200, 2), (20, 20), (2, 200):
    net, x = network(n, m), torch.randn(n)
    rev, fwd = (work(jac(net), x) for jac in (jacrev, jacfwd))
    once = work(net, x)
    winner = "jacrev" if rev < fwd else "jacfwd"
    print(n, m, rev // once, fwd // once, winner)
# > 200 2 3 202 jacrev
# > 20 20 21 22 jacrev
# > 2 200 201 4 jacfwd

# %% cost_curves tags=["hide-input"]
import matplotlib.pyplot as plt

outputs = [1, 2, 4, 8, 16, 32, 64]
costs = {"jacrev": [], "jacfwd": []}
for m in outputs:
    net, x = network(64 // m, m), torch.randn(64 // m)
    for jac in (jacrev, jacfwd):
        costs[jac.__name__].append(work(jac(net), x) / work(net, x))
fig, ax = plt.subplots(figsize=(5, 3))
ax.plot(costs["jacrev"], "C0o-", label="jacrev")
ax.plot(costs["jacfwd"], "C1s--", label="jacfwd")
ax.set(xlabel="outputs $m$ (inputs: $64/m$)")
ax.set(ylabel="evaluations", xticks=range(7))
ax.set_xticklabels(outputs)
ax.legend()
cheaper = sum(a < b for a, b in zip(costs["jacrev"], costs["jacfwd"]))
fig.set_label(
    f"The work of jacrev rises from {costs['jacrev'][0]:g} to "
    f"{costs['jacrev'][-1]:g} evaluations as outputs grow from 1 to "
    f"64; that of jacfwd falls from {costs['jacfwd'][0]:g} to "
    f"{costs['jacfwd'][-1]:g}. jacrev is cheaper in {cheaper} of 7 "
    "cases, up to 8 outputs from 8 inputs."
)
# > The work of jacrev rises from 2 to 65 evaluations as outputs grow from 1 to 64; that of jacfwd falls from 66 to 3. jacrev is cheaper in 4 of 7 cases, up to 8 outputs from 8 inputs.

# %% chunks
print(torch.equal(jacrev(g, chunk_size=1)(p), jacrev(g)(p)))
# > True

# %% four_ways
x = p.clone().requires_grad_()
(slope,) = torch.autograd.grad(f(x), x, create_graph=True)
step = 1e-3 * v.double()
ahead, behind = (grad(f)(p.double() + s) for s in (step, -step))

print(hessian(f)(p) @ v)
# > tensor([  2., -10.])
print(jvp(grad(f), (p,), (v,))[1])
# > tensor([  2., -10.])
print(torch.autograd.grad(slope, x, v)[0])
# > tensor([  2., -10.])
print([round(d, 3) for d in ((ahead - behind) / 2e-3).tolist()])
# > [2.0, -10.0]

# %% product_rule tags=["hide-input"]
gradient(
    "2x y u + (x^2 + 3y^2) v",
    x="2y u + 2x v",
    y="2x u + 6y v",
    u="2x y",
    v="x^2 + 3y^2",
    name="D",
)
# > dD/dx = 2y u + 2x v, dD/dy = 2x u + 6y v, dD/du = 2x y, dD/dv = x^2 + 3y^2 (proved: SymPy, finite differences, autograd at 8 points)

# %% hvp_work
from torch.func import vjp

for n in 10, 20, 40:
    W, x = torch.randn(50, n), torch.randn(n)
    loss = lambda x: torch.tanh(W @ x[:, None]).sum()
    calls = (
        grad(loss),
        lambda x: vjp(grad(loss), x)[1](x),
        lambda x: jvp(grad(loss), (x,), (x,)),
        hessian(loss),
    )
    print(n, *(work(call, x) // work(loss, x) for call in calls))
# > 10 2 4 6 24
# > 20 2 4 6 44
# > 40 2 4 6 84

# %% not_the_diagonal
x = p.clone().requires_grad_()
(slope,) = torch.autograd.grad(f(x), x, create_graph=True)
print(torch.autograd.grad(slope.sum(), x)[0])
# > tensor([ 6., 14.])
print(hessian(f)(p).diag())
# > tensor([ 4., 12.])

# %% diagonal
from torch.func import vmap


def entry(e):
    return jvp(grad(f), (p,), (e,))[1] @ e


print(vmap(entry)(torch.eye(2)))
# > tensor([ 4., 12.])


# %% batch
def rows(x):
    return torch.stack([x.sum(-1), (x**2).sum(-1)], -1)


batch = torch.randn(4, 3)
print(rows(batch).shape)
# > torch.Size([4, 2])
print(jacrev(rows)(batch).shape)
# > torch.Size([4, 2, 4, 3])
print(vmap(jacrev(rows))(batch).shape)
# > torch.Size([4, 2, 3])

# %% batch_agrees
full = jacrev(rows)(batch)
own = torch.stack([full[i, :, i] for i in range(4)])
print(torch.equal(own, vmap(jacrev(rows))(batch)))
# > True
print(full.count_nonzero().item(), own.count_nonzero().item())
# > 24 24

# %% not_scalar tags=["raises-exception"]
grad(g)(p)
# > RuntimeError: grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with 1 dims. Maybe you wanted to use the vjp or jacrev APIs instead?

# %% hessian_of_many
print(hessian(g)(p).shape)
# > torch.Size([3, 2, 2])


# %% argnums
def h(x, y):
    return x**2 * y + y**3


x, y = torch.tensor(1.0), torch.tensor(2.0)
print(hessian(h)(x, y))
# > tensor(4.)
print(hessian(h, argnums=(0, 1))(x, y))
# > ((tensor(4.), tensor(2.)), (tensor(2.), tensor(12.)))

# %% other_direction
v = torch.tensor([0.0, 1.0])
print(jvp(grad(f), (p,), (v,))[1])
# > tensor([ 2., 12.])

# %% camera
net, x = network(6, 500), torch.randn(6)
print(work(jacfwd(net), x) < work(jacrev(net), x))
# > True
print(jacfwd(net)(x).shape)
# > torch.Size([500, 6])

# %% signs
z = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
products = vmap(lambda z: z * jvp(grad(f), (p,), (z,))[1])(z)
print(products)
# > tensor([[ 6., 14.],
# >         [ 2., 10.]])
print(products.mean(0))
# > tensor([ 4., 12.])

# %% wasteful
v = torch.tensor([1.0, -1.0])
print(v @ hessian(f)(p) @ v)
# > tensor(12.)

# %% frugal
print(v @ jvp(grad(f), (p,), (v,))[1])
# > tensor(12.)

# %% in_prose tags=["remove-cell"]
for n, m in (200, 2), (20, 20), (2, 200):
    net, x = network(n, m), torch.randn(n)
    assert work(jacrev(net), x) // work(net, x) == m + 1
    assert work(jacfwd(net), x) // work(net, x) == n + 2
