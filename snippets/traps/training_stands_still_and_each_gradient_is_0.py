# %% wrong
import torch


def loss(w):
    return (torch.round(w) - 1) ** 2


w = torch.tensor(0.25, requires_grad=True)
loss(w).backward()
print(loss(w).item(), w.grad)
# > 1.0 tensor(0.)

# %% truth
for h in [0.1, 0.5]:
    right, left = torch.tensor([0.25 + h, 0.25 - h])
    print(((loss(right) - loss(left)) / (2 * h)).item())
# > 0.0
# > -1.0

# %% notice
x = torch.tensor(0.25, requires_grad=True)
for name in ["round", "floor", "ceil", "trunc", "sign"]:
    y = getattr(torch, name)(x)
    print(name, torch.autograd.grad(y, x))
# > round (tensor(0.),)
# > floor (tensor(0.),)
# > ceil (tensor(0.),)
# > trunc (tensor(0.),)
# > sign (tensor(0.),)

# %% cut
print((x > 0).float().requires_grad, x.int().float().requires_grad)
# > False False

# %% cured
def loss(w):
    rounded = w + (torch.round(w) - w).detach()
    return (rounded - 1) ** 2


w.grad = None
loss(w).backward()
print(loss(w).item(), w.grad)
# > 1.0 tensor(-2.)

# %% trained
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss(w).backward()
    optimizer.step()
    print(f"{w.item():.2f} {loss(w).item():.0f}")
# > 0.45 1
# > 0.65 0
# > 0.65 0
