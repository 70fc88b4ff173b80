# %% wrong
import torch

p = torch.zeros(3, 1, requires_grad=True)
t = torch.tensor([1.0, 2.0, 3.0])
loss = ((p - t) ** 2).mean()
loss.backward()
print(f"{loss.item():.2f}", p.grad.flatten())
# > 4.67 tensor([-1.3333, -1.3333, -1.3333])

# %% trained
optimizer = torch.optim.SGD([p], lr=0.5)
for _ in range(100):
    optimizer.zero_grad()
    ((p - t) ** 2).mean().backward()
    optimizer.step()
print([f"{entry:.2f}" for entry in p.flatten().tolist()])
# > ['2.00', '2.00', '2.00']

# %% truth
def meant(*p):
    return sum((a - b) ** 2 for a, b in zip(p, [1, 2, 3])) / 3


h = 0.5
print(f"{meant(0, 0, 0):.2f}")
# > 4.67
print(f"{(meant(h, 0, 0) - meant(-h, 0, 0)) / (2 * h):.4f}")
# > -0.6667
print(f"{(meant(0, h, 0) - meant(0, -h, 0)) / (2 * h):.4f}")
# > -1.3333
print(f"{(meant(0, 0, h) - meant(0, 0, -h)) / (2 * h):.4f}")
# > -2.0000

# %% notice
print((p - t).shape)
# > torch.Size([3, 3])

# %% cured
p = torch.zeros(3, 1, requires_grad=True)
t = t[:, None]
assert p.shape == t.shape
((p - t) ** 2).mean().backward()
print(p.grad.flatten())
# > tensor([-0.6667, -1.3333, -2.0000])
