# %% fails
import torch


def show(module, grad_input, grad_output):
    print("hook:", grad_output)


class Model(torch.nn.Module):
    def forward(self, x):
        return {"y": x * 2}


model = Model()
model.register_full_backward_hook(show)
x = torch.ones(2, requires_grad=True)
model(x)["y"].sum().backward()
# > UserWarning: For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received <class 'dict'>
print(x.grad)
# > tensor([2., 2.])

# %% cured
class Model(torch.nn.Module):
    def forward(self, x):
        return (x * 2,)


model = Model()
model.register_full_backward_hook(show)
(y,) = model(x)
y.sum().backward()
# > hook: (tensor([1., 1.]),)

# %% tensor_hook
out = {"y": x * 2}
out["y"].register_hook(lambda grad: print("hook:", grad))
out["y"].sum().backward()
# > hook: tensor([1., 1.])

# %% a_list tags=["remove-cell"]
import warnings


class Listed(torch.nn.Module):
    def forward(self, x):
        return [x * 2]


ran = []
model = Listed()
model.register_full_backward_hook(lambda *a: ran.append(1))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model(x)[0].sum().backward()
assert not ran
