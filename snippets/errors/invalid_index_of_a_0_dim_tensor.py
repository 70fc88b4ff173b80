# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (x**2).sum()
print(loss.data[0])
# > IndexError: invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number

# %% cured
print(loss.item())
# > 5.0

# %% dimensions
print(loss.shape, loss.dim())
# > torch.Size([]) 0

# %% batch_fails tags=["raises-exception"]
output = torch.tensor([1.0, 2.0], requires_grad=True)
target = torch.zeros(2)
loss = torch.nn.functional.mse_loss(output, target)
print(loss[0])
# > IndexError: invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number

# %% batch_cured
mse = torch.nn.functional.mse_loss
losses = mse(output, target, reduction="none")
print(losses[0].item())
# > 1.0
losses.mean().backward()
print(output.grad)
# > tensor([1., 2.])

# %% squeeze_fails tags=["raises-exception"]
scores = torch.tensor([[0.5]])
print(scores.squeeze()[0])
# > IndexError: invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number

# %% squeeze_cured
print(scores.squeeze(1)[0])
# > tensor(0.5000)

# %% not_this
kept, total = 0.0, 0.0
for step in range(3):
    loss = (x**2).sum()
    kept = kept + loss
    total = total + loss.item()
print(kept)
# > tensor(15., grad_fn=<AddBackward0>)
print(total)
# > 15.0
