"""A site that is built beside the one before, and takes its place when all went well. Knows the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


class StagedSite:
    """A new folder beside `site` to build into. What killed builds have left there is removed."""

    def __init__(self, site: Path) -> None:
        self.site = site
        site.parent.mkdir(parents=True, exist_ok=True)
        for folder in site.parent.glob(f".{site.name}-*"):
            if not _runs(folder.name.split("-")[-2]):
                shutil.rmtree(folder, ignore_errors=True)
        self.folder = self._new_folder()

    def publish(self) -> None:
        """Put what was built into the site's place."""
        self.folder.chmod(0o755)  # mkdtemp's folder is private; a site is read by a server
        before = self._new_folder()
        if self.site.exists():
            os.replace(self.site, before / "site")
        os.replace(self.folder, self.site)
        shutil.rmtree(before, ignore_errors=True)

    def discard(self) -> None:
        """Remove what was built; the site stays as it was."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _new_folder(self) -> Path:
        """An empty folder beside the site, whose name tells which process made it."""
        prefix = f".{self.site.name}-{os.getpid()}-"
        return Path(tempfile.mkdtemp(prefix=prefix, dir=self.site.parent))


def put(content: bytes, new: Path, old: Path) -> None:
    """Write a file of the site. Where the site before has the same, link to it: that takes a twentieth of the time."""
    if _holds(old, content):
        if new == old:
            return
        with suppress(OSError):  # this disk has no links
            os.link(old, new)
            return
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_bytes(content)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.read_bytes() == content
    except OSError:
        return False


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        pass  # not a name of ours, or a process of somebody else
    return True
