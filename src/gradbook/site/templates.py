"""The theme's templates, compiled once and not in every build: a tenth of a small one. Knows Jinja."""

from __future__ import annotations

import os
from contextlib import suppress

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Compiled(FileSystemBytecodeCache):
    """Compiled templates in a folder. One that cannot be read or written only means to compile again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever the damage: it is unpickled
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full or read-only disk costs time, not truth
            os.makedirs(self.directory, exist_ok=True)
            super().dump_bytecode(bucket)
