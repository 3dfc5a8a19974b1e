"""Limits of a child process that decodes what strangers send."""

import ctypes
import resource
from contextlib import suppress

_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET
_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS


def confine(*, memory_bytes: int | None = None, cpu_seconds: int | None = None) -> bool:
    """Limit this process, which must have one thread yet; it gets no network and no new rights.

    Returns False where the kernel does not let an ordinary user leave the network.
    """
    if memory_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if cpu_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    with suppress(AttributeError):  # not Linux
        libc = ctypes.CDLL(None)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(libc.unshare(_NEW_USER_AND_NETWORK) == 0)
    return False
