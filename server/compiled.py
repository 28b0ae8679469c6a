"""Templates compiled once and kept in the data folder: a server that starts anew answers its first pages at once.

Compiling takes longer than all else that a first page needs, and nobody else is answered meanwhile.
"""

import hashlib
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from server import sentences, templates, tongues

FOLDER = "compiled"


class Kept(FileSystemBytecodeCache):
    """Jinja's own, for which a file that a power cut left half written is no file."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever unpickling makes of it
            bucket.reset()


def keep_compiled(data: Path) -> None:
    """Let every environment keep what it compiles under `data`, which is its owner's alone; what others left goes."""
    folder = data / FOLDER
    current = {made_by(language): language for language in tongues.LANGUAGES}
    for name, language in current.items():
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        templates.environment(language).bytecode_cache = Kept(str(folder / name))
    for other in folder.iterdir():
        if other.name not in current:
            with suppress(OSError):
                shutil.rmtree(other)


def made_by(language: str) -> str:
    """A name that changes with whatever goes into the code of a template besides its source."""
    catalogue = tongues.catalogue_of(language)
    digest = hashlib.sha256(f"{jinja2.__version__} {sys.implementation.cache_tag} {language}".encode())
    for path in (Path(sentences.__file__), Path(templates.__file__), catalogue):
        if path and path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
