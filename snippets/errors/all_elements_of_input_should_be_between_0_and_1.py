# %% fails tags=["raises-exception"]
import torch
from torch.nn import functional as F

score = torch.tensor([1.2], requires_grad=True)
target = torch.tensor([1.0])
F.binary_cross_entropy(score, target)
# > RuntimeError: all elements of input should be between 0 and 1

# %% cured
F.binary_cross_entropy_with_logits(score, target).backward()
print(score.grad, torch.sigmoid(score) - target)
# > tensor([-0.2315]) tensor([-0.2315], grad_fn=<SubBackward0>)

# %% nan_fails tags=["raises-exception"]
p = torch.sigmoid(torch.tensor([float("nan")]))
F.binary_cross_entropy(p, target)
# > RuntimeError: all elements of input should be between 0 and 1

# %% nan_cured
rows = torch.tensor([[0.0], [float("nan")]])
finite = rows.isfinite().all(1)
print(finite)
# > tensor([ True, False])
p = torch.sigmoid(rows[finite])
print(F.binary_cross_entropy(p, torch.ones(1, 1)))
# > tensor(0.6931)

# %% cosine
print(torch.sigmoid(torch.tensor([1.0, -1.0])))
# > tensor([0.7311, 0.2689])

# %% cosine_cured
a, b = torch.tensor([3.0, 4.0]), torch.tensor([6.0, 8.0])
cosine = F.cosine_similarity(a, b, dim=0)
print(torch.sigmoid(10 * cosine))
# > tensor(1.0000)
one = torch.tensor(1.0)
print(F.binary_cross_entropy_with_logits(10 * cosine, one))
# > tensor(4.5399e-05)

# %% sum_fails tags=["raises-exception"]
scores = torch.zeros(12)
scores[11] = -20.0
group = scores.softmax(0)[:11].sum()
print(group.item())
# > 1.0000001192092896
F.binary_cross_entropy(group, one)
# > RuntimeError: all elements of input should be between 0 and 1

# %% sum_cured
scores.requires_grad_()
logit = scores[:11].logsumexp(0) - scores[11:].logsumexp(0)
loss = F.binary_cross_entropy_with_logits(logit, 1 - one)
loss.backward()
print(loss.item(), scores.grad[11])
# > 22.39789581298828 tensor(-1.)

# %% sum_is_exact tags=["remove-cell"]
exact = scores.detach().double().requires_grad_()
log_p = exact.log_softmax(0)
(-log_p[11]).backward()
assert torch.allclose(exact.grad.float(), scores.grad, atol=1e-6)
mixed = torch.tensor([0.5, -1.0, 2.0])
mixed_logit = mixed[:2].logsumexp(0) - mixed[2]
assert torch.isclose(
    torch.sigmoid(mixed_logit), mixed.softmax(0)[:2].sum()
)

# %% not_this
score.grad = None
p = score.clamp(0, 1)
F.binary_cross_entropy(p, torch.tensor([0.0])).backward()
print(score.grad)
# > tensor([0.])

# %% target_fails tags=["raises-exception"]
mask = torch.tensor([255.0])
half = torch.tensor([0.5], requires_grad=True)
F.binary_cross_entropy(half, mask)
# > RuntimeError: all elements of target should be between 0 and 1

# %% target_cured
F.binary_cross_entropy(half, mask / 255).backward()
print(half.grad)
# > tensor([-2.])

# %% target_unseen
for score in (0.0, 1.0, 2.0):
    score = torch.tensor([score])
    loss = F.binary_cross_entropy_with_logits(score, mask)
    print(f"{loss.item():.1f}")
# > 0.7
# > -253.7
# > -507.9
