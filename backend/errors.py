"""Every error that a caller can act on.

MinhuError                 500
├── BadInput               400  what was sent cannot be used; the sentence says why
│   └── BadFilter          422  what was asked for is no period, filter, group or version
├── NotSignedIn            401
├── NotAllowed             403  signed in, but not this
├── NotFound               404  not there, or not for these eyes
├── Conflict               409  somebody else was first, or the step is not allowed now
├── TooLarge               413
├── UnsupportedMedia       415  a kind of file that we do not keep
└── TooManyWaiting         429  answer what was sent before; the caller may come again later
"""


class MinhuError(Exception):
    status_code = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(MinhuError):
    status_code = 400


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
