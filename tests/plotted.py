"""What a plot's cell gives: each figure as SVG and in words, made in a fresh process as a page has one."""

import json
import os
import subprocess
import sys

DRIVER = """
import json, sys
from gradbook.plots import figures as plots
plots.style()
assert "matplotlib" not in sys.modules
assert plots.collect() == []
assert "matplotlib" not in sys.modules
results = []
for code in json.load(sys.stdin):
    exec(code, {})
    try:
        results.append(plots.collect())
    except plots.NotDrawable as refusal:
        results.append([type(refusal).__name__, str(refusal)])
    assert plots.collect() == []  # closed
print(json.dumps(results))
"""


def collected(*codes: str, seed: str = "0") -> list:
    """What plots.collect returns after each snippet, in a fresh process as a page has one."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRIVER],
        input=json.dumps(codes),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)
