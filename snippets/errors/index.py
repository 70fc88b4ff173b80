# %% why_none
import torch


def why_none(x, loss):
    if not x.requires_grad:
        return "nobody asked for its gradient"
    if not x.is_leaf:
        return "the gradient passes through and is not kept"
    if not loss.requires_grad:
        return "the loss has no history"
    (found,) = torch.autograd.grad(
        loss, x, retain_graph=True, allow_unused=True
    )
    if found is None:
        return "no way leads from the loss to it"
    return "backward() has not reached it, or it was reset"


x = torch.tensor(3.0, requires_grad=True)
plain = torch.tensor(3.0)
y = x**2
unused = torch.tensor(1.0, requires_grad=True)
print(why_none(plain, y))
# > nobody asked for its gradient
print(why_none(y, 2 * y))
# > the gradient passes through and is not kept
print(why_none(x, torch.tensor(y.item())))
# > the loss has no history
print(why_none(unused, y))
# > no way leads from the loss to it
print(why_none(x, y))
# > backward() has not reached it, or it was reset

# %% inputs tags=["remove-cell"]
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
(a * b).backward(inputs=[b])
assert a.grad is None and b.grad == 2
assert why_none(a, a * b).startswith("backward() has not")

# %% wrong
def f(x):
    return x.detach() * x


x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(f, x, raise_exception=False))
# > False
print(torch.autograd.grad(f(x), x)[0])
# > tensor(3., dtype=torch.float64)

# %% not_seen tags=["remove-cell"]
x.grad = None
for _ in range(2):
    (x**2).backward()
assert x.grad == 12 and torch.autograd.gradcheck(lambda x: x**2, x)

# %% nan
a = torch.zeros(2, requires_grad=True)
distance = ((a - torch.zeros(2)) ** 2).sum().sqrt()
(grad,) = torch.autograd.grad(distance, a)
print(torch.isfinite(distance).item())
# > True
print(torch.isfinite(grad).all().item())
# > False
