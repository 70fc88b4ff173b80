# %% unrolled
import torch

a = torch.tensor(4.0, requires_grad=True)
x = torch.tensor(1.0)
for _ in range(4):
    x = (x + a / x) / 2
    (slope,) = torch.autograd.grad(x, a, retain_graph=True)
    print(f"{x.item():.6f} {slope.item():.6f}")
# > 2.500000 0.500000
# > 2.050000 0.290000
# > 2.000610 0.250889
# > 2.000000 0.250000

# %% implicit
with torch.no_grad():
    for _ in range(3):
        x = (x + a / x) / 2
x.requires_grad_()
r = x**2 - a
r_x, r_a = torch.autograd.grad(r, (x, a))
print(-r_a / r_x)
# > tensor(0.2500)

# %% convergence tags=["hide-input"]
import matplotlib.pyplot as plt

exact_a = torch.tensor(4.0, dtype=torch.float64, requires_grad=True)
y = torch.tensor(1.0, dtype=torch.float64)
value_errors, slope_errors = [], []
for _ in range(4):
    y = (y + exact_a / y) / 2
    (s,) = torch.autograd.grad(y, exact_a, retain_graph=True)
    value_errors.append(abs(y.item() - 2) / 2)
    slope_errors.append(abs(s.item() - 0.25) / 0.25)
fig, ax = plt.subplots(figsize=(5, 3))
ax.semilogy(range(1, 5), value_errors, "C0o-", label="value")
ax.semilogy(range(1, 5), slope_errors, "C1s--", label="derivative")
ax.set(xlabel="step", ylabel="relative error", xticks=range(1, 5))
ax.legend()
fig.set_label(
    "The relative errors of the value and of the derivative over four "
    f"steps, on a logarithmic scale. At the third the value is off by "
    f"{value_errors[2]:.2%} and the derivative by "
    f"{slope_errors[2]:.2%}; at the fourth by {value_errors[3]:.0e} "
    f"and {slope_errors[3]:.0e}."
)
# > The relative errors of the value and of the derivative over four steps, on a logarithmic scale. At the third the value is off by 0.03% and the derivative by 0.36%; at the fourth by 5e-08 and 1e-06.


# %% nodes
def count(result):
    seen, todo = set(), [result.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [before for before, _ in node.next_functions]
    return len(seen)


x = torch.tensor(1.0)
for _ in range(4):
    x = (x + a / x) / 2
    print(count(x))
# > 4
# > 7
# > 10
# > 13

# %% partials tags=["hide-input"]
from gradbook import derivative, gradient

gradient("x^2 - a", x="2x", a="-1", name="r")
# > dr/dx = 2x, dr/da = -1 (proved: SymPy, finite differences, autograd at 8 points)

# %% root_rule tags=["hide-input"]
derivative("sqrt(a)", "1/(2x)", name="x")
# > dx/da = 1/(2x) (proved: SymPy, finite differences, autograd at 12 points)


# %% attached
def root(a):
    with torch.no_grad():
        x = a.sqrt()  # or any other solver
    r = x**2 - a
    return x - r / (2 * x)


x = root(a)
(x * 10).backward()
print(x.item(), a.grad.item())
# > 2.0 2.5

# %% not_twice tags=["remove-cell"]
check = torch.tensor(4.0, requires_grad=True)
(first,) = torch.autograd.grad(root(check), check, create_graph=True)
assert first.item() == 0.25 and not first.requires_grad
with torch.no_grad():
    y = check.sqrt()
for _ in range(2):
    y = y - (y**2 - check) / (2 * y)
(first,) = torch.autograd.grad(y, check, create_graph=True)
(second,) = torch.autograd.grad(first, check)
assert second.item() == -1 / 32  # that of the root at 4
unsquare = torch.linspace(0.1, 50, 500)
off = (root(unsquare) - unsquare.sqrt()).abs()
assert 0 < off.max() < 1e-6
assert root(torch.tensor(0.0)).isnan()


# %% fixed_point
def g(x, b):
    return torch.tanh(0.5 * x + b)


b = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
x = torch.zeros((), dtype=torch.float64)
for _ in range(60):
    x = g(x, b)
(unrolled,) = torch.autograd.grad(x, b)
print(count(x), "nodes")
# > 180 nodes

x = x.detach().requires_grad_()
g_x, g_b = torch.autograd.grad(g(x, b), (x, b))
print(torch.allclose(unrolled, g_b / (1 - g_x)))
# > True
print(count(g(x, b)), "nodes")
# > 5 nodes

# %% fixed_point_rule tags=["hide-input"]
gradient(
    "atanh(x) - w x",
    x="1/(1 - x^2) - w",
    w="-x",
    name="b",
    domain="-1 < x < 1",
)
# > db/dx = 1/(1 - x^2) - w, db/dw = -x (proved: SymPy, finite differences, autograd at 16 points)

# %% fixed_point_check
print(torch.allclose(unrolled, 1 / (1 / (1 - x**2) - 0.5)))
# > True

# %% solve_rule tags=["hide-input"]
from gradbook import vjp

vjp(
    "solve(A, b)",
    A="-outer(solve(A.T, G), x)",
    b="solve(A.T, G)",
    name="x",
    shapes={"A": "n n", "b": "n"},
)
# > dL/dA = -outer(solve(A.T, G), x), dL/db = solve(A.T, G) (proved for n = 2: SymPy, finite differences, autograd at 8 points)

# %% solve
A = torch.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
b = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.linalg.solve(A, b)
x.sum().backward()
print(A.grad)
# > tensor([[-0.0800, -0.2400],
# >         [-0.0400, -0.1200]])
print(b.grad)
# > tensor([0.4000, 0.2000])

# %% by_hand
with torch.no_grad():
    lam = torch.linalg.solve(A.T, torch.ones(2))
    print(lam)
    print(-torch.outer(lam, x))
# > tensor([0.4000, 0.2000])
# > tensor([[-0.0800, -0.2400],
# >         [-0.0400, -0.1200]])

# %% complex_adjoint tags=["remove-cell"]
C = torch.tensor([[2j, 1.0], [1.0, 3.0]])
c = torch.tensor([1.0 + 0j, 2j], requires_grad=True)
G = torch.tensor([1.0 + 0j, 1j])
(found,) = torch.autograd.grad(torch.linalg.solve(C, c), c, G)
torch.testing.assert_close(found, torch.linalg.solve(C.mH, G))

# %% ridge
X, y = torch.tensor([[1.0], [2.0]]), torch.tensor([2.0, 4.0])
p = torch.tensor(5.0, requires_grad=True)
w = torch.linalg.solve(X.T @ X + p * torch.eye(1), X.T @ y)
w.sum().backward()
print(w.item(), round(p.grad.item(), 6))
# > 1.0 -0.1

# %% ridge_rule tags=["hide-input"]
derivative("10/(5 + p)", "-10/(5 + p)^2")
# > dy/dp = -10/(5 + p)^2 (proved: SymPy, finite differences, autograd at 24 points)


# %% good_start
def stopping(a, x):
    while abs(x**2 - a) > 1e-4:
        x = (x + a / x) / 2
    return x


for start in 1.0, 1.99, 2.0:
    x = stopping(a, torch.tensor(start))
    if x.requires_grad:
        (slope,) = torch.autograd.grad(x, a)
        print(start, f"{slope.item():.4f}")
    else:
        print(start, "no gradient")
# > 1.0 0.2500
# > 1.99 0.2500
# > 2.0 no gradient

# %% one_step
x = torch.tensor(2.0)
print(torch.autograd.grad((x + a / x) / 2, a)[0].item())
# > 0.25

x = torch.tensor(8.0)  # where x = x / 2 + a
print(torch.autograd.grad(x / 2 + a, a)[0].item())
# > 1.0

# %% bisection tags=["raises-exception"]
low, high = torch.tensor(0.0), torch.tensor(5.0)
for _ in range(30):
    x = (low + high) / 2
    low, high = (x, high) if x**2 < a else (low, x)
print(f"{x.item():.4f}")
# > 2.0000
x.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% bisection_mended
x = x - (x**2 - a) / (2 * x)
print(torch.autograd.grad(x, a)[0].item())
# > 0.25

# %% singular tags=["raises-exception"]
A = torch.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
torch.linalg.solve(A, b)
# > torch._C._LinAlgError: torch.linalg.solve: The solver failed because the input matrix is singular.

# %% hidden_singular
A = torch.tensor([[0.1, 0.7], [0.7, 4.9]])
print(torch.linalg.solve(A, torch.ones(2)).isfinite())
# > tensor([True, True])

# %% hidden_in_double tags=["remove-cell"]
A = A.double()
assert torch.linalg.solve(A, torch.ones_like(A[0])).abs().max() > 1e6
A = A.float()
assert torch.linalg.solve(A, torch.ones(2)).abs().max() > 1e4

# %% root_of_nine
nine = torch.tensor(9.0, requires_grad=True)
print(f"{torch.autograd.grad(root(nine), nine)[0].item():.4f}")
# > 0.1667

# %% cube_root
a = torch.tensor(8.0, requires_grad=True)
x = torch.tensor(2.0, requires_grad=True)
r_x, r_a = torch.autograd.grad(x**3 - a, (x, a))
print(r_x.item(), r_a.item(), f"{(-r_a / r_x).item():.4f}")
# > 12.0 -1.0 0.0833

# %% two_steps
x = torch.tensor(0.0)
for _ in range(2):
    x = x / 2 + a
print(torch.autograd.grad(x, a)[0].item())
# > 1.5

# %% right_side
A = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
x = torch.linalg.solve(A, b)
print(torch.autograd.grad(5 * x[1], b)[0])
# > tensor([-1.,  2.])

# %% in_prose tags=["remove-cell"]
gradient("x^3 - a", x="3x^2", a="-1", name="r")
x = 2 * a
assert x == x / 2 + a
x = x.detach().requires_grad_()
g_x, g_a = torch.autograd.grad(x / 2 + a, (x, a))
assert g_a == 1 and g_a * (1 / (1 - g_x)) == 2
assert torch.equal(A.T @ torch.tensor([-1.0, 2]), torch.tensor([0.0, 5]))
