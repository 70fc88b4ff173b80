# %% measured
measured = {
    "lessons": 40,
    "cores": 2,
    "date": "2026-11-23",
    "machine": "Linux x86_64, Python 3.11.7",
    "versions": {
        "torch": "2.13.0",
        "mkdocs": "1.6.1",
        "mkdocs-material": "9.8.1",
        "mkdocs-jupyter": "0.26.3",
        "markdown-exec": "1.12.6"
    },
    "seconds": {
        "import torch": {"wall": 1.16, "cpu": 1.25, "memory": 206},
        "snippets": {"wall": 2.2, "cpu": 2.29, "memory": 263},
        "plain": {"wall": 1.13, "cpu": 1.12, "memory": 35},
        "gradbook": {"wall": 3.96, "cpu": 5.33, "memory": 332},
        "gradbook again": {"wall": 1.38, "cpu": 1.37, "memory": 39},
        "markdown-exec": {"wall": 5.18, "cpu": 5.25, "memory": 287},
        "plain edit": {"wall": 1.56},
        "gradbook edit": {"wall": 1.48},
        "mkdocs-jupyter": {"wall": 143.28, "cpu": 132.84, "memory": 423}
    }
}

# %% table
seconds = measured["seconds"]
print(f"{'':16}{'wall s':>8}{'CPU s':>8}{'MiB':>6}")
# >                   wall s   CPU s   MiB
for name, row in seconds.items():
    cpu, memory = row.get("cpu", ""), row.get("memory", "")
    print(f"{name:16}{row['wall']:8}{cpu:>8}{memory:>6}")
# > import torch        1.16    1.25   206
# > snippets             2.2    2.29   263
# > plain               1.13    1.12    35
# > gradbook            3.96    5.33   332
# > gradbook again      1.38    1.37    39
# > markdown-exec       5.18    5.25   287
# > plain edit          1.56
# > gradbook edit       1.48
# > mkdocs-jupyter    143.28  132.84   423

# %% limit
own = seconds["snippets"]["wall"] - seconds["import torch"]["wall"]
limit = (
    seconds["import torch"]["wall"]
    + own / measured["cores"]
    + seconds["plain"]["wall"]
)
print(f"limit {limit:.2f} s, build {seconds['gradbook']['wall']:.2f} s")
# > limit 2.81 s, build 3.96 s

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
# > CPU seconds of a build, on a logarithmic scale: nothing run 1.1, Gradbook, unchanged 1.4, Gradbook 5.3, markdown-exec 5.2, mkdocs-jupyter 132.8.

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
# > 3.3 CPU seconds a lesson

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
# > 1.15 s beyond the limit, 41% of it
