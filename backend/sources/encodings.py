"""Detects the encoding of a text file: UTF-8, UTF-16 or GB18030; a byte order mark may be there."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import BinaryIO

UTF_8, UTF_16, GB18030 = "utf-8-sig", "utf-16", "gb18030"


def encoding_of(path: Path) -> str:
    """The encoding of a file, by `encoding_in`."""
    with path.open("rb") as file:
        return encoding_in(file)


def encoding_in(file: BinaryIO) -> str:
    """The encoding with fewer unreadable lines, so that a single broken line does not decide.

    UTF-16 is known by its mark.
    """
    broken = {UTF_8: 0, GB18030: 0}  # unreadable lines
    if file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
        return UTF_16
    file.seek(0)
    for line in file:
        if line.isascii():
            continue
        for encoding in broken:
            broken[encoding] += not _is_readable(line, encoding)
    return min(broken, key=lambda encoding: broken[encoding])


def _is_readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
