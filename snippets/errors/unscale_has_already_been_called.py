# %% fails tags=["raises-exception"]
import torch

w = torch.nn.Parameter(torch.tensor([1.0]))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")

scaler.scale((2 * w).sum()).backward()
scaler.unscale_(optimizer)
scaler.unscale_(optimizer)
# > RuntimeError: unscale_() has already been called on this optimizer since the last update().

# %% cured
scaler = torch.amp.GradScaler("cpu")
optimizer.zero_grad()

scaler.scale((2 * w).sum()).backward()
scaler.unscale_(optimizer)
print(w.grad)
# > tensor([2.])
torch.nn.utils.clip_grad_norm_([w], 1.0)
scaler.step(optimizer)
scaler.update()
print(w)
# > Parameter containing:
# > tensor([0.9000], requires_grad=True)

# %% step_does_it
optimizer.zero_grad()
scaler.scale((2 * w).sum()).backward()
scaler.step(optimizer)
scaler.update()
print(w)
# > Parameter containing:
# > tensor([0.7000], requires_grad=True)

# %% parts_fails tags=["raises-exception"]
optimizer.zero_grad()
for part in [1.0, 3.0]:
    scaler.scale((part * w).sum()).backward()
    scaler.unscale_(optimizer)
# > RuntimeError: unscale_() has already been called on this optimizer since the last update().

# %% parts_cured
scaler = torch.amp.GradScaler("cpu")
optimizer.zero_grad()
for part in [1.0, 3.0]:
    scaler.scale((part * w).sum()).backward()
scaler.unscale_(optimizer)
print(w.grad)
# > tensor([4.])
scaler.step(optimizer)
scaler.update()

# %% skips
before = w.detach().clone()
optimizer.zero_grad()
scaler.scale((float("inf") * w).sum()).backward()
old = scaler.get_scale()
scaler.step(optimizer)
scaler.update()
print(w.equal(before), scaler.get_scale() / old)
# > True 0.5

# %% not_this
print(scaler.get_scale() == torch.amp.GradScaler("cpu").get_scale())
# > False
