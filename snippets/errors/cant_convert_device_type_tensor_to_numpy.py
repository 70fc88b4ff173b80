# %% fails tags=["raises-exception"]
import torch

torch.ones(2, device="meta").numpy()
# > TypeError: can't convert meta device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.

# %% cured
w = torch.tensor([1.0, 2.0], requires_grad=True)
print(w.detach().cpu().numpy())
# > [1. 2.]

# %% order tags=["remove-cell"]
assert (w.to(torch.float64)).grad_fn is not None
assert (w.detach().to(torch.float64)).grad_fn is None
