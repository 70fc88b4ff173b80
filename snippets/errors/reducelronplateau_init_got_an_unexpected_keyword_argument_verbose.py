# %% fails tags=["raises-exception"]
import torch

w = torch.tensor(5.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, verbose=True)
# > TypeError: ReduceLROnPlateau.__init__() got an unexpected keyword argument 'verbose'

# %% cured
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
    optimizer, patience=0
)
for validation in (4.0, 4.0):
    before = scheduler.get_last_lr()
    optimizer.step()
    scheduler.step(validation)
    if scheduler.get_last_lr() != before:
        print("learning rate:", scheduler.get_last_lr())
# > learning rate: [0.010000000000000002]
