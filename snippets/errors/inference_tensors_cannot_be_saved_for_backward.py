# %% fails tags=["raises-exception"]
import torch

with torch.inference_mode():
    features = torch.tensor([3.0, 4.0])
w = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (features * w).sum()
# > RuntimeError: Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.

# %% cured
with torch.no_grad():
    features = torch.tensor([3.0, 4.0])
loss = (features * w).sum()
loss.backward()
print(w.grad)
# > tensor([3., 4.])

# %% cloned
with torch.inference_mode():
    features = torch.tensor([3.0, 4.0])
features = features.clone()
w.grad = None
(features * w).sum().backward()
print(w.grad, features.is_inference())
# > tensor([3., 4.]) False

# %% sum_works
with torch.inference_mode():
    shift = torch.tensor([3.0, 4.0])
w.grad = None
(shift + w).sum().backward()
print(w.grad)
# > tensor([1., 1.])

# %% not_this tags=["raises-exception"]
shift.detach() * w
# > RuntimeError: Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.
