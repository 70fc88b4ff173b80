# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)


def loss_and_size(x):
    return (x**2).sum(), x.numel()


loss = loss_and_size(x)
loss.backward()
# > AttributeError: 'tuple' object has no attribute 'backward'

# %% cured
loss, size = loss_and_size(x)
loss.backward()
print(x.grad)
# > tensor([2., 4.])

# %% comma_fails tags=["raises-exception"]
loss = (x**2).sum(),
loss.backward()
# > AttributeError: 'tuple' object has no attribute 'backward'

# %% comma_cured
x.grad = None
loss = (x**2).sum()
loss.backward()
print(x.grad)
# > tensor([2., 4.])

# %% layer_fails tags=["raises-exception"]
rnn = torch.nn.RNN(1, 1)
output = rnn(torch.ones(3, 1))
output.backward()
# > AttributeError: 'tuple' object has no attribute 'backward'

# %% layer_cured
output, state = rnn(torch.ones(3, 1))
loss = (output**2).mean()
loss.backward()
print(rnn.weight_ih_l0.grad.shape)
# > torch.Size([1, 1])

# %% not_this tags=["raises-exception"]
def size_and_loss(x):
    return x.numel(), (x**2).sum()


size_and_loss(x)[0].backward()
# > AttributeError: 'int' object has no attribute 'backward'
