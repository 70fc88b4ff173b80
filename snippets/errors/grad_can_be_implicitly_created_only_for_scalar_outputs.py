# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x**2
y.backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% one_entry tags=["remove-cell"]
(x[:1] ** 2).backward()
assert x.grad[0] == 2
x.grad = None

# %% cured
y = x**2
y.mean().backward()
print(x.grad)
# > tensor([1., 2.])

# %% slopes tags=["remove-cell"]
assert torch.equal(x.grad * y.numel(), 2 * x)

# %% weighted
x.grad = None
y = x**2
y.backward(gradient=torch.tensor([1.0, 10.0]))
print(x.grad)
# > tensor([ 2., 40.])

# %% reduction_fails tags=["raises-exception"]
output = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
target = torch.zeros(3)
mse = torch.nn.MSELoss(reduction="none")
mse(output, target).backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% reduction_cured
mask = torch.tensor([1.0, 1.0, 0.0])
losses = mse(output, target)
loss = (losses * mask).sum() / mask.sum()
loss.backward()
print(output.grad)
# > tensor([1., 2., 0.])

# %% output_fails tags=["raises-exception"]
model = torch.nn.Linear(1, 1)
output = model(torch.ones(3, 1))
output.backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% output_cured
loss = torch.nn.functional.mse_loss(output, torch.zeros(3, 1))
loss.backward()
print(model.weight.grad.shape)
# > torch.Size([1, 1])

# %% empty_fails tags=["raises-exception"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
x[x > 5].backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% not_this
for n in [1, 100]:
    w = torch.tensor(3.0, requires_grad=True)
    y = w * torch.ones(n)
    y.backward(torch.ones_like(y))
    by_ones = w.grad.item()
    w.grad = None
    (w * torch.ones(n)).mean().backward()
    print(by_ones, w.grad.item())
# > 1.0 1.0
# > 100.0 1.0
