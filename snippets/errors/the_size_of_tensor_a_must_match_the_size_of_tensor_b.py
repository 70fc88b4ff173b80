# %% fails tags=["raises-exception"]
import torch

losses = torch.ones(2, 3, requires_grad=True)
weights = torch.tensor([1.0, 10.0])
weighted = losses * weights
# > RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

# %% cured
weighted = losses * weights.unsqueeze(1)
weighted.sum().backward()
print(losses.grad)
# > tensor([[ 1.,  1.,  1.],
# >         [10., 10., 10.]])

# %% shape tags=["remove-cell"]
assert weights.unsqueeze(1).shape == (2, 1)

# %% loss_fails tags=["raises-exception"]
prediction = torch.zeros(2, requires_grad=True)
target = torch.ones(3)
loss = torch.nn.functional.mse_loss(prediction, target)
# > UserWarning: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([2])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
# > RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0

# %% loss_cured
loss = torch.nn.functional.mse_loss(prediction, target[:2])
loss.backward()
print(prediction.grad)
# > tensor([-1., -1.])

# %% seeds_fail tags=["raises-exception"]
x = torch.ones(2, requires_grad=True)
outputs = [x * 2, x * 3]
torch.autograd.grad(outputs, x, [torch.ones(2), torch.ones(3)])
# > RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0

# %% seeds_cured
outputs = [x * 2, x * 3]
seeds = [torch.ones_like(out) for out in outputs]
print(torch.autograd.grad(outputs, x, seeds))
# > (tensor([5., 5.]),)

# %% hook_fails tags=["raises-exception"]
hooks = torch.autograd.graph.saved_tensors_hooks
with hooks(lambda t: t, lambda t: torch.ones(3)):
    y = (x**2).sum()
y.backward()
# > RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0

# %% hook_cured
with hooks(lambda t: t.numpy(force=True), torch.from_numpy):
    y = (x**2).sum()
y.backward()
print(x.grad)
# > tensor([2., 2.])

# %% not_this
losses = torch.ones(2, 2, requires_grad=True)
(losses * weights).sum().backward()
print(losses.grad)
# > tensor([[ 1., 10.],
# >         [ 1., 10.]])
