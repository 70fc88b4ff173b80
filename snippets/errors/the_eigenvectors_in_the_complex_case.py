# %% fails tags=["raises-exception"]
import torch

A = torch.tensor([[1.0, 2.0], [-3.0, 1.0]], requires_grad=True)
torch.linalg.eig(A).eigenvectors.imag.sum().backward()
# > RuntimeError: linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.

# %% cured
torch.linalg.eig(A).eigenvalues.abs().sum().backward()
print(A.grad)
# > tensor([[ 0.3780,  1.1339],
# >         [-0.7559,  0.3780]])

# %% determinant tags=["remove-cell"]
from math import sqrt

sizes = torch.linalg.eigvals(A).abs()
assert torch.allclose(sizes, torch.full((2,), sqrt(7)))
B = A.detach().clone().requires_grad_()
(2 * torch.linalg.det(B).sqrt()).backward()
assert torch.allclose(A.grad, B.grad, atol=1e-6)

# %% projector
A.grad = None
v = torch.linalg.eig(A).eigenvectors[:, :1]
projector = v @ v.mH
projector[0, 0].real.backward()
print(A.grad.isfinite().all())
# > tensor(True)

# %% hermitian_fails tags=["raises-exception"]
H = torch.tensor([[1.0, 2.0j], [-2.0j, 0.0]], requires_grad=True)
torch.linalg.eigh(H).eigenvectors.real.sum().backward()
# > RuntimeError: linalg_eigh_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.

# %% hermitian_cured
sizes = torch.linalg.eigh(H).eigenvectors.abs() ** 2
sizes[0, 0].backward()
print(H.grad.isfinite().all())
# > tensor(True)

# %% silent
R = torch.tensor([[2.0, 1.0], [0.0, 1.0]], requires_grad=True)
v = torch.linalg.eig(R).eigenvectors
print(v.is_complex(), v.imag.any())
# > True tensor(False)
v.real.sum().backward()
plus, R.grad = R.grad, None
v = -torch.linalg.eig(R).eigenvectors
v.real.sum().backward()
print(plus.isfinite().all(), torch.equal(R.grad, -plus))
# > tensor(True) True
