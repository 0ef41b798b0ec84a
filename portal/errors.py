"""What can go wrong on the way to a person's data, in kinds that pages and commands know how to say.

No error holds a name, a number or any other text of a person.
"""


class PortalError(Exception):
    """Anything the portal refuses for a reason of its own."""


class NotOpenError(PortalError):
    """Nothing is open to this reader here; whether a person exists is not told."""


class UnavailableError(PortalError):
    """The trail, the keys or the database cannot be relied on just now, so nothing opens."""


class TamperedError(PortalError):
    """Something sealed does not open as what it claims to be: it was altered, moved or swapped in the database."""


class ConflictError(PortalError):
    """What was to be changed has changed since it was read; look again and decide anew."""


class SettingsError(PortalError):
    """The settings file is missing or says something the portal cannot work with."""
