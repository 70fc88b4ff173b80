# %% wrong
import torch

z = torch.tensor([0.0, 200.0], requires_grad=True)
loss = -torch.log(torch.softmax(z, 0))[0]
loss.backward()
print(loss.item(), z.grad)
# > inf tensor([nan, nan])

# %% truth
z64 = z.detach().double().requires_grad_()
loss = -torch.log(torch.softmax(z64, 0))[0]
loss.backward()
print(f"{loss.item():.2f}", z64.grad)
# > 200.00 tensor([-1.,  1.], dtype=torch.float64)

label = torch.tensor([1.0, 0.0])
print(torch.softmax(z.detach(), 0) - label)
# > tensor([-1.,  1.])

# %% rounded tags=["remove-cell"]
import math

assert 0 < math.exp(-200) < 1e-80
assert torch.exp(torch.tensor(-200.0)) == 0

# %% notice
print((torch.softmax(z.detach(), 0) == 0).any())
# > tensor(True)

# %% cured
z.grad = None
loss = -torch.log_softmax(z, 0)[0]
loss.backward()
print(loss.item(), z.grad)
# > 200.0 tensor([-1.,  1.])

z.grad = None
loss = torch.nn.functional.cross_entropy(z, torch.tensor(0))
loss.backward()
print(loss.item(), z.grad)
# > 200.0 tensor([-1.,  1.])

# %% not_this
z.grad = None
loss = -torch.log(torch.softmax(z, 0) + 1e-8)[0]
loss.backward()
print(f"{loss.item():.2f}", z.grad == 0)
# > 18.42 tensor([True, True])
