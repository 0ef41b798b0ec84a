"""The person as the register knows one: a random reference and an identity number.

Pure: no database, no clock.
"""

from typing import NewType

PersonId = NewType("PersonId", str)
