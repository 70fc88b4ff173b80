# %% fails tags=["raises-exception"]
import torch


def show(module, grad_input, grad_output):
    print(grad_output.shape)


layer = torch.nn.Linear(2, 1)
layer.register_full_backward_hook(show)
x = torch.ones(1, 2, requires_grad=True)
layer(x).sum().backward()
# > AttributeError: 'tuple' object has no attribute 'shape'

# %% cured
def show(module, grad_input, grad_output):
    print(grad_output[0].shape, grad_input[0].shape)


layer = torch.nn.Linear(2, 1)
layer.register_full_backward_hook(show)
layer(x).sum().backward()
# > torch.Size([1, 1]) torch.Size([1, 2])

# %% lstm_fails tags=["raises-exception"]
lstm = torch.nn.LSTM(2, 3)
lstm(torch.ones(4, 1, 2)).shape
# > AttributeError: 'tuple' object has no attribute 'shape'

# %% lstm_cured
out, state = lstm(torch.ones(4, 1, 2))
print(out.shape)
# > torch.Size([4, 1, 3])
