# %% fails
import torch

scaler = torch.amp.GradScaler("cuda")
# > UserWarning: torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.
print(scaler.is_enabled())
# > False

# %% off
w = torch.nn.Parameter(torch.tensor([1.0]))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler.scale((2 * w).sum()).backward()
print(w.grad)
# > tensor([2.])
scaler.step(optimizer)
scaler.update()
print(w)
# > Parameter containing:
# > tensor([0.8000], requires_grad=True)

# %% asked
print(torch.cuda.is_available())
# > False

# %% cured
on_gpu = torch.cuda.is_available()
scaler = torch.amp.GradScaler("cuda", enabled=on_gpu)
