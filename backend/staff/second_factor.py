"""The second factor: codes of an authenticator app (TOTP, RFC 6238)."""

import hmac
from datetime import datetime

import pyotp

from backend.models.staff import Role, StaffAccount

IN_PRODUCTION = frozenset({Role.LEADER, Role.ADMIN})  # roles that need one there
STEPS_APART = 1  # the app's clock may be half a minute off
ISSUER = "Minhu"


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """The `otpauth://` address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accept(staff: StaffAccount, code: str, *, now: datetime) -> bool:
    """True if the code is right. An accepted code and earlier ones are not accepted again."""
    if staff.totp_secret is None:
        return True
    totp = pyotp.TOTP(staff.totp_secret)
    current = totp.timecode(now)
    for step in range(current - STEPS_APART, current + STEPS_APART + 1):
        is_right = hmac.compare_digest(totp.generate_otp(step).encode(), code.strip().encode())
        if is_right and step > staff.totp_step:
            staff.totp_step = step
            return True
    return False
