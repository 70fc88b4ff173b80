# %% wrong
import torch

A = torch.eye(2, dtype=torch.float64, requires_grad=True)
values, vectors = torch.linalg.eigh(A)
loss = vectors[0, 0] ** 2
loss.backward()
print(loss.item(), A.grad)
# > 1.0 tensor([[nan, nan],
# >         [nan, nan]], dtype=torch.float64)

# %% truth
def loss(change):
    A = torch.eye(2) + 1e-6 * torch.tensor(change)
    return torch.linalg.eigh(A.double()).eigenvectors[0, 0] ** 2


print(f"{loss([[1.0, 0.0], [0.0, 0.0]]):.2f}")
# > 0.00
print(f"{loss([[-1.0, 0.0], [0.0, 0.0]]):.2f}")
# > 1.00
print(f"{loss([[0.0, 1.0], [1.0, 0.0]]):.2f}")
# > 0.50

# %% notice
print(values.detach().diff())
# > tensor([0.], dtype=torch.float64)

# %% gaps
for gap in [1e-3, 1e-9, 2.0**-52]:
    B = torch.eye(2, dtype=torch.float64)
    B[1, 1] += gap
    B.requires_grad_()
    torch.linalg.eigh(B).eigenvectors[1, 0].backward()
    print(f"{gap:.0e} {B.grad.abs().max().item():.0e}")
# > 1e-03 5e+02
# > 1e-09 5e+08
# > 2e-16 2e+15

# %% third
B = torch.diag(torch.tensor([1.0, 1.0, 2.0], dtype=torch.float64))
B.requires_grad_()
vectors = torch.linalg.eigh(B).eigenvectors
(vectors[2, 2] ** 2).backward()
print(B.grad.isnan().all())
# > tensor(True)

# %% cured
A.grad = None
torch.linalg.eigvalsh(A).sum().backward()
print(A.grad)
# > tensor([[1., 0.],
# >         [0., 1.]], dtype=torch.float64)

# %% parted
A.grad = None
apart = A + torch.diag(torch.tensor([0.0, 1e-3]))
vectors = torch.linalg.eigh(apart).eigenvectors
vectors[1, 0].backward()
print(f"{A.grad.abs().max().item():.0f}")
# > 500
