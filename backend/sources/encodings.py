"""Detects the encoding of a text file: UTF-8, with or without byte order mark, or GB18030."""

from pathlib import Path

UTF_8, GB18030 = "utf-8-sig", "gb18030"


def encoding_of(path: Path) -> str:
    """The encoding with fewer unreadable lines, so that a single broken line does not decide."""
    broken = {UTF_8: 0, GB18030: 0}  # unreadable lines
    with path.open("rb") as file:
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
