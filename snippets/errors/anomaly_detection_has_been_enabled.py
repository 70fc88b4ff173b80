# %% fails
import torch

x = torch.tensor(4.0, requires_grad=True)
with torch.autograd.detect_anomaly():
    x.sqrt().backward()
# > UserWarning: Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.
print(x.grad)
# > tensor(0.2500)

# %% cured
x.grad = None
with torch.autograd.set_detect_anomaly(True):
    print(torch.is_anomaly_enabled())
    x.sqrt().backward()
# > True
print(torch.is_anomaly_enabled(), x.grad)
# > False tensor(0.2500)

# %% not_this
torch.autograd.set_detect_anomaly(True)
print(torch.is_anomaly_enabled())
# > True
