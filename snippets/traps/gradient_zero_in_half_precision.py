# %% wrong
import torch


def gradient(dtype, scale=1):
    x = torch.ones(65536, dtype=dtype, requires_grad=True)
    loss = (x * 2**-10).mean()
    (loss * scale).backward()
    return x.grad


print(gradient(torch.float16).count_nonzero())
# > tensor(0)

# %% image tags=["remove-cell"]
assert 256 * 256 == gradient(torch.float16).numel()

# %% truth
print(gradient(torch.float64).unique() == 2**-26)
# > tensor([True])

# %% why
loss = (torch.ones(65536).half() * 2**-10).mean()
print(loss == 2**-10)
# > tensor(True)
print(torch.tensor([2.0**-24, 2.0**-25, 2.0**-26]).half())
# > tensor([5.9605e-08, 0.0000e+00, 0.0000e+00], dtype=torch.float16)

# %% notice
for dtype in (torch.float16, torch.float32):
    print(dtype, (gradient(dtype) == 0).float().mean())
# > torch.float16 tensor(1.)
# > torch.float32 tensor(0.)

# %% cured
scaled = gradient(torch.float16, 1024)
print((scaled.float() / 1024).unique() == 2**-26)
# > tensor([True])

# %% bfloat
print(gradient(torch.bfloat16).unique() == 2**-26)
# > tensor([True])
