# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, 4.0], requires_grad=True)
loss = (x * w).sum()
torch.autograd.grad(loss, x)
# > RuntimeError: One of the differentiated Tensors does not require grad

# %% cured
x = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (x * w).sum()
(g,) = torch.autograd.grad(loss, x)
print(g)
# > tensor([3., 4.])

# %% data_fails tags=["raises-exception"]
model = torch.nn.Linear(2, 1, bias=False)
image = torch.tensor([[1.0, 2.0]])
torch.autograd.grad(model(image).sum(), image)
# > RuntimeError: One of the differentiated Tensors does not require grad

# %% data_cured
image = torch.tensor([[1.0, 2.0]], requires_grad=True)
(g,) = torch.autograd.grad(model(image).sum(), image)
print(torch.equal(g, model.weight))
# > True

# %% frozen_fails tags=["raises-exception"]
model = torch.nn.Linear(2, 1)
model.weight.requires_grad_(False)
output = model(torch.ones(1, 2)).sum()
torch.autograd.grad(output, list(model.parameters()))
# > RuntimeError: One of the differentiated Tensors does not require grad

# %% frozen_cured
free = [p for p in model.parameters() if p.requires_grad]
print(torch.autograd.grad(output, free))
# > (tensor([1.]),)

# %% not_this tags=["raises-exception"]
x = torch.tensor([1.0, 2.0])
loss = (x * w).sum()
x.requires_grad_()
torch.autograd.grad(loss, x)
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.
