"""Roles of a process: everything, or one part of several processes over one PostgreSQL."""

from enum import StrEnum


class Role(StrEnum):
    """`web` answers HTTP, `worker` takes turns and sends, `clock` sweeps."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    CLOCK = "clock"

    @property
    def serves(self) -> bool:
        return self in (Role.ALL, Role.WEB)

    @property
    def works(self) -> bool:
        return self in (Role.ALL, Role.WORKER)

    @property
    def keeps_clock(self) -> bool:
        return self in (Role.ALL, Role.CLOCK)
