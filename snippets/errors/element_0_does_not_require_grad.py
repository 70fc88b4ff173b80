# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0])
loss = x.sum()
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% cured
x = torch.tensor([1.0, 2.0], requires_grad=True)
loss = x.sum()
loss.backward()
print(x.grad)
# > tensor([1., 1.])

# %% walk
w = torch.ones(2, requires_grad=True)
hidden = 3 * w
cut = hidden.detach()
loss = cut.sum()
for t in (loss, cut, hidden):
    print(t.requires_grad, t.grad_fn)
# > False None
# > False None
# > True <MulBackward0 object at 0x…>

# %% frozen_fails tags=["raises-exception"]
model = torch.nn.Linear(2, 1)
for p in model.parameters():
    p.requires_grad = False
loss = model(torch.ones(1, 2)).sum()
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% frozen_cured
model.weight.requires_grad = True
loss = model(torch.ones(1, 2)).sum()
loss.backward()
print(model.weight.grad, model.bias.grad)
# > tensor([[1., 1.]]) None

# %% no_grad_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True)
with torch.no_grad():
    loss = (3 * w).sum()
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% no_grad_cured
w = torch.ones(2, requires_grad=True)
loss = (3 * w).sum()
loss.backward()
print(w.grad)
# > tensor([3., 3.])

# %% inference_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True)
with torch.inference_mode():
    loss = (3 * w).sum()
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% rebuilt_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True)
losses = [(w * k).sum().item() for k in (1.0, 2.0)]
torch.tensor(losses).mean().backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% rebuilt_cured
w = torch.ones(2, requires_grad=True)
losses = [(w * k).sum() for k in (1.0, 2.0)]
torch.stack(losses).mean().backward()
print(w.grad)
# > tensor([1.5000, 1.5000])

# %% argmax_fails tags=["raises-exception"]
scores = torch.tensor([[1.0, 2.0, 0.0]], requires_grad=True)
guess = scores.argmax(1).float()
((guess - 2) ** 2).mean().backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% argmax_cured
from torch.nn.functional import cross_entropy

scores = torch.zeros(1, 2, requires_grad=True)
cross_entropy(scores, torch.tensor([1])).backward()
print(scores.grad)
# > tensor([[ 0.5000, -0.5000]])

# %% sampled_fails tags=["raises-exception"]
from torch.distributions import Categorical

p = torch.tensor([0.5, 0.5], requires_grad=True)
action = Categorical(p).sample()
action.float().backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% sampled_cured
p = torch.tensor([0.5, 0.5], requires_grad=True)
policy = Categorical(p)
reward = 1.0
loss = -policy.log_prob(torch.tensor(1)) * reward
loss.backward()
print(p.grad)
# > tensor([ 1., -1.])

# %% second_fails tags=["raises-exception"]
x = torch.tensor(3.0, requires_grad=True)
(slope,) = torch.autograd.grad(x**3, x)
torch.autograd.grad(slope, x)
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% second_cured
(slope,) = torch.autograd.grad(x**3, x, create_graph=True)
torch.autograd.grad(slope, x)
# > (tensor(18.),)

# %% checkpoint_fails tags=["raises-exception"]
from torch.utils.checkpoint import checkpoint

model = torch.nn.Linear(2, 2)
batch = torch.ones(2)
checkpoint(model, batch, use_reentrant=True).sum().backward()
# > UserWarning: None of the inputs have requires_grad=True. Gradients will be None
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% checkpoint_cured
checkpoint(model, batch, use_reentrant=False).sum().backward()
print(model.weight.grad)
# > tensor([[1., 1.],
# >         [1., 1.]])

# %% vmap_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True)


def slope(x):
    return torch.autograd.grad((x * w).sum(), w)[0]


torch.vmap(slope)(torch.ones(3, 2))
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% vmap_cured
def product(w, x):
    return (x * w).sum()


each = torch.vmap(torch.func.grad(product), in_dims=(None, 0))
print(each(torch.ones(2), torch.ones(3, 2)))
# > tensor([[1., 1.],
# >         [1., 1.],
# >         [1., 1.]])

# %% once_fails tags=["raises-exception"]
from torch.autograd.function import once_differentiable


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


x = torch.tensor(3.0, requires_grad=True)
(slope,) = torch.autograd.grad(
    Square.apply(x), x, create_graph=True
)
slope.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% once_cured
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


(slope,) = torch.autograd.grad(
    Square.apply(x), x, create_graph=True
)
slope.backward()
print(x.grad)
# > tensor(2.)

# %% not_this
w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    loss = (w - 5) ** 2
loss.requires_grad_(True)
loss.backward()
print(w.grad)
# > None
