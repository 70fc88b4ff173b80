"""Models as people write them, drawn as on a page: layers of torch.nn, loops over cells, attention,
transforms, checkpoints, functions of an author's own, and the losses above them."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from drawings import recorded
from torch import nn

from gradbook import draw
from gradbook.graph.figure import Picture

MODELS: dict[str, Callable[[], Picture]] = {}


def model(function: Callable[[], Picture]) -> Callable[[], Picture]:
    """Lists a model, with the recorder in it and the same weights each time."""
    run = recorded(function)

    def drawn() -> Picture:
        torch.manual_seed(0)
        return run()

    MODELS[function.__name__] = drawn
    return drawn


@model
def mlp() -> Picture:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
    loss = F.mse_loss(model(torch.randn(5, 4)), torch.randn(5, 1))
    return draw(loss)


@model
def mlp_of_60_layers() -> Picture:
    layers = [layer for _ in range(60) for layer in (nn.Linear(4, 4), nn.Tanh())]
    model = nn.Sequential(*layers)
    loss = model(torch.randn(3, 4)).pow(2).mean()
    return draw(loss)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
        self.norm1, self.norm2 = (nn.BatchNorm2d(4) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = self.norm1(self.conv1(x)).relu()
        return F.relu(x + self.norm2(self.conv2(inner)))


@model
def convolutions() -> Picture:
    stem, block, head = nn.Conv2d(1, 4, 3), Residual(), nn.Linear(4, 3)
    x, labels = torch.randn(2, 1, 8, 8), torch.tensor([0, 2])
    h = F.max_pool2d(stem(x).relu(), 2)
    h = block(h)
    h = F.adaptive_avg_pool2d(h, 1).flatten(1)
    loss = F.cross_entropy(head(h), labels)
    return draw(loss)


@model
def lstm() -> Picture:
    lstm, head = nn.LSTM(3, 4), nn.Linear(4, 1)
    states, _ = lstm(torch.randn(5, 2, 3))
    loss = head(states[-1]).pow(2).mean()
    return draw(loss)


@model
def lstm_in_both_directions() -> Picture:
    lstm, head = nn.LSTM(3, 4, num_layers=2, bidirectional=True), nn.Linear(8, 1)
    states, _ = lstm(torch.randn(5, 2, 3))
    loss = head(states[-1]).pow(2).mean()
    return draw(loss)


@model
def lstm_cell_in_a_loop() -> Picture:
    cell, head = nn.LSTMCell(3, 4), nn.Linear(4, 1)
    h = c = torch.zeros(2, 4)
    for x in torch.randn(10, 2, 3):
        h, c = cell(x, (h, c))
    loss = head(h).pow(2).mean()
    return draw(loss)


@model
def rnn() -> Picture:
    rnn = nn.RNN(3, 4)
    states, last = rnn(torch.randn(3, 2, 3))
    loss = states.pow(2).mean() + last.sum()
    return draw(loss)


@model
def gru() -> Picture:
    gru = nn.GRU(3, 4)
    states, _ = gru(torch.randn(3, 2, 3))
    loss = states.pow(2).mean()
    return draw(loss)


@model
def transformer_layer() -> Picture:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    out = layer(torch.randn(2, 3, 8))
    loss = out.pow(2).mean()
    return draw(loss)


@model
def transformer_layer_with_dropout() -> Picture:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1)
    out = layer(torch.randn(3, 2, 8))
    loss = out.pow(2).mean()
    return draw(loss)


@model
def transformer_of_4_layers() -> Picture:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
    loss = encoder(torch.randn(2, 3, 8)).pow(2).mean()
    return draw(loss)


@model
def two_losses_of_a_gan() -> Picture:
    generator = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3))
    critic = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
    real, ones, zeros = torch.randn(5, 3), torch.ones(5, 1), torch.zeros(5, 1)
    fake = generator(torch.randn(5, 2))
    score = F.binary_cross_entropy_with_logits
    critic_loss = score(critic(real), ones) + score(critic(fake.detach()), zeros)
    generator_loss = score(critic(fake), ones)
    return draw(critic_loss, generator_loss)


@model
def attention_by_hand() -> Picture:
    Q, K, V = (torch.randn(3, 4, requires_grad=True) for _ in range(3))
    scores = Q @ K.T / 4**0.5
    weights = torch.softmax(scores, dim=-1)
    out = weights @ V
    loss = out.sum()
    return draw(loss)


@model
def attention_of_torch() -> Picture:
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    x = torch.randn(2, 3, 8)
    out, weights = attention(x, x, x)
    loss = out.pow(2).mean()
    return draw(loss)


@model
def attention_in_one_kernel() -> Picture:
    q, k, v = (torch.randn(1, 2, 3, 4, requires_grad=True) for _ in range(3))
    out = F.scaled_dot_product_attention(q, k, v)
    loss = out.sum()
    return draw(loss)


@model
def inside_torch_func_grad() -> Picture:
    seen = []

    def f(x: torch.Tensor) -> torch.Tensor:
        y = (x * x.sin()).sum()
        seen.append(draw(y))
        return y

    torch.func.grad(f)(torch.tensor([1.0, 2.0]))
    return seen[0]


@model
def above_jacrev_and_vmap() -> Picture:
    W = torch.randn(2, 2, requires_grad=True)
    J = torch.func.jacrev(lambda x: torch.tanh(W @ x))(torch.tensor([0.5, 1.0]))
    each = torch.func.vmap(lambda x: (W @ x).sum())(torch.randn(3, 2))
    total = J.pow(2).sum() + each.sum()
    return draw(total)


@model
def checkpoint_without_reentry() -> Picture:
    from torch.utils.checkpoint import checkpoint

    first, second = nn.Linear(3, 3), nn.Linear(3, 1)
    h = checkpoint(lambda x: first(x).relu(), torch.randn(2, 3), use_reentrant=False)
    loss = second(h).mean()
    return draw(loss)


@model
def checkpoint_with_reentry() -> Picture:
    from torch.utils.checkpoint import checkpoint

    first, second = nn.Linear(3, 3), nn.Linear(3, 1)
    x = torch.randn(2, 3, requires_grad=True)
    loss = second(checkpoint(lambda x: first(x).relu(), x, use_reentrant=True)).mean()
    return draw(loss)


class Cube(torch.autograd.Function):
    """The double-backward tutorial of PyTorch."""

    @staticmethod
    def forward(x):
        return x**3, 3 * x**2

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0], output[1])

    @staticmethod
    def backward(ctx, grad_output, grad_slope):
        x, slope = ctx.saved_tensors
        return CubeBackward.apply(grad_output, grad_slope, x, slope)


class CubeBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, grad_output, grad_slope, x, slope):
        ctx.save_for_backward(grad_output, grad_slope, x, slope)
        return slope * grad_output + 6 * x * grad_slope

    @staticmethod
    def backward(ctx, grad):
        grad_output, grad_slope, x, slope = ctx.saved_tensors
        return slope * grad, 6 * x * grad, 6 * (x * grad_output + grad_slope) * grad, None


@model
def double_backward_of_a_function() -> Picture:
    x = torch.tensor(2.0, requires_grad=True)
    out, _ = Cube.apply(x)
    (grad_x,) = torch.autograd.grad(out, x, create_graph=True)
    return draw(grad_x)


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.factor, None


@model
def function_of_an_author() -> Picture:
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    y = Scale.apply(x, 3.0)
    total = (1 * y).sum()
    return draw(total)


@model
def complex_numbers() -> Picture:
    z = torch.tensor([1 + 2j, 3 - 1j], requires_grad=True)
    w = z * z.conj() + torch.fft.fft(z)
    energy = w.abs().pow(2).sum()
    return draw(energy)


@model
def weight_norm() -> Picture:
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    loss = layer(torch.randn(4, 3)).pow(2).mean()
    return draw(loss)


@model
def embedding() -> Picture:
    table, head = nn.Embedding(5, 3), nn.Linear(3, 5)
    words = torch.tensor([1, 2, 2])
    loss = F.cross_entropy(head(table(words)), words)
    return draw(loss)


@model
def compiled() -> Picture:
    model = torch.compile(nn.Linear(3, 1), backend="eager")
    loss = model(torch.randn(2, 3)).pow(2).mean()
    return draw(loss)


@model
def tied_weights() -> Picture:
    W = torch.randn(3, 2, requires_grad=True)
    x = torch.randn(4, 3)
    code = torch.tanh(x @ W)
    loss = F.mse_loss(code @ W.t(), x)
    return draw(loss)


@model
def autoencoder() -> Picture:
    encoder = nn.Sequential(nn.Linear(6, 4), nn.GELU(), nn.Linear(4, 2))
    decoder = nn.Sequential(nn.Linear(2, 4), nn.GELU(), nn.Linear(4, 6))
    x = torch.randn(3, 6)
    loss = F.l1_loss(decoder(encoder(x)), x)
    return draw(loss)


@model
def variational_autoencoder() -> Picture:
    encoder, decoder = nn.Linear(6, 4), nn.Linear(2, 6)
    x = torch.rand(3, 6)
    mean, logvar = encoder(x).chunk(2, dim=1)
    z = mean + torch.randn(3, 2) * torch.exp(0.5 * logvar)
    rebuilt = F.binary_cross_entropy_with_logits(decoder(z), x)
    divergence = -0.5 * (1 + logvar - mean**2 - logvar.exp()).mean()
    loss = rebuilt + divergence
    return draw(loss)


@model
def u_net() -> Picture:
    down, across = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
    up, last = nn.ConvTranspose2d(2, 2, 2, stride=2), nn.Conv2d(4, 1, 1)
    x = torch.randn(1, 1, 8, 8)
    skip = down(x).relu()
    h = up(across(F.avg_pool2d(skip, 2)).relu())
    loss = last(torch.cat([skip, h], dim=1)).sigmoid().mean()
    return draw(loss)


@model
def siamese_twins() -> Picture:
    net = nn.Sequential(nn.Linear(4, 3), nn.Tanh())
    left, right = net(torch.randn(2, 4)), net(torch.randn(2, 4))
    distance = (left - right).pow(2).sum(dim=1)
    loss = distance.mean()
    return draw(loss)


@model
def mixture_of_experts() -> Picture:
    gate, experts = nn.Linear(3, 4), nn.ModuleList(nn.Linear(3, 2) for _ in range(4))
    x = torch.randn(5, 3)
    weights = gate(x).softmax(dim=-1)
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    loss = (weights.unsqueeze(-1) * outs).sum(dim=1).pow(2).mean()
    return draw(loss)


@model
def layer_norm() -> Picture:
    net = nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.SiLU(), nn.Linear(6, 2))
    loss = F.smooth_l1_loss(net(torch.randn(3, 4)), torch.zeros(3, 2))
    return draw(loss)


@model
def group_norm_and_upsampling() -> Picture:
    conv, norm = nn.Conv2d(2, 4, 3, padding=1), nn.GroupNorm(2, 4)
    h = F.interpolate(norm(conv(torch.randn(1, 2, 4, 4))), scale_factor=2, mode="bilinear")
    loss = F.pad(h, (1, 1)).abs().mean()
    return draw(loss)


@model
def inner_step_of_meta_learning() -> Picture:
    w = torch.tensor([1.0, -1.0], requires_grad=True)
    x, t = torch.tensor([2.0, 3.0]), torch.tensor(1.0)
    inner = (x @ w - t) ** 2
    (slope,) = torch.autograd.grad(inner, w, create_graph=True)
    fast = w - 0.1 * slope
    outer = (x @ fast - t) ** 2
    return draw(outer)


@model
def gradient_penalty() -> Picture:
    critic = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    x = torch.randn(3, 2, requires_grad=True)
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    penalty = ((slope.norm(dim=1) - 1) ** 2).mean()
    return draw(penalty)


@model
def policy_gradient() -> Picture:
    policy = nn.Linear(3, 2)
    spread = torch.distributions.Categorical(logits=policy(torch.randn(4, 3)))
    loss = -(
        spread.log_prob(torch.tensor([0, 1, 1, 0])) * torch.tensor([1.0, 0.5, 2.0, 1.0])
    ).mean()
    return draw(loss)


@model
def views_by_their_names() -> Picture:
    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    a = x.T @ x
    b = x.t().permute(1, 0) + x.transpose(0, 1).T + x.view(3, 2).reshape(2, 3)
    c = x.unsqueeze(0).squeeze(0)[0] + x.flatten()[:3]
    total = a.sum() + b.sum() + c.sum()
    return draw(total)
