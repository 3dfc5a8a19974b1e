"""WeChat's side of the signature and the cipher, written from its documents alone.

The app uses a library for the same: a mistake in the one is not in the other.
"""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def lock(text: str, key: str, app_id: str) -> str:
    content = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(content)) + content + app_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(
        encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    ).decode()


def unlock(locked: str, key: str, app_id: str) -> str:
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(base64.b64decode(locked, validate=True)) + decryptor.finalize()
    padding = plain[-1]
    assert 1 <= padding <= BLOCK
    assert plain.endswith(bytes([padding]) * padding)
    plain = plain[16:-padding]
    (length,) = struct.unpack(">I", plain[:4])
    assert plain[4 + length :].decode() == app_id
    return plain[4 : 4 + length].decode()


def _cipher(key: str) -> Cipher[modes.CBC]:
    secret = base64.b64decode(key + "=")
    return Cipher(algorithms.AES(secret), modes.CBC(secret[:16]))
