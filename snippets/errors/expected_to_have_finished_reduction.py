# %% fails tags=["raises-exception"]
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group(
    "gloo", store=dist.HashStore(), rank=0, world_size=1
)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.used = torch.nn.Linear(2, 1)
        self.unused = torch.nn.Linear(2, 1)

    def forward(self, x):
        return self.used(x)


model = DistributedDataParallel(Net())
for step in range(2):
    model(torch.ones(1, 2)).sum().backward()
# > RuntimeError: Expected to have finished reduction in the prior iteration before starting a new one. This error indicates that your module has parameters that were not used in producing loss. You can enable unused parameter detection by passing the keyword argument `find_unused_parameters=True` to `torch.nn.parallel.DistributedDataParallel`, and by
# > making sure all `forward` function outputs participate in calculating loss.
# > If you already have done the above, then the distributed data parallel module wasn't able to locate the output tensors in the return value of your module's `forward` function. Please include the loss function and the structure of the return value of `forward` of your module when reporting this issue (e.g. list, dict, iterable).
# > Parameter indices which did not receive grad for rank 0: 2 3
# >  In addition, you can set the environment variable TORCH_DISTRIBUTED_DEBUG to either INFO or DETAIL to print out information about which particular parameters did not receive gradient on this rank as part of this error

# %% found
net = Net()
net(torch.ones(1, 2)).sum().backward()
print([n for n, p in net.named_parameters() if p.grad is None])
# > ['unused.weight', 'unused.bias']

# %% cured
model = DistributedDataParallel(Net(), find_unused_parameters=True)
for step in range(2):
    model(torch.ones(1, 2)).sum().backward()
print(model.module.used.weight.grad, model.module.unused.weight.grad)
# > tensor([[2., 2.]]) None

# %% frozen tags=["remove-cell"]
net = Net()
net.unused.requires_grad_(False)
model = DistributedDataParallel(net)
for step in range(2):
    model(torch.ones(1, 2)).sum().backward()
