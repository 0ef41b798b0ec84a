"""What the plans of one person say when they are read together.

A pure function of what the viewer may read: what is hidden from the viewer never changes a byte of the answer.
The rules are one file each; ``counting`` says which days count, ``sentences`` says a clash in words.
"""

from portal.plans.clashes.clash import Clash
from portal.plans.clashes.find import find_clashes
from portal.plans.clashes.finding import ClashType
from portal.plans.clashes.settings import ClashSettings

__all__ = ["Clash", "ClashSettings", "ClashType", "find_clashes"]
