# %% fails tags=["raises-exception"]
import torch

layer = torch.nn.Linear(2, 2)
layer.register_full_backward_hook(lambda module, gi, go: None)
model = torch.nn.Sequential(layer, torch.nn.ReLU(inplace=True))
model(torch.ones(1, 2))
# > RuntimeError: Output 0 of BackwardHookFunction is a view and is being modified inplace. This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.

# %% cured
def show(module, grad_input, grad_output):
    print(grad_output)


layer = torch.nn.Linear(2, 2)
torch.nn.init.ones_(layer.weight)
torch.nn.init.zeros_(layer.bias)
layer.register_full_backward_hook(show)
model = torch.nn.Sequential(layer, torch.nn.ReLU())
x = torch.ones(1, 2, requires_grad=True)
model(x).sum().backward()
# > (tensor([[1., 1.]]),)
print(x.grad)
# > tensor([[2., 2.]])

# %% switched
model = torch.nn.Sequential(layer, torch.nn.ReLU(inplace=True))
for module in model.modules():
    if hasattr(module, "inplace"):
        module.inplace = False
model(x).sum().backward()
# > (tensor([[1., 1.]]),)

# %% function_fails tags=["raises-exception"]
class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -grad


x = torch.ones(2, requires_grad=True)
y = Reverse.apply(x)
y += 1
# > RuntimeError: Output 0 of Reverse is a view and is being modified inplace. This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.

# %% function_cured
y = Reverse.apply(x)
y = y + 1
y.sum().backward()
print(x.grad)
# > tensor([-1., -1.])

# %% clone_cured
class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return -grad


x.grad = None
y = Reverse.apply(x)
y += 1
y.sum().backward()
print(x.grad)
# > tensor([-1., -1.])
