# %% squared_size
import torch

z = torch.tensor(1 + 2j, requires_grad=True)
loss = z.abs() ** 2
loss.backward()
print(loss.item(), z.grad)
# > 5.0 tensor(2.+4.j)

# %% two_reals
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
print(torch.autograd.grad(a**2 + b**2, (a, b)))
# > (tensor(2.), tensor(4.))
print(torch.autograd.grad(a**2 - b**2, (a, b)))
# > (tensor(2.), tensor(-4.))


# %% four_losses
def slope(loss, z):
    z = torch.tensor(z, requires_grad=True)
    return torch.autograd.grad(loss(z), z)[0]


print(slope(lambda z: (z**2).real, 1 + 2j))
# > tensor(2.-4.j)
print(slope(lambda z: (z**2).imag, 1 + 2j))
# > tensor(4.+2.j)
print(slope(lambda z: z.abs(), 1 + 2j))
# > tensor(0.4472+0.8944j)

# %% size_rule tags=["hide-input"]
from gradbook import gradient

gradient("abs(z)^2", z="2z", domain="z complex")
# > dy/dRe(z) + i dy/dIm(z) = 2z (proved: SymPy, finite differences, autograd at 8 points)

# %% real_rule tags=["hide-input"]
gradient("real(z^2)", z="2conj(z)", domain="z complex")
# > dy/dRe(z) + i dy/dIm(z) = 2conj(z) (proved: SymPy, finite differences, autograd at 8 points)

# %% imaginary_rule tags=["hide-input"]
gradient("imag(z^2)", z="2i conj(z)", domain="z complex")
# > dy/dRe(z) + i dy/dIm(z) = 2i conj(z) (proved: SymPy, finite differences, autograd at 8 points)

# %% abs_rule tags=["hide-input"]
gradient("abs(z)", z="z/abs(z)", domain="z complex")
# > dy/dRe(z) + i dy/dIm(z) = z/abs(z) (proved: SymPy, finite differences, autograd at 8 points)

# %% uphill tags=["hide-input"]
import matplotlib.pyplot as plt

re = torch.linspace(-1, 4, 60)
im = torch.linspace(-1, 4, 60)
A, B = torch.meshgrid(re, im, indexing="xy")
up = slope(lambda z: (z**2).real, 1 + 2j) / 3
other = 2 * (1 + 2j) / 3
heights = []
fig, ax = plt.subplots(figsize=(5, 4))
shown = ax.contourf(A, B, A**2 - B**2)
fig.colorbar(shown)
arrows = (up.item(), "k-", "2 conj(z)"), (other, "k--", "2z")
for step, style, name in arrows:
    end = 1 + 2j + step
    ax.plot([1, end.real], [2, end.imag], style, label=name)
    ax.plot(end.real, end.imag, "ks")
    heights.append((end**2).real)
ax.plot(1, 2, "ko")
ax.legend(loc="lower left")
ax.set(xlabel="$a$", ylabel="$b$", aspect="equal")
fig.set_label(
    "The plane of a and b with the heights of the real part of the "
    f"square, which is {((1 + 2j) ** 2).real:g} at 1 + 2i. One arrow "
    "from there follows the gradient, across the shades, to a height "
    f"of {heights[0]:.2f}; the arrow along 2z ends at {heights[1]:.2f}."
)
# > The plane of a and b with the heights of the real part of the square, which is -3 at 1 + 2i. One arrow from there follows the gradient, across the shades, to a height of 2.33; the arrow along 2z ends at -8.33.

# %% factor_two
d_a, d_b = torch.autograd.grad(a**2 + b**2, (a, b))
wirtinger = torch.complex(d_a, d_b) / 2
print(wirtinger, slope(lambda z: z.abs() ** 2, 1 + 2j))
# > tensor(1.+2.j) tensor(2.+4.j)

# %% weights
z = torch.tensor(1 + 2j, requires_grad=True)
for weight in 1 + 0j, 1j:
    weight = torch.tensor(weight)
    (passed_on,) = torch.autograd.grad(z**2, z, weight)
    print(passed_on, weight * (2 * z.detach()).conj())
# > tensor(2.-4.j) tensor(2.-4.j)
# > tensor(4.+2.j) tensor(4.+2.j)

# %% weight_rule tags=["hide-input"]
from gradbook import vjp

vjp("z^2", z="2conj(z) G", domain="z complex")
# > dL/dRe(z) + i dL/dIm(z) = 2conj(z) G (proved: SymPy, finite differences, autograd at 8 points)

# %% holomorphic
from torch.func import jvp

one, i = torch.tensor(1 + 0j), torch.tensor(1j)
for f in lambda z: z**2, lambda z: z.exp(), lambda z: z.conj():
    (_, to_one), (_, to_i) = (
        jvp(f, (z.detach(),), (h,)) for h in (one, i)
    )
    print(torch.allclose(to_i, i * to_one))
# > True
# > True
# > False

# %% other_outputs tags=["remove-cell"]
for h in one, i:  # the size squared, at 0
    assert jvp(lambda z: z.abs() ** 2, (0 * one,), (h,))[1] == 0
for jacobian in torch.func.jacrev, torch.func.jacfwd:
    try:
        jacobian(lambda z: z**2)(one)
    except RuntimeError as error:
        assert "Expected all inputs to be real" in str(error)
    else:
        raise AssertionError

# %% real_leaf
x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
energy = (torch.fft.fft(x).abs() ** 2).sum()
energy.backward()
print(energy.item(), x.grad)
# > 120.0 tensor([ 8., 16., 24., 32.])

# %% optimizers
names = "SGD Adam AdamW RMSprop Adagrad Adadelta Rprop NAdam RAdam"
for name in names.split():
    ends = []
    for start in torch.tensor([3 + 4j]), torch.tensor([[3.0, 4.0]]):
        p = start.requires_grad_()
        optimizer = getattr(torch.optim, name)([p], lr=0.1)
        (p.abs() ** 2).sum().backward()
        optimizer.step()
        ends.append(p.detach())
    same = torch.allclose(torch.view_as_real(ends[0]), ends[1])
    print(f"{name:8} {ends[0].item():.2f} {same}")
# > SGD      2.40+3.20j True
# > Adam     2.90+3.90j True
# > AdamW    2.90+3.90j True
# > RMSprop  2.00+3.00j True
# > Adagrad  2.90+3.90j True
# > Adadelta 3.00+4.00j True
# > Rprop    2.90+3.90j True
# > NAdam    2.89+3.89j True
# > RAdam    2.40+3.20j True

# %% refused tags=["raises-exception"]
torch.optim.SparseAdam([torch.tensor([3 + 4j], requires_grad=True)])
# > ValueError: Complex params at indices [[0, 0]]: SparseAdam does not support complex parameters

# %% adafactor_refuses tags=["remove-cell"]
p = torch.tensor([3 + 4j], requires_grad=True)
p.grad = torch.tensor([6 + 8j])
try:
    torch.optim.Adafactor([p]).step()
except RuntimeError as error:
    assert "does not support complex parameters" in str(error)
else:
    raise AssertionError

# %% at_zero
print(slope(lambda z: z.abs(), 0j))
# > tensor(0.+0.j)
print(slope(lambda z: (z * z.conj()).real.sqrt(), 0j))
# > tensor(nan+nanj)

# %% complex_loss tags=["raises-exception"]
z = torch.tensor(1 + 2j, requires_grad=True)
(z**2).backward()
# > RuntimeError: grad can be implicitly created only for real scalar outputs but got torch.complex64

# %% real_loss
((z - (4 - 2j)).abs() ** 2).backward()
print(z.grad)
# > tensor(-6.+8.j)

# %% relu tags=["raises-exception"]
torch.relu(z)
# > NotImplementedError: clamp is not supported for complex types

# %% others_refuse tags=["remove-cell"]
for f in (
    lambda: torch.nn.functional.mse_loss(z, z),
    lambda: z > 0,
    lambda: torch.maximum(z, z),
):
    try:
        f()
    except (RuntimeError, NotImplementedError):
        continue
    raise AssertionError

# %% real_part
print(slope(lambda z: z.real, 1 + 2j))
# > tensor(1.+0.j)

# %% imaginary_part
print(slope(lambda z: z.imag, 1 + 2j))
# > tensor(0.+1.j)

# %% distance
print(slope(lambda z: (z - 4j).abs() ** 2, 3 + 0j))
# > tensor(6.-8.j)

# %% steps
z = torch.tensor(1 + 0j, requires_grad=True)
optimizer = torch.optim.SGD([z], lr=0.25)
for _ in range(2):
    optimizer.zero_grad()
    ((z - 1j).abs() ** 2).backward()
    optimizer.step()
print(z.detach())
# > tensor(0.2500+0.7500j)

# %% in_prose tags=["remove-cell"]
from gradbook import identity

identity("real((a + b i)^2) = a^2 - b^2")
identity("abs(z)^2 = z conj(z)", domain="z complex")
identity("(z + h)^2 = z^2 + 2z h + O(h^2)")
gradient("a^2 + b^2", a="2a", b="2b")
gradient("4 sum(x^2)", x="8x", shapes={"x": "n"})
torch.testing.assert_close(energy, 4 * (x**2).sum())
error = "2(z - (4 - 2i))"
gradient("abs(z - (4 - 2i))^2", z=error, domain="z complex")
gradient("abs(z - 4i)^2", z="2(z - 4i)", domain="z complex")
gradient("abs(z - i)^2", z="2(z - i)", domain="z complex")
# > dy/dRe(z) + i dy/dIm(z) = 2(z - i) (proved: SymPy, finite differences, autograd at 8 points)
