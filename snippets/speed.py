# %% measured
measured = {
    "lessons": 40,
    "cores": 2,
    "date": "2026-11-25",
    "machine": "Linux x86_64, Python 3.11.7",
    "versions": {
        "torch": "2.13.0",
        "mkdocs": "1.6.1",
        "mkdocs-material": "9.8.1",
        "mkdocs-jupyter": "0.26.3",
        "markdown-exec": "1.12.6"
    },
    "seconds": {
        "import torch": {"wall": 0.81, "cpu": 0.9, "memory": 198},
        "snippets": {"wall": 1.56, "cpu": 1.65, "memory": 263},
        "plain": {"wall": 0.81, "cpu": 0.8, "memory": 34},
        "gradbook": {"wall": 2.35, "cpu": 3.37, "memory": 326},
        "gradbook again": {"wall": 0.81, "cpu": 0.8, "memory": 36},
        "markdown-exec": {"wall": 3.5, "cpu": 3.57, "memory": 287},
        "plain edit": {"wall": 1.22},
        "gradbook edit": {"wall": 1.08},
        "mkdocs-jupyter": {"wall": 106.28, "cpu": 96.83, "memory": 422}
    }
}

# %% table
seconds = measured["seconds"]
print(f"{'':16}{'wall s':>8}{'CPU s':>8}{'MiB':>6}")
# >                   wall s   CPU s   MiB
for name, row in seconds.items():
    cpu, memory = row.get("cpu", ""), row.get("memory", "")
    print(f"{name:16}{row['wall']:8}{cpu:>8}{memory:>6}")
# > import torch        0.81     0.9   198
# > snippets            1.56    1.65   263
# > plain               0.81     0.8    34
# > gradbook            2.35    3.37   326
# > gradbook again      0.81     0.8    36
# > markdown-exec        3.5    3.57   287
# > plain edit          1.22
# > gradbook edit       1.08
# > mkdocs-jupyter    106.28   96.83   422

# %% limit
own = seconds["snippets"]["wall"] - seconds["import torch"]["wall"]
limit = (
    seconds["import torch"]["wall"]
    + own / measured["cores"]
    + seconds["plain"]["wall"]
)
print(f"limit {limit:.2f} s, build {seconds['gradbook']['wall']:.2f} s")
# > limit 2.00 s, build 2.35 s

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

names = {
    "plain": "nothing run",
    "gradbook again": "Gradbook, unchanged",
    "gradbook": "Gradbook",
    "markdown-exec": "markdown-exec",
    "mkdocs-jupyter": "mkdocs-jupyter",
}
fig, ax = plt.subplots(figsize=(5, 2.6))
bars = ax.barh(
    list(names.values()), [seconds[name]["cpu"] for name in names]
)
ax.bar_label(bars, fmt="%.1f", padding=3)
ax.invert_yaxis()
ax.set_xscale("log")
ax.set_xlim(right=4 * seconds["mkdocs-jupyter"]["cpu"])
ax.set_xlabel("CPU seconds, logarithmic")
ax.grid(False)
fig.set_label(
    "CPU seconds of a build, on a logarithmic scale: "
    + ", ".join(
        f"{label} {seconds[name]['cpu']:.1f}"
        for name, label in names.items()
    )
    + "."
)
# > CPU seconds of a build, on a logarithmic scale: nothing run 0.8, Gradbook, unchanged 0.8, Gradbook 3.4, markdown-exec 3.6, mkdocs-jupyter 96.8.

# %% quicker
from gradbook import winner

walls = {
    name: seconds[name]["wall"]
    for name in ("gradbook", "markdown-exec", "mkdocs-jupyter")
}
winner(walls, margin=1.05)
# > gradbook is faster than markdown-exec and mkdocs-jupyter

# %% share
share = seconds["mkdocs-jupyter"]["cpu"] / measured["lessons"]
print(f"{share:.1f} CPU seconds a lesson")
# > 2.4 CPU seconds a lesson

# %% nearer
plain, again, cold = (
    seconds[name]["wall"]
    for name in ("plain", "gradbook again", "gradbook")
)
"the plain pages" if again - plain < cold - again else "from nothing"
# > 'the plain pages'

# %% checking
extra = seconds["gradbook"]["wall"] - limit
print(f"{extra:.2f} s beyond the limit, {extra / limit:.0%} of it")
# > 0.35 s beyond the limit, 18% of it
