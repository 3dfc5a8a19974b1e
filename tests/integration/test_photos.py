import io
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import pytest
from PIL import Image

from backend.attachments.decoding import Task, decode
from backend.attachments.photos import MOST_PIXELS
from backend.attachments.storage import clean_photo as clean
from backend.errors import TooLarge, UnsupportedMedia

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAKER = "PhoneMaker"
ON_ITS_SIDE = 6
# 96 × 64 on its side: a red corner and a blue one on grey, made by an encoder that we do not ship;
# beside the picture stand the maker (in EXIF and in XMP) and a place.
PHONE = (Path(__file__).parent.parent / "pictures" / "phone.heic").read_bytes()
SIZE_AT = PHONE.index(b"ispe") + 8


def a_photo(kind: str, *, orientation: int = 1) -> bytes:
    """With what phones write beside it: the maker, and the place."""
    about = Image.Exif()
    about[0x010F], about[0x0112] = MAKER, orientation
    about.get_ifd(0x8825)[2] = (30.0, 15.0, 1.0)
    buffer = io.BytesIO()
    Image.effect_noise((64, 32), 50).convert("RGB").save(buffer, kind, exif=about)
    assert MAKER.encode() in buffer.getvalue()
    return buffer.getvalue()


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


@pytest.mark.parametrize("kind", TYPES)
def test_metadata_is_removed_and_pixels_stay_unchanged(kind: str) -> None:
    photo = a_photo(kind)
    cleaned = clean(photo, TYPES[kind])
    assert MAKER.encode() not in cleaned
    assert not dict(Image.open(io.BytesIO(cleaned)).getexif())
    assert pixels(cleaned) == pixels(photo)
    assert clean(cleaned, TYPES[kind]) == cleaned


@pytest.mark.parametrize("kind", TYPES)
def test_a_photo_on_its_side_is_turned(kind: str) -> None:
    cleaned = clean(a_photo(kind, orientation=ON_ITS_SIDE), TYPES[kind])
    assert Image.open(io.BytesIO(cleaned)).size == (32, 64)
    assert MAKER.encode() not in cleaned


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(TooLarge):
        clean(buffer.getvalue(), "image/png")


def test_decompression_bomb_is_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        header = bytearray(a_photo("PNG"))
        header[16:24] = (60_000).to_bytes(4, "big") * 2
        header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
        with pytest.raises(TooLarge):
            clean(bytes(header), "image/png")


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_photo_is_stored_without_metadata(kind: str, share: float) -> None:
    photo = a_photo(kind)
    cleaned = clean(photo[: int(len(photo) * share)], TYPES[kind])
    assert cleaned[:4] == photo[:4]


def test_iphone_photo_becomes_a_jpeg_without_metadata() -> None:
    assert MAKER.encode() in PHONE
    image = Image.open(io.BytesIO(decode(Task.JPEG, PHONE)))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (64, 96), {})
    assert MAKER.encode() not in decode(Task.JPEG, PHONE)
    corner = image.getpixel((60, 4))
    assert isinstance(corner, tuple)
    assert corner[0] > 180 > 80 > max(corner[1:])  # red: it was turned the right way


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_truncated_iphone_photo_is_refused_kindly(share: float) -> None:
    with pytest.raises(UnsupportedMedia, match="照片打不开"):
        decode(Task.JPEG, PHONE[: int(len(PHONE) * share)])


def test_iphone_bomb_is_refused_before_decoding() -> None:
    bomb = PHONE[:SIZE_AT] + (30_000).to_bytes(4, "big") * 2 + PHONE[SIZE_AT + 8 :]
    with pytest.raises((TooLarge, UnsupportedMedia)):
        decode(Task.JPEG, bomb)


def test_a_large_photo_is_turned_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_here(*_: object, **__: object) -> None:
        raise AssertionError("unpacked in this process")

    about = Image.Exif()
    about[0x0112] = ON_ITS_SIDE
    written = io.BytesIO()
    Image.new("RGB", (5000, 4900)).save(written, "PNG", exif=about)
    monkeypatch.setattr(Image.Image, "load", nothing_here)
    turned = clean(written.getvalue(), "image/png")
    assert Image.open(io.BytesIO(turned)).size == (4900, 5000)


def test_more_pixels_than_allowed_are_not_turned() -> None:
    about = Image.Exif()
    about[0x0112] = ON_ITS_SIDE
    written = io.BytesIO()
    Image.new("L", (8000, 8000)).save(written, "PNG", exif=about)
    with pytest.raises(TooLarge):
        clean(written.getvalue(), "image/png")


def test_a_confined_process_has_its_limits() -> None:
    code = """
from nlu.confinement import confine
left = confine(memory_bytes=300_000_000, cpu_seconds=5)
try:
    bytearray(400_000_000)
except MemoryError:
    print("memory")
import socket
try:
    socket.create_connection(("127.0.0.1", 9), 1)
except OSError as error:
    print("network" if error.errno == 101 or not left else error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["memory", "network"]
