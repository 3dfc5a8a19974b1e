"""Removes metadata from photos (place, time, device) and turns them upright.

The picture data stays unchanged, except in photos that are stored rotated: these are re-encoded.
`turned` and `as_jpeg` unpack a photo, so they run in a child process: `attachments.decoding`.
"""

import io
import struct
from collections.abc import Iterator

import pi_heif
from PIL import Image, ImageOps

from backend.errors import TooLarge, UnsupportedMedia

HEIC, JPEG = "image/heic", "image/jpeg"
MOST_PIXELS = 25_000_000  # a decompression bomb of a few kilobytes unpacks to gigabytes
TOO_LARGE = "这张照片太大了"
QUALITY = 95
_UPRIGHT = (None, 1)
_ORIENTATION = 0x0112  # EXIF's tag
_JPEG_DROPPED = frozenset({0xE1, 0xED, 0xFE})  # EXIF and XMP, IPTC, comments
_START_OF_SCAN = 0xDA
_PNG_MARK = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0b1100


def as_jpeg(heic: bytes) -> bytes:
    """Convert an iPhone photo to an upright JPEG without metadata.

    Raises TooLarge, or UnsupportedMedia if the photo cannot be decoded: its metadata could not
    be removed, and no browser could show it.
    """
    try:
        opened = pi_heif.open_heif(io.BytesIO(heic))
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise TooLarge(TOO_LARGE)
        picture, output = opened.to_pillow(), io.BytesIO()
        colours = picture.info.get("icc_profile")
        picture.convert("RGB").save(output, "JPEG", quality=QUALITY, icc_profile=colours)
    except (OSError, ValueError, RuntimeError, EOFError, SyntaxError):
        raise UnsupportedMedia("这张照片打不开，请截个图发来") from None
    return output.getvalue()


def is_upright(content: bytes) -> bool:
    """True if it is stored upright. Raises TooLarge without unpacking the photo."""
    return _orientation(content) in _UPRIGHT


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The photo without metadata; its picture data stays as it is."""
    match media_type:
        case "image/jpeg":
            return b"".join(_jpeg(content))
        case "image/png":
            return b"".join(_png(content))
        case "image/webp":
            return _webp(content)
    return content


def _orientation(content: bytes) -> int | None:
    """EXIF orientation, from the header; None if there is none or the photo is unreadable.

    Raises TooLarge.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(TOO_LARGE)
            orientation = image.getexif().get(_ORIENTATION)
    except Image.DecompressionBombError:
        raise TooLarge(TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError, struct.error):
        return None
    return orientation if isinstance(orientation, int) else None


def turned(content: bytes) -> bytes:
    """The photo upright; unchanged if it cannot be decoded, since a truncated photo is useful."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            upright, output = ImageOps.exif_transpose(image), io.BytesIO()
            kind = image.format
            upright.save(output, kind, quality=QUALITY, icc_profile=image.info.get("icc_profile"))
    except (OSError, ValueError, SyntaxError, struct.error):
        return content
    return output.getvalue()


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Filters the segments before the picture data, and copies everything after that."""
    yield content[:2]
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != _START_OF_SCAN:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in _JPEG_DROPPED:
            yield content[at:end]
        at = end
    yield content[at:]


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_MARK
    at = len(_PNG_MARK)
    while at + 8 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in _PNG_DROPPED:
            yield content[at:end]
        at = end


def _webp(content: bytes) -> bytes:
    chunks, at = [], 12
    while at + 9 <= len(content):
        end = at + 8 + int.from_bytes(content[at + 4 : at + 8], "little")
        end += end % 2  # chunks are padded to even lengths
        chunk = content[at:end]
        if chunk[:4] == b"VP8X":  # holds the flags that announce EXIF and XMP
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if chunk[:4] not in _WEBP_DROPPED:
            chunks.append(chunk)
        at = end
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body if chunks else content
