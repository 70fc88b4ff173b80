# %% coin
import torch
import torch.nn.functional as F

p = torch.tensor(0.5, requires_grad=True)
log_likelihood = 7 * torch.log(p) + 3 * torch.log(1 - p)
log_likelihood.backward()
p.grad
# > tensor(8.)

# %% likelihood
def likelihood(p):
    return p**7 * (1 - p) ** 3


for guess in [0.5, 0.6, 0.7, 0.8, 0.9]:
    print(guess, f"{likelihood(guess):.6f}")
# > 0.5 0.000977
# > 0.6 0.001792
# > 0.7 0.002224
# > 0.8 0.001678
# > 0.9 0.000478

# %% underflow
p = torch.tensor(0.5, requires_grad=True)
product = p**700 * (1 - p) ** 300
product.backward()
print(product.detach(), p.grad)
# > tensor(0.) tensor(0.)

# %% no_underflow
p = torch.tensor(0.5, requires_grad=True)
total = 700 * torch.log(p) + 300 * torch.log(1 - p)
total.backward()
print(total.detach(), p.grad)
# > tensor(-693.1472) tensor(800.)

# %% three_slopes
for guess in [0.5, 0.7, 0.9]:
    p = torch.tensor(guess, requires_grad=True)
    (7 * torch.log(p) + 3 * torch.log(1 - p)).backward()
    print(guess, p.grad)
# > 0.5 tensor(8.)
# > 0.7 tensor(0.)
# > 0.9 tensor(-22.2222)

# %% two_curves tags=["hide-input"]
import matplotlib.pyplot as plt

from gradbook import slider

line = torch.linspace(0.02, 0.98, 193)
log_line = 7 * torch.log(line) + 3 * torch.log(1 - line)
top = line[log_line.argmax()].item()
fig, (upper, lower) = plt.subplots(2, figsize=(6.4, 6), sharex=True)
upper.plot(line, likelihood(line))
upper.axvline(top, color="gray", linewidth=1)
upper.set_title("likelihood")
lower.plot(line, log_line)
lower.axvline(top, color="gray", linewidth=1)
words, tangents, dots, notes = [], [], [], []
for guess in [0.5, 0.7, 0.9]:
    p = torch.tensor(guess, requires_grad=True)
    height = 7 * torch.log(p) + 3 * torch.log(1 - p)
    height.backward()
    near = torch.tensor([guess - 0.09, guess + 0.09])
    tangent = height.detach() + p.grad * (near - guess)
    tangents += lower.plot(near, tangent, "C1-")
    dots += lower.plot(guess, height.detach(), "C1o")
    note = lower.annotate(
        f"{p.grad.item():.1f}".replace("-", "\N{MINUS SIGN}"),
        (guess, height.item()),
        xytext=(6, 8),
        textcoords="offset points",
    )
    notes.append(note)
    words.append(f"{p.grad.item():.1f} at {guess}")
lower.set(title="log-likelihood", xlabel="$p$", ylim=(-22, -2))
fig.set_label(
    "The likelihood and the log-likelihood of 7 heads and 3 tails over "
    f"p. Both are highest at p = {top:.2f}. Slopes of the "
    f"log-likelihood, drawn as tangents: {', '.join(words)}."
)
slider(
    {
        tangents[0]: "t + p - 0.5, L + d(L, p) * (t - 0.5)",
        dots[0]: "p, L",
        notes[0]: ("p, L", "{d(L, p):.1f}"),
    },
    "At p = {p:.2f} the log-likelihood is {L:.2f}, "
    "and its slope is {d(L, p):.1f}.",
    p=(0.1, 0.92, 0.5, 0.01),
    L="7 * log(p) + 3 * log(1 - p)",
)
# > The likelihood and the log-likelihood of 7 heads and 3 tails over p. Both are highest at p = 0.70. Slopes of the log-likelihood, drawn as tangents: 8.0 at 0.5, 0.0 at 0.7, -22.2 at 0.9.

# %% log_rises tags=["remove-cell"]
rising = torch.tensor([1e-30, 0.02, 0.5, 0.98, 1.0, 7.0])
print((torch.log(rising[1:]) > torch.log(rising[:-1])).all())
# > tensor(True)

# %% coin_rule tags=["hide-input"]
from gradbook import gradient

gradient(
    "k log(p) + (n - k) log(1 - p)",
    name="ℓ",
    domain="0 < p < 1",
    p="k/p - (n - k)/(1 - p)",
)
# > dℓ/dp = k/p - (n - k)/(1 - p) (proved: SymPy, ...)

# %% one_example
z = torch.tensor(0.5, requires_grad=True)
p = torch.sigmoid(z)
loss = -torch.log(p)
loss.backward()
print(p)
# > tensor(0.6225, grad_fn=<SigmoidBackward0>)
print(loss)
# > tensor(0.4741, grad_fn=<NegBackward0>)
print(z.grad)
# > tensor(-0.3775)

# %% surprise tags=["hide-input"]
chances = torch.linspace(0.01, 1, 199)
fig, ax = plt.subplots(figsize=(6.4, 4))
ax.plot(chances, -torch.log(chances))
marked = torch.tensor([0.1, 0.5, 0.9])
ax.plot(marked, -torch.log(marked), "ko")
for chance in marked:
    ax.annotate(
        f"{-torch.log(chance):.2f}",
        (chance, -torch.log(chance)),
        xytext=(8, 6),
        textcoords="offset points",
    )
ax.set(xlabel="$p$, given to what happened", ylabel="loss $-\\log p$")
losses = [f"{-torch.log(c):.2f} at {c:.1f}" for c in marked]
fig.set_label(
    "The loss -log p over p. It falls all the way from very large "
    f"values near p = 0 to 0 at p = 1: {', '.join(losses)}."
)
# > The loss -log p over p. It falls all the way from very large values near p = 0 to 0 at p = 1: 2.30 at 0.1, 0.69 at 0.5, 0.11 at 0.9.

# %% difference
print(p - 1)
# > tensor(-0.3775, grad_fn=<SubBackward0>)

# %% cancelled tags=["hide-input"]
from gradbook import identity

identity("-1/p * p (1 - p) = p - 1")
# > -1/p * p (1 - p) = p - 1 (proved: SymPy, ...)

# %% with_logits
z.grad = None
y = torch.tensor(1.0)
loss = F.binary_cross_entropy_with_logits(z, y)
loss.backward()
print(loss)
# > tensor(0.4741, grad_fn=<BinaryCrossEntropyWithLogitsBackward0>)
print(z.grad)
# > tensor(-0.3775)

# %% averaged tags=["remove-cell"]
pair, labels = torch.tensor([0.5, -1.0]), torch.tensor([1.0, 0.0])
one, other = (
    F.binary_cross_entropy_with_logits(pair[k], labels[k])
    for k in range(2)
)
both = F.binary_cross_entropy_with_logits(pair, labels)
print(torch.isclose(both, (one + other) / 2))
# > tensor(True)
both = F.binary_cross_entropy_with_logits(
    pair, labels, reduction="sum"
)
print(torch.isclose(both, one + other))
# > tensor(True)

# %% two_class_rule tags=["hide-input"]
gradient(
    lambda z, y: F.binary_cross_entropy_with_logits(z, y),
    name="L",
    z="sigma(z) - y",
)
# > dL/dz = sigma(z) - y (proved: SymPy, ...)

# %% three_classes
z = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
p = torch.softmax(z, dim=0)
print(p)
# > tensor([0.6590, 0.2424, 0.0986], grad_fn=<SoftmaxBackward0>)
print(-torch.log(p[0]))
# > tensor(0.4170, grad_fn=<NegBackward0>)

# %% cross_entropy
loss = F.cross_entropy(z, torch.tensor(0))
loss.backward()
print(loss)
# > tensor(0.4170, grad_fn=<NllLossBackward0>)
print(z.grad)
# > tensor([-0.3410,  0.2424,  0.0986])

# %% p_minus_y
y = torch.tensor([1.0, 0.0, 0.0])
print(p - y)
# > tensor([-0.3410,  0.2424,  0.0986], grad_fn=<SubBackward0>)

# %% many_class_rule tags=["hide-input"]
gradient(
    lambda z, y: F.cross_entropy(z, y),
    name="L",
    shapes={"z": "n", "y": "n"},
    domain="y probabilities",
    where={"p": "softmax(z)"},
    z_j="p_j - y_j",
)
# > dL/dz_j = p_j - y_j (proved for n = 3: SymPy, finite differences, autograd at 8 points)

# %% bell
y = torch.tensor(5.0)
print("m    -log density  half the square")
# > m    -log density  half the square
for m in [3.0, 4.0, 5.0]:
    density = torch.distributions.Normal(m, 1.0).log_prob(y)
    print(f"{m}  {-density:.4f}        {(y - m) ** 2 / 2:.1f}")
# > 3.0  2.9189        2.0
# > 4.0  1.4189        0.5
# > 5.0  0.9189        0.0

# %% squared_error_rule tags=["hide-input"]
gradient("(y - m)^2/2", m="m - y", name="L")
# > dL/dm = m - y (proved: SymPy, ...)

# %% saturated
z = torch.tensor(100.0, requires_grad=True)
y = torch.tensor(0.0)
p = torch.sigmoid(z)
print(p)
# > tensor(1., grad_fn=<SigmoidBackward0>)
loss = F.binary_cross_entropy(p, y)
loss.backward()
print(z.grad)
# > tensor(0.)

# %% own_form
z.grad = None
loss = -torch.log(1 - torch.sigmoid(z))
loss.backward()
print(loss.item(), z.grad)
# > inf tensor(nan)

# %% not_saturated
z.grad = None
F.binary_cross_entropy_with_logits(z, y).backward()
print(z.grad)
# > tensor(1.)

# %% softmax_twice
z = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
p = torch.softmax(z, dim=0)
loss = F.cross_entropy(p, torch.tensor(0))
loss.backward()
print(loss)
# > tensor(0.8021, grad_fn=<NllLossBackward0>)
print(z.grad)
# > tensor([-0.1878,  0.1363,  0.0515])

# %% lowest_twice
certain = torch.tensor([1.0, 0.0, 0.0])
print(F.cross_entropy(certain, torch.tensor(0)))
# > tensor(0.5514)

# %% half_the_size tags=["remove-cell"]
once = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
F.cross_entropy(once, torch.tensor(0)).backward()
print(z.grad / once.grad)
# > tensor([0.5508, 0.5622, 0.5226])

# %% sigmoid_twice
z = torch.tensor(0.5, requires_grad=True)
y = torch.tensor(1.0)
loss = F.binary_cross_entropy_with_logits(torch.sigmoid(z), y)
loss.backward()
print(loss)
# > tensor(0.4296, grad_fn=<BinaryCrossEntropyWithLogitsBackward0>)
print(z.grad)
# > tensor(-0.0821)

# %% logit_as_probability tags=["raises-exception"]
F.binary_cross_entropy(torch.tensor(1.5), y)
# > RuntimeError: all elements of input should be between 0 and 1

# %% coin_at_06
p = torch.tensor(0.6, requires_grad=True)
(7 * torch.log(p) + 3 * torch.log(1 - p)).backward()
print(p.grad)
# > tensor(4.1667)

# %% four_classes
z = torch.zeros(4, requires_grad=True)
F.cross_entropy(z, torch.tensor(2)).backward()
print(z.grad)
# > tensor([ 0.2500,  0.2500, -0.7500,  0.2500])

# %% soft_target
z = torch.zeros(4, requires_grad=True)
y = torch.tensor([0.25, 0.25, 0.25, 0.25])
loss = F.cross_entropy(z, y)
loss.backward()

# %% soft_target_answer
print(z.grad)
# > tensor([0., 0., 0., 0.])
print(loss)
# > tensor(1.3863, grad_fn=<DivBackward1>)

# %% three_of_four
for guess in [0.5, 0.75]:
    p = torch.tensor(guess, requires_grad=True)
    (3 * torch.log(p) + 1 * torch.log(1 - p)).backward()
    print(guess, p.grad)
# > 0.5 tensor(4.)
# > 0.75 tensor(0.)
