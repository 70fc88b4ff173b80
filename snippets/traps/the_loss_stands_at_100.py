# %% wrong
import torch
import torch.nn.functional as F

label = torch.tensor(0.0)
z = torch.tensor(100.0, requires_grad=True)
loss = F.binary_cross_entropy(torch.sigmoid(z), label)
loss.backward()
print(loss.item(), z.grad)
# > 100.0 tensor(0.)

# %% truth
import math


def exact(z):
    return math.log(1 + math.exp(z))


h = 0.5
print(f"{(exact(100 + h) - exact(100 - h)) / (2 * h):.2f}")
# > 1.00

# %% formula_in_prose tags=["remove-cell"]
for score in [-3.0, 0.0, 2.0]:
    p = torch.sigmoid(torch.tensor(score, dtype=torch.float64))
    loss = F.binary_cross_entropy(p, torch.zeros_like(p))
    assert math.isclose(loss.item(), exact(score))

# %% notice
for score in [50.0, 100.0, 1000.0]:
    p = torch.sigmoid(torch.tensor(score))
    print(p.item(), F.binary_cross_entropy(p, label).item())
# > 1.0 100.0
# > 1.0 100.0
# > 1.0 100.0

# %% notice_early
for score in [-20.0, -30.0]:
    z = torch.tensor(score, requires_grad=True)
    loss = F.binary_cross_entropy(torch.sigmoid(z), 1 - label)
    loss.backward()
    print(f"{loss.item():.2f} {z.grad.item():.2f}")
# > 20.00 -1.00
# > 30.00 -0.09

# %% divisors tags=["remove-cell"]
p = torch.sigmoid(torch.tensor([-20.0, -30.0])).requires_grad_()
F.binary_cross_entropy(p, 1 - torch.zeros(2), reduction="sum").backward()
divisors = (p * (1 - p)).clamp(min=1e-12)
assert torch.allclose(p.grad, (p - 1) / divisors)

# %% cured
for score in [100.0, -30.0]:
    z = torch.tensor(score, requires_grad=True)
    target = label if score > 0 else 1 - label
    F.binary_cross_entropy_with_logits(z, target).backward()
    print(z.grad)
# > tensor(1.)
# > tensor(-1.)
