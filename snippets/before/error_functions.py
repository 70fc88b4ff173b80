# %% softly
import torch

z = torch.tensor([-2.0, 0.0, 2.0], requires_grad=True)
p = torch.sigmoid(z)
print(p)
# > tensor([0.1192, 0.5000, 0.8808], grad_fn=<SigmoidBackward0>)
p.sum().backward()
print(z.grad)
# > tensor([0.1050, 0.2500, 0.1050])

# %% own_score tags=["remove-cell"]
for k in range(3):
    alone = torch.tensor([-2.0, 0.0, 2.0])[k].requires_grad_()
    torch.sigmoid(alone).backward()
    print(alone.grad == z.grad[k])
# > tensor(True)
# > tensor(True)
# > tensor(True)

# %% students
hours = torch.tensor([1.0, 2.0, 3.0, 4.0])
passed = torch.tensor([0.0, 0.0, 1.0, 1.0])


def mistakes(b):
    decision = (hours + b > 0).float()
    return (decision - passed).abs().sum()


print(mistakes(-1.5))
# > tensor(1.)

# %% nudged
print(mistakes(-1.49), mistakes(-1.51))
# > tensor(1.) tensor(1.)

# %% smooth
def error(b):
    p = torch.sigmoid(hours + b)
    return ((p - passed) ** 2).sum()


print(error(-1.5), error(-1.49), error(-1.51))
# > tensor(0.5690) tensor(0.5731) tensor(0.5650)

# %% slope
b = torch.tensor(-1.5, requires_grad=True)
error(b).backward()
b.grad
# > tensor(0.4050)

# %% landscape
print("b     mistakes  error   slope")
# > b     mistakes  error   slope
for bias in [-3.5, -2.6, -2.4, -1.5, 20.0]:
    b = torch.tensor(bias, requires_grad=True)
    e = error(b)
    e.backward()
    print(f"{bias:<5} {mistakes(bias):<9} {e:.4f}  {b.grad:.4f}")
# > -3.5  1.0       0.5690  -0.4050
# > -2.6  0.0       0.3540  -0.0465
# > -2.4  0.0       0.3540  0.0465
# > -1.5  1.0       0.5690  0.4050
# > 20.0  2.0       2.0000  0.0000

# %% staircase tags=["hide-input"]
import matplotlib.pyplot as plt

biases = torch.linspace(-7, 3, 401, requires_grad=True)
guesses = torch.sigmoid(hours + biases[:, None])
smooth = ((guesses - passed) ** 2).sum(dim=1)
smooth.sum().backward()
count = [mistakes(bias).item() for bias in biases.detach()]
fig, (top, bottom) = plt.subplots(2, figsize=(6.4, 6), sharex=True)
right = [b.item() for b, c in zip(biases, count) if c == 0]
start = 0
for k in range(1, len(count) + 1):
    if k == len(count) or count[k] != count[start]:
        tread = biases.detach()[start:k]
        top.plot(tread, [count[start]] * (k - start), "C1-")
        start = k
top.set_title("mistakes, counted")
bottom.plot(biases.detach(), smooth.detach(), "C0-")
lowest = biases[smooth.argmin()].item()
bottom.plot(lowest, smooth.min().item(), "ko")
bottom.set_title("smooth error")
bottom.set_xlabel("$b$")
falls = (biases.grad[biases < lowest - 0.02] < 0).all()
rises = (biases.grad[biases > lowest + 0.02] > 0).all()
fig.set_label(
    "Two errors over b from -7 to 3. The count of mistakes is a "
    f"staircase: it goes down from {count[0]:.0f} to {min(count):.0f} "
    f"between b = {right[0]:.0f} and b = {right[-1]:.0f} and up again "
    f"to {count[-1]:.0f}, flat on each step. The smooth error is a "
    "valley with its lowest point "
    f"at b = {lowest:.1f}. To the left of it the slope is "
    f"{'negative' if falls else 'not negative'} everywhere, to the "
    f"right {'positive' if rises else 'not positive'}."
)
# > Two errors over b from -7 to 3. The count of mistakes is a staircase: it goes down from 2 to 0 between b = -3 and b = -2 and up again to 2, flat on each step. The smooth error is a valley with its lowest point at b = -2.5. To the left of it the slope is negative everywhere, to the right positive.

# %% curves tags=["hide-input"]
from gradbook import slider

line = torch.linspace(-6, 6, 241, requires_grad=True)
sigmoid = torch.sigmoid(line)
sigmoid.sum().backward()
xs, slopes = line.detach(), line.grad
fig, (top, bottom) = plt.subplots(2, figsize=(6.4, 6), sharex=True)
top.plot(xs[xs < 0], 0 * xs[xs < 0], "C1--", label="step")
top.plot(xs[xs > 0], 0 * xs[xs > 0] + 1, "C1--")
top.plot(xs, sigmoid.detach(), "C0-", label="sigmoid")
top.set_title("value")
top.legend()
bottom.plot(xs[xs < 0], 0 * xs[xs < 0], "C1--", label="step")
bottom.plot(xs[xs > 0], 0 * xs[xs > 0], "C1--")
bottom.plot(0, 0, "C1o", markerfacecolor="white")
bottom.plot(xs, slopes, "C0-", label="sigmoid")
bottom.set_title("derivative")
bottom.set_xlabel("score $z$")
high, flat, place = torch.sigmoid(torch.tensor(2.0)).item(), 0, 2
(dot,) = top.plot(place, high, "C0o")
(other,) = top.plot(place, 1, "C1s")
(hill,) = bottom.plot(place, high * (1 - high), "C0o")
(plain,) = bottom.plot(place, flat, "C1s")
summit = round(xs[slopes.argmax()].item())
fig.set_label(
    "Step and sigmoid above, their derivatives below. The step jumps "
    "from 0 to 1 at score 0; its derivative is 0 on both sides and "
    "missing at the jump. The sigmoid rises from "
    f"{sigmoid[0]:.4f} at -6 to {sigmoid[-1]:.4f} at 6; its derivative "
    f"is a hill with its top, {slopes.max():.2f}, at "
    f"{summit}, and {slopes[0]:.4f} at both ends. Points mark the "
    f"score {place}: there the sigmoid is {high:.4f} and its slope "
    f"{high * (1 - high):.4f}."
)
slider(
    {
        dot: "z, s",
        other: "z, (1 + z / abs(z)) / 2",
        hill: "z, d(s, z)",
        plain: "z, 0 * z / abs(z)",
    },
    "At the score {z:.1f} the sigmoid is {s:.4f}, "
    "and its slope is {d(s, z):.4f}.",
    z=(-6, 6, 2, 0.1),
    s="sigmoid(z)",
)
# > Step and sigmoid above, their derivatives below. The step jumps from 0 to 1 at score 0; its derivative is 0 on both sides and missing at the jump. The sigmoid rises from 0.0025 at -6 to 0.9975 at 6; its derivative is a hill with its top, 0.25, at 0, and 0.0025 at both ends. Points mark the score 2: there the sigmoid is 0.8808 and its slope 0.1050.

# %% quotient tags=["hide-input"]
from gradbook import derivative, gradient, identity

gradient(
    "1/(1 + e^(-z))",
    z="-1/q^2 * (-e^(-z))",
    where={"q": "1 + e^(-z)"},
    name="sigma",
)
# > dsigma/dz = -1/q^2 * (-e^(-z)) (proved: SymPy, ...)

# %% other_factor tags=["hide-input"]
identity("e^(-z)/q = 1 - 1/q", where={"q": "1 + e^(-z)"})
# > e^(-z)/q = 1 - 1/q (proved: SymPy, ...)

# %% sigmoid_rule tags=["hide-input"]
derivative(
    lambda z: 1 / (1 + torch.exp(-z)), "sigma(1 - sigma)", name="sigma"
)
# > dsigma/dz = sigma(1 - sigma) (proved: SymPy, ...)

# %% by_hand
with torch.no_grad():
    print(p * (1 - p))
# > tensor([0.1050, 0.2500, 0.1050])

# %% largest_slope tags=["hide-input"]
identity("p(1-p) = 1/4 - (p - 1/2)^2")
# > p(1-p) = 1/4 - (p - 1/2)^2 (proved: SymPy, ...)

# %% comparison
z = torch.tensor([-2.0, 0.5, 2.0], requires_grad=True)
decision = (z > 0).float()
print(decision, decision.requires_grad)
# > tensor([0., 1., 1.]) False

# %% heaviside
decision = torch.heaviside(z, torch.tensor(0.0))
print(decision)
# > tensor([0., 1., 1.], grad_fn=<NotImplemented>)

# %% heaviside_backward tags=["raises-exception"]
decision.sum().backward()
# > RuntimeError: derivative for aten::heaviside is not implemented

# %% rounded
decision = torch.round(torch.sigmoid(z))
print(decision)
# > tensor([0., 1., 1.], grad_fn=<RoundBackward0>)
decision.sum().backward()
print(z.grad)
# > tensor([0., 0., 0.])

# %% other_roundings tags=["remove-cell"]
for step in [torch.floor, torch.ceil, torch.trunc, torch.sign]:
    s = torch.tensor([-1.5, 0.0, 2.5], requires_grad=True)
    step(s).sum().backward()
    print(s.grad.tolist())
# > [0.0, 0.0, 0.0]
# > [0.0, 0.0, 0.0]
# > [0.0, 0.0, 0.0]
# > [0.0, 0.0, 0.0]

# %% saturated
z = torch.tensor([-20.0, 20.0], requires_grad=True)
p = torch.sigmoid(z)
print(p)
# > tensor([2.0612e-09, 1.0000e+00], grad_fn=<SigmoidBackward0>)
p.sum().backward()
print(z.grad)
# > tensor([2.0612e-09, 0.0000e+00])

# %% too_early tags=["raises-exception"]
z = hours + torch.tensor(-1.5, requires_grad=True)
decision = (torch.sigmoid(z) > 0.5).float()
loss = ((decision - passed) ** 2).sum()
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% in_time
b = torch.tensor(-1.5, requires_grad=True)
p = torch.sigmoid(hours + b)
loss = ((p - passed) ** 2).sum()
loss.backward()
print(b.grad)
# > tensor(0.4050)
print((p > 0.5).float())
# > tensor([0., 1., 1., 1.])

# %% from_value
z = torch.logit(torch.tensor([0.5, 0.8])).requires_grad_()
p = torch.sigmoid(z)
p.sum().backward()

# %% from_value_answer
print(p)
# > tensor([0.5000, 0.8000], grad_fn=<SigmoidBackward0>)
print(z.grad)
# > tensor([0.2500, 0.1600])

# %% scaled
x = torch.tensor(0.0, requires_grad=True)
y = 3 * torch.sigmoid(2 * x)
y.backward()

# %% scaled_answer
print(y)
# > tensor(1.5000, grad_fn=<MulBackward0>)
print(x.grad)
# > tensor(1.5000)

# %% sign
z = torch.tensor([-3.0, 0.1, 3.0], requires_grad=True)
y = torch.sign(z) * z
y.sum().backward()

# %% sign_answer
print(z.grad)
# > tensor([-1.,  1.,  1.])

# %% steeper
for k in [1, 2, 4, 8, 40]:
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    torch.sigmoid(k * x).sum().backward()
    print(k, x.grad)
# > 1 tensor([0.2500, 0.1966])
# > 2 tensor([0.5000, 0.2100])
# > 4 tensor([1.0000, 0.0707])
# > 8 tensor([2.0000, 0.0027])
# > 40 tensor([10.,  0.])
