# %% fails tags=["raises-exception"]
import torch

w = torch.tensor(5.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
    optimizer, patience=1
)
optimizer.step()
scheduler.step()
# > TypeError: ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'

# %% cured
for validation in (4.0, 3.0, 3.0, 3.0):
    optimizer.step()
    scheduler.step(validation)
    print(validation, scheduler.get_last_lr())
# > 4.0 [0.1]
# > 3.0 [0.1]
# > 3.0 [0.1]
# > 3.0 [0.010000000000000002]

# %% rising
for mode in ("min", "max"):
    optimizer = torch.optim.SGD([w], lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, mode=mode, patience=1
    )
    for accuracy in (0.5, 0.6, 0.7):
        optimizer.step()
        scheduler.step(accuracy)
    print(mode, scheduler.get_last_lr())
# > min [0.010000000000000002]
# > max [0.1]
