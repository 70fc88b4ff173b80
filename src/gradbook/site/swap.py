"""A site that is built in a folder aside, and takes the place of the one before when all went well. Knows the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


class Aside:
    """A new folder beside `site` to build into. What killed builds have left there is removed."""

    def __init__(self, site: Path) -> None:
        self.site = site
        site.parent.mkdir(parents=True, exist_ok=True)
        for left in site.parent.glob(f".{site.name}-*"):
            if not _runs(left.name.split("-")[-2]):
                shutil.rmtree(left, ignore_errors=True)
        self.folder = self._new()

    def keep(self) -> None:
        """Put what was built into the site's place."""
        self.folder.chmod(0o755)  # mkdtemp's folder is private; a site is read by a server
        old = self._new()
        if self.site.exists():
            os.replace(self.site, old / "old")
        os.replace(self.folder, self.site)
        shutil.rmtree(old, ignore_errors=True)

    def drop(self) -> None:
        """Remove what was built; the site stays as it was."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _new(self) -> Path:
        """An empty folder beside the site, whose name tells which process made it."""
        prefix = f".{self.site.name}-{os.getpid()}-"
        return Path(tempfile.mkdtemp(prefix=prefix, dir=self.site.parent))


def put(content: bytes, new: Path, old: Path) -> None:
    """Write a file of the site; where the site before has the same, link to it, which takes a tenth of the time."""
    try:
        if old.read_bytes() == content:
            if not new.exists():
                os.link(old, new)
            return
    except OSError:
        pass  # there is none, or this disk has no links
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(content)


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        pass  # not a name of ours, or a process of somebody else
    return True
