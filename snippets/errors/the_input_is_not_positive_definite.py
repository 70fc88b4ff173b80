# %% fails tags=["raises-exception"]
import torch

A = torch.tensor([[1.0, 1.005], [1.005, 1.0]], requires_grad=True)
torch.linalg.cholesky(A)
# > torch._C._LinAlgError: linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 2 is not positive-definite).

# %% eigenvalues tags=["remove-cell"]
values = torch.linalg.eigvalsh(A.detach())
assert torch.allclose(values, torch.tensor([-0.005, 2.005]), atol=1e-6)

# %% cured
L = torch.linalg.cholesky(A + 0.01 * torch.eye(2))
print((L @ L.T).detach())
# > tensor([[1.0100, 1.0050],
# >         [1.0050, 1.0100]])

# %% tried
jitter = 1e-6 * A.detach().diagonal().mean()
eye = torch.eye(2)
for _ in range(6):
    if not torch.linalg.cholesky_ex(A.detach() + jitter * eye).info:
        break
    jitter = 10 * jitter
print(jitter)
# > tensor(0.0100)

# %% parameter_fails tags=["raises-exception"]
C = torch.eye(2, requires_grad=True)
optimizer = torch.optim.SGD([C], lr=4.0)
torch.linalg.cholesky(C).diagonal().sum().backward()
optimizer.step()
torch.linalg.cholesky(C)
# > torch._C._LinAlgError: linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).

# %% parameter_cured
raw = torch.eye(2, requires_grad=True)
factor = torch.tril(raw)
C = factor @ factor.T + 1e-4 * torch.eye(2)
torch.linalg.cholesky(C).sum().backward()
print(raw.grad)
# > tensor([[1.0000, 0.0000],
# >         [1.0000, 1.0000]])

# %% nan_fails tags=["raises-exception"]
bad = torch.tensor([[1.0, 0.0], [float("nan"), 1.0]])
torch.linalg.cholesky(bad + 100 * torch.eye(2))
# > torch._C._LinAlgError: linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 2 is not positive-definite).

# %% nan_found
print(bad.isfinite().all())
# > tensor(False)

# %% sign_fails tags=["raises-exception"]
torch.linalg.cholesky(-torch.eye(2))
# > torch._C._LinAlgError: linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).

# %% not_this
B = torch.tensor([[1.0, 5.0], [0.0, 1.0]])
L = torch.linalg.cholesky(B)
print(L @ L.T)
# > tensor([[1., 0.],
# >         [0., 1.]])
