"""What every object that holds key material has in common: it neither shows itself nor leaves the process.

A traceback, a log line or a debugger that prints such an object prints `<redacted>`; pickle and copy are refused,
since both would leave key material where nobody looks for it.
"""

from typing import NoReturn, SupportsIndex


class Secret:
    """Prints `<redacted>`; refuses to be pickled or copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<redacted>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("An object that holds key material is neither pickled nor copied.")
