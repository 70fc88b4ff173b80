# %% fails
import torch

w = torch.tensor(5.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
scheduler.step()
# > UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the first value of the learning rate schedule. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
print(scheduler.get_last_lr())
# > [0.010000000000000002]

# %% cured
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
for epoch in range(2):
    optimizer.zero_grad()
    (w**2).backward()
    print(scheduler.get_last_lr())
    optimizer.step()
    scheduler.step()
# > [0.1]
# > [0.010000000000000002]

# %% scaler
scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
for loss in (w * float("inf"), w**2):
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    before = scaler.get_scale()
    scaler.step(optimizer)
    scaler.update()
    if scaler.get_scale() >= before:
        scheduler.step()
    print(scaler.get_scale(), scheduler.get_last_lr())
# > 2.0 [0.1]
# > 2.0 [0.010000000000000002]

# %% accumulated
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
for batch in range(1, 5):
    (w**2 / 4).backward()
    if batch % 4 == 0:
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
print(scheduler.get_last_lr())
# > [0.010000000000000002]

# %% another
old = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(old, 1)
optimizer = torch.optim.SGD([w], lr=0.1)
optimizer.step()
scheduler.step()
# > UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the first value of the learning rate schedule. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
print(optimizer.param_groups[0]["lr"])
# > 0.1
