# %% fails tags=["raises-exception"]
import torch

A = torch.tensor([[1.0, 1.0], [1.0, 1.0]], requires_grad=True)
torch.linalg.inv(A)
# > torch._C._LinAlgError: linalg.inv: The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular.

# %% cured
ridge = A + 0.5 * torch.eye(2)
print(torch.linalg.inv(ridge) @ ridge)
# > tensor([[1., 0.],
# >         [0., 1.]], grad_fn=<MmBackward0>)

# %% solved
b = torch.tensor([2.0, 2.0])
print(torch.linalg.lstsq(A.detach(), b[:, None]).solution)
# > tensor([[1.0000],
# >         [1.0000]])

# %% solves tags=["remove-cell"]
x = torch.linalg.lstsq(A.detach(), b[:, None]).solution[:, 0]
assert torch.allclose(A @ x, b)

# %% jumps
moved = A.detach().clone()
moved[0, 0] += 0.001
solution = torch.linalg.lstsq(moved, b[:, None]).solution
print([round(value, 2) + 0.0 for value in solution[:, 0].tolist()])
# > [0.0, 2.0]

# %% pinv tags=["remove-cell"]
for solve in (
    lambda A: torch.linalg.pinv(A) @ b,
    lambda A: torch.linalg.lstsq(A, b[:, None]).solution[:, 0],
):
    x = solve(A)
    assert torch.allclose(x, torch.ones(2), atol=1e-5)
    assert torch.autograd.grad(x.sum(), A)[0].isfinite().all()

# %% late
for gap in [1.0, 1e-2, 1e-4]:
    near = torch.tensor([[1.0, 1.0], [1.0, 1.0 + gap]])
    near.requires_grad_()
    torch.linalg.inv(near)[0, 0].backward()
    condition = torch.linalg.cond(near).item()
    print(f"{condition:.0e}  {near.grad.abs().max():.0e}")
# > 7e+00  4e+00
# > 4e+02  1e+04
# > 4e+04  1e+08

# %% batch_fails tags=["raises-exception"]
batch = torch.stack([torch.eye(2), torch.ones(2, 2)])
torch.linalg.inv(batch)
# > torch._C._LinAlgError: linalg.inv: (Batch element 1): The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular.

# %% batch_found
print(torch.linalg.inv_ex(batch).info)
# > tensor([0, 2], dtype=torch.int32)

# %% not_this
inverse = torch.linalg.inv_ex(A.detach()).inverse
print(inverse @ A.detach())
# > tensor([[nan, nan],
# >         [nan, nan]])
