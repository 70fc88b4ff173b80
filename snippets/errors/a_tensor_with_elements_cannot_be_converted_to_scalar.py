# %% fails tags=["raises-exception"]
import torch

predicted = torch.tensor([1.0, 3.0], requires_grad=True)
target = torch.tensor([0.0, 0.0])
loss = (predicted - target) ** 2
print(loss.item())
# > RuntimeError: a Tensor with 2 elements cannot be converted to Scalar

# %% cured
loss = loss.mean()
print(loss.item())
# > 5.0
loss.backward()
print(predicted.grad)
# > tensor([1., 3.])

# %% none_fails tags=["raises-exception"]
criterion = torch.nn.MSELoss(reduction="none")
criterion(predicted, target).item()
# > RuntimeError: a Tensor with 2 elements cannot be converted to Scalar

# %% none_cured
print(torch.nn.MSELoss()(predicted, target).item())
# > 5.0
weight = torch.tensor([3.0, 1.0])
print((weight * criterion(predicted, target)).mean().item())
# > 6.0

# %% accuracy
hits = predicted.detach().round() == torch.tensor([1.0, 2.0])
print(hits.float().mean().item())
# > 0.5

# %% list
print(predicted.tolist())
# > [1.0, 3.0]

# %% empty_fails tags=["raises-exception"]
predicted[predicted > 9].item()
# > RuntimeError: a Tensor with 0 elements cannot be converted to Scalar

# %% empty_cured
large = predicted[predicted > 9]
print(large.max().item() if large.numel() else "none above 9")
# > none above 9

# %% not_this
each = criterion(predicted, target)
print(each[0].item(), each.mean().item())
# > 1.0 5.0

# %% float_says tags=["remove-cell"]
try:
    float(predicted.detach())
except ValueError as error:
    assert "only one element tensors" in str(error)
else:
    raise AssertionError

# %% refused tags=["remove-cell"]
try:
    hits.mean()
    raise AssertionError
except RuntimeError as error:
    assert "could not infer output dtype" in str(error)
