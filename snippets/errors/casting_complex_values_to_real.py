# %% fails
import torch

z = torch.tensor([1.0 + 2.0j], requires_grad=True)
z.to(torch.float32).sum().backward()
# > UserWarning: Casting complex values to real discards the imaginary part
print(z.grad)
# > tensor([1.+0.j])

# %% cured
z.grad = None
z.real.sum().backward()
print(z.grad)
# > tensor([1.+0.j])
z.grad = None
z.abs().sum().backward()
print(z.grad)
# > tensor([0.4472+0.8944j])

# %% written
real = torch.zeros(1)
real[0] = z.detach()[0]
# > UserWarning: Casting complex values to real discards the imaginary part
print(real)
# > tensor([1.])

# %% written_cured
kept = torch.zeros(1, dtype=torch.complex64)
kept[0] = z.detach()[0]
print(kept)
# > tensor([1.+2.j])

# %% real_weight
w = torch.tensor(3.0, requires_grad=True)
(w * z.detach()).abs().sum().backward()
print(w.grad)
# > tensor(2.2361)

# %% size tags=["remove-cell"]
i = 1j
assert torch.isclose(w.grad, torch.tensor(abs(1 + 2 * i)))
assert abs(1 + 2 * i) == 5**0.5
