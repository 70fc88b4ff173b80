# %% fails tags=["raises-exception"]
import torch

model = torch.nn.Linear(2, 1).half()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu")

x = torch.ones(1, 2, dtype=torch.float16)
scaler.scale(model(x).sum()).backward()
scaler.step(optimizer)
# > ValueError: Attempting to unscale FP16 gradients.

# %% cured
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)

with torch.autocast("cpu", dtype=torch.float16):
    out = model(torch.ones(1, 2))
scaler.scale(out.sum()).backward()
scaler.unscale_(optimizer)
print(out.dtype, model.weight.grad.dtype)
# > torch.float16 torch.float32
print(model.weight.grad)
# > tensor([[1., 1.]])
scaler.step(optimizer)
scaler.update()

# %% float tags=["remove-cell"]
loaded = torch.nn.Linear(2, 1).half().float()
assert loaded.weight.dtype == torch.float32

# %% why
slope = 1e-8
print(torch.tensor(slope).half())
# > tensor(0., dtype=torch.float16)
scaled = torch.tensor(slope * 65536).half()
print(scaled.float() / 65536)
# > tensor(9.9972e-09)

# %% smallest tags=["remove-cell"]
finest = torch.finfo(torch.bfloat16).tiny
assert finest == torch.finfo(torch.float32).tiny
tiny = torch.tensor(1, dtype=torch.int16).view(torch.float16)
assert 5.9e-8 < tiny.item() < 6.0e-8

# %% bfloat16
print(torch.tensor(slope).bfloat16())
# > tensor(1.0012e-08, dtype=torch.bfloat16)

# %% not_this
w = torch.nn.Parameter(torch.ones(1, dtype=torch.float16))
(w.float() * slope).sum().backward()
print(w.grad)
# > tensor([0.], dtype=torch.float16)
