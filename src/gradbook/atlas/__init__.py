"""The atlas of derivatives: every differentiable operator of torch, executed, and what came of it.

Pages call operators("trigonometry"). `groups` says what stands where, `listed` reads torch's list, `samples` makes
functions of its sample inputs; `trials` and `awkward` run them; `entry` puts what came of it into one line of words,
which a build compares, and `figure` into HTML.
"""

from gradbook.atlas.entry import Entry
from gradbook.atlas.figure import Atlas, LeftOut, left_out, operators

__all__ = ["Atlas", "Entry", "LeftOut", "left_out", "operators"]
