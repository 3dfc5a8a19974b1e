"""Every error that a caller can act on.

MinhuError                 500
├── BadInput               400  invalid input; the message says why
│   └── BadFilter          422  invalid period, filter, group or version
├── NotSignedIn            401
├── NotAllowed             403  signed in, but without permission; the audit names it
├── NotFound               404  missing
├── Conflict               409  somebody else was first, or the step is not allowed now
├── TooLarge               413
├── UnsupportedMedia       415  a file type that we do not accept
├── TooManyWaiting         429  too many messages unanswered; the caller may retry later
└── StorageFull            507  the disk is full; the caller may retry later
"""


class MinhuError(Exception):
    status_code = 500
    field = ""  # the field of the form that is wrong, where one is known

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(MinhuError):
    status_code = 400

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class BadFilter(BadInput):
    status_code = 422


class NotSignedIn(MinhuError):
    status_code = 401


class NotAllowed(MinhuError):
    status_code = 403


class NotFound(MinhuError):
    status_code = 404


class Conflict(MinhuError):
    status_code = 409


class TooLarge(MinhuError):
    status_code = 413


class UnsupportedMedia(MinhuError):
    status_code = 415


class TooManyWaiting(MinhuError):
    status_code = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class StorageFull(MinhuError):
    status_code = 507
