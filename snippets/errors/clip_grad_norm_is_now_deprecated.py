# %% fails
import torch

w = torch.tensor([3.0, 4.0], requires_grad=True)
w.pow(2).sum().backward()
torch.nn.utils.clip_grad_norm(w, 1.0)
# > FutureWarning: `torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.
print(w.grad)
# > tensor([0.6000, 0.8000])

# %% cured
w.grad = None
w.pow(2).sum().backward()
norm = torch.nn.utils.clip_grad_norm_(w, 1.0)
print(norm, w.grad)
# > tensor(10.) tensor([0.6000, 0.8000])

# %% before_it tags=["remove-cell"]
assert (2 * w).tolist() == [6, 8]
