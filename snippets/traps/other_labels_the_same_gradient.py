# %% wrong
import torch

x = torch.tensor([1.0, 2.0])
w = torch.tensor(1.0, requires_grad=True)
for label in [torch.tensor([0.0, 0.0]), torch.tensor([2.0, 4.0])]:
    w.grad = None
    loss = (w * x - label).sum()
    loss.backward()
    print(w.grad)
# > tensor(3.)
# > tensor(3.)

# %% fits tags=["remove-cell"]
fits = [w * x for w in (0, 2)]
assert torch.equal(fits[0], torch.zeros(2))
assert torch.equal(fits[1], label)

# %% truth
def distance(w, label):
    return sum((w * a - b) ** 2 for a, b in zip([1, 2], label))


h = 0.5
for pair in [[0, 0], [2, 4]]:
    rise = distance(1 + h, pair) - distance(1 - h, pair)
    print(rise / (2 * h))
# > 10.0
# > -10.0

# %% notice
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(100):
    optimizer.zero_grad()
    loss = (w * x - label).sum()
    loss.backward()
    optimizer.step()
print(loss.item() < 0)
# > True

# %% cured
w = torch.tensor(1.0, requires_grad=True)
for label in [torch.tensor([0.0, 0.0]), torch.tensor([2.0, 4.0])]:
    w.grad = None
    loss = torch.nn.functional.mse_loss(
        w * x, label, reduction="sum"
    )
    loss.backward()
    print(w.grad)
# > tensor(10.)
# > tensor(-10.)
