"""Which encoding a text file is in: UTF-8, with or without a mark, or GB18030."""

from pathlib import Path

UTF_8, GB18030 = "utf-8-sig", "gb18030"


def encoding_of(path: Path) -> str:
    """The one in which fewer lines cannot be read; a broken line must not decide for the others."""
    broken = {UTF_8: 0, GB18030: 0}
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            for encoding in broken:
                broken[encoding] += not _reads(line, encoding)
    return min(broken, key=lambda encoding: broken[encoding])


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
