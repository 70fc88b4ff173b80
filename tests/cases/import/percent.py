# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # Sums of gradients
#
# Two passes, and the gradients add up:
# - the first gives 4,
# - the second adds 4.

# %%
# %pip install torch
import torch

# %% [markdown]
"""
## First pass

The formula $$y = x^2$$ has the slope $2x$.
"""

# %%
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
x.grad

# %% Second pass
(x**2).backward()
x.grad

# %% tags=["raises-exception", "slow"]
x.view(3)
