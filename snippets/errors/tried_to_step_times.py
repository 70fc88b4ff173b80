# %% fails tags=["raises-exception"]
import torch

w = torch.tensor(5.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.1, total_steps=2
)
for step in range(3):
    optimizer.step()
    scheduler.step()
# > ValueError: Tried to step 3 times. The specified number of total steps is 2

# %% cured
epochs, batches = 2, 3
scheduler = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.1, epochs=epochs, steps_per_epoch=batches
)
print(scheduler.total_steps)
# > 6
for step in range(epochs * batches - 1):
    optimizer.step()
    scheduler.step()
print(f"{scheduler.get_last_lr()[0]:.7f}")
# > 0.0000004

# %% one_more tags=["remove-cell"]
scheduler.step()
try:
    scheduler.step()
    raise AssertionError("one step more than planned")
except ValueError:
    pass
