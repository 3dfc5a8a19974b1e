"""`minhu staff-…`: accounts of staff."""

from typing import Annotated

import typer

Role = Annotated[str, typer.Option(help="dispatcher handler supervisor leader admin")]


def add(
    username: str,
    role: Role,
    unit: Annotated[str, typer.Option(help="the code of their unit")],
    name: Annotated[str, typer.Option(help="as residents are shown it")],
) -> None:
    """Make an account for a member of staff; asks for the password twice."""
    from backend.settings import Settings
    from bot.cli.setup import add_staff

    add_staff(Settings(), username, role=role, unit=unit, name=name, password=_new_password())
    print(f"{username} may sign in as {role} of {unit}")


def list_accounts() -> None:
    """Print every account: name, role, unit, and whether it may sign in."""
    from backend.settings import Settings
    from bot.cli.setup import staff_lines

    print("\n".join(staff_lines(Settings())))


def change_password(username: str) -> None:
    """Set a new password, asked for twice, and end the account's sign-ins."""
    from backend.settings import Settings
    from bot.cli.setup import change_staff_password

    change_staff_password(Settings(), username, _new_password())


def disable(username: str) -> None:
    """Let the account sign in no more, and end its sign-ins."""
    from backend.settings import Settings
    from bot.cli.setup import set_staff_active

    set_staff_active(Settings(), username, active=False)


def enable(username: str) -> None:
    """Let a disabled account sign in again."""
    from backend.settings import Settings
    from bot.cli.setup import set_staff_active

    set_staff_active(Settings(), username, active=True)


def second_factor(
    username: str,
    off: Annotated[bool, typer.Option("--off", help="ask for no code any more")] = False,
) -> None:
    """Ask for a code of an authenticator app at each sign-in; print its QR code and address."""
    import segno

    from backend.settings import Settings
    from bot.cli.setup import end_second_factor, start_second_factor

    if off:
        end_second_factor(Settings(), username)
        return
    address = start_second_factor(Settings(), username)
    segno.make(address).terminal(compact=True)
    print(address)


def _new_password() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
