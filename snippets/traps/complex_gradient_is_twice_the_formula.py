# %% wrong
import torch

z = torch.tensor(1 + 2j, requires_grad=True)
loss = (z * z.conj()).real
loss.backward()
print(z.grad)
# > tensor(2.+4.j)

# %% twice tags=["remove-cell"]
assert torch.equal(z.grad, 2 * z)

# %% truth
def f(z):
    return abs(z) ** 2


h = 0.5
real = (f(1 + 2j + h) - f(1 + 2j - h)) / (2 * h)
imaginary = (f(1 + 2j + h * 1j) - f(1 + 2j - h * 1j)) / (2 * h)
print(round(real, 4), round(imaginary, 4))
# > 2.0 4.0

# %% notice
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
(a**2 + b**2).backward()
print(torch.complex(a.grad, b.grad) == z.grad)
# > tensor(True)

# %% cured
print(z.grad / 2)
# > tensor(1.+2.j)
