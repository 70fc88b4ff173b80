# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([0.0, 0.0], requires_grad=True)
y = x.exp()
y += 1
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% cured
x = torch.tensor([0.0, 0.0], requires_grad=True)
y = x.exp()
y = y + 1
y.sum().backward()
print(x.grad)
# > tensor([1., 1.])

# %% relu_fails tags=["raises-exception"]
x = torch.ones(2, requires_grad=True)
out = torch.relu(x)
out += x
out.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Relu, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% relu_cured
x = torch.ones(2, requires_grad=True)
out = torch.relu(x)
out = out + x
out.sum().backward()
print(x.grad)
# > tensor([2., 2.])

# %% module_fails tags=["raises-exception"]
model = torch.nn.Sequential(
    torch.nn.Sigmoid(), torch.nn.ReLU(inplace=True)
)
x = torch.zeros(2, requires_grad=True)
model(x).sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Sigmoid, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% module_cured
model = torch.nn.Sequential(torch.nn.Sigmoid(), torch.nn.ReLU())
x = torch.zeros(2, requires_grad=True)
model(x).sum().backward()
print(x.grad)
# > tensor([0.2500, 0.2500])

# %% step_fails tags=["raises-exception"]
w = torch.tensor([2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25)
loss = (w**2).sum()
loss.backward(retain_graph=True)
optimizer.step()
loss.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [1]] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% step_cured
w = torch.tensor([2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25)
for _ in range(2):
    loss = (w**2).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(w.grad, w.data)
# > tensor([4.]) tensor([1.])
# > tensor([2.]) tensor([0.5000])

# %% fill_fails tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
y = torch.ones(3)
for i in range(1, 3):
    y[i] = y[i - 1] * x
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []], which is output 0 of AsStrided, is at version 2; expected version 1 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% fill_cured
x = torch.tensor(2.0, requires_grad=True)
y = [torch.tensor(1.0)]
for _ in range(2):
    y.append(y[-1] * x)
torch.stack(y).sum().backward()
print(x.grad)
# > tensor(5.)

# %% filled tags=["remove-cell"]
assert torch.stack(y).sum() == 1 + x + x**2

# %% function_fails tags=["raises-exception"]
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


x = torch.tensor([3.0], requires_grad=True)
a = 1 * x
y = Square.apply(a)
a += 1
y.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [1]], which is output 0 of Add, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% function_cured
x = torch.tensor([3.0], requires_grad=True)
a = 1 * x
y = Square.apply(a)
a = a + 1
y.backward()
print(x.grad)
# > tensor([6.])

# %% embedding_fails tags=["raises-exception"]
table = torch.nn.Embedding(3, 2, max_norm=1.0)
size = (table.weight**2).sum()
row = table(torch.tensor([1])).sum()
(size + row).backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [3, 2]] is at version 2; expected version 1 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% embedding_cured
table = torch.nn.Embedding(3, 2, max_norm=1.0)
row = table(torch.tensor([1])).sum()
size = (table.weight**2).sum()
(size + row).backward()

# %% embedding_right tags=["remove-cell"]
expected = 2 * table.weight.detach()
expected[1] += 1
assert torch.allclose(table.weight.grad, expected)

# %% anomaly tags=["raises-exception"]
import warnings

x = torch.zeros(2, requires_grad=True)
with (
    warnings.catch_warnings(record=True) as told,
    torch.autograd.set_detect_anomaly(True),
):
    y = x.exp()
    y += 1
    y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there or anywhere later. Good luck!

# %% told
lines = str(told[-1].message).split("\n")
print(lines[0])
# > Error detected in ExpBackward0. Traceback of forward call that caused the error:
print(lines[-2].strip())
# > y = x.exp()

# %% loop tags=["remove-cell"]
x = torch.zeros(2, requires_grad=True)
h = x * 1
total = 0
with (
    warnings.catch_warnings(record=True) as looped,
    torch.autograd.set_detect_anomaly(True),
):
    for _ in range(2):
        h += 1
        total = total + h.sin().sum()
    try:
        total.backward()
        raise AssertionError
    except RuntimeError as error:
        assert "modified by an inplace" in str(error)
assert "h.sin()" in str(looped[-1].message).split("\n")[-2]

# %% not_this
x = torch.tensor([0.0, 0.0], requires_grad=True)
y = x.exp()
y.data += 1
y.sum().backward()
print(x.grad)
# > tensor([2., 2.])
