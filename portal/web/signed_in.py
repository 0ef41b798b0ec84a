"""What a view starts from: who is signed in, and the parts this process works with."""

from typing import cast

from flask import current_app
from flask_login import current_user

from portal.accounts.rules import Staff
from portal.wiring import Wiring


def signed_in() -> Staff:
    """The named staff member who asks; only where the address is declared to be open to a role."""
    return cast("Staff", current_user.staff)


def wired() -> Wiring:
    """Engines, keyring, trail and doors, wired from the settings."""
    return cast("Wiring", current_app.extensions["portal"])
