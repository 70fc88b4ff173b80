# %% fails tags=["raises-exception"]
import torch

w = torch.nn.Parameter(torch.tensor([1.0]))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")

loss = scaler.scale((2 * w).sum())
scaler.step(optimizer)
# > AssertionError: No inf checks were recorded for this optimizer.

# %% cured
scaler = torch.amp.GradScaler("cpu")
scaler.scale((2 * w).sum()).backward()
scaler.step(optimizer)
scaler.update()
print(w)
# > Parameter containing:
# > tensor([0.8000], requires_grad=True)

# %% others_fails tags=["raises-exception"]
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model = torch.nn.Linear(2, 1)

scaler.scale(model(torch.ones(1, 2)).sum()).backward()
scaler.step(optimizer)
# > AssertionError: No inf checks were recorded for this optimizer.

# %% others_cured
scaler = torch.amp.GradScaler("cpu")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
before = model.bias.detach().clone()
optimizer.zero_grad()

scaler.scale(model(torch.ones(1, 2)).sum()).backward()
scaler.step(optimizer)
scaler.update()
print(model.bias - before)
# > tensor([-0.1000], grad_fn=<SubBackward0>)

# %% two_fails tags=["raises-exception"]
v = torch.nn.Parameter(torch.tensor([1.0]))
second = torch.optim.SGD([v], lr=0.1)
optimizer.zero_grad()

scaler.scale(model(torch.ones(1, 2)).sum()).backward()
scaler.step(optimizer)
scaler.step(second)
# > AssertionError: No inf checks were recorded for this optimizer.

# %% two_cured
scaler = torch.amp.GradScaler("cpu")
scaler.scale((2 * v).sum()).backward()
scaler.step(second)
scaler.update()
print(v)
# > Parameter containing:
# > tensor([0.8000], requires_grad=True)

# %% zero_fails tags=["raises-exception"]
scaler.scale((2 * v).sum()).backward()
second.zero_grad()
scaler.step(second)
# > AssertionError: No inf checks were recorded for this optimizer.

# %% update_fails tags=["raises-exception"]
scaler = torch.amp.GradScaler("cpu")
scaler.scale((2 * v).sum()).backward()
scaler.update()
# > AssertionError: No inf checks were recorded prior to update.

# %% not_this
w = torch.nn.Parameter(torch.tensor([1.0]))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
scaler.scale((2 * w).sum()).backward()
optimizer.step()
print(w)
# > Parameter containing:
# > tensor([-13106.2002], requires_grad=True)
