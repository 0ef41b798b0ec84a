"""What can be wrong with a trail, by name, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Everything verification and signing look for."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_MALFORMED = "entry_malformed"
    ENTRY_FORGED = "entry_forged"
    ENTRY_LEFT_OUT = "entry_left_out"
    COLUMNS_ALTERED = "columns_altered"
    LEAF_ALTERED = "leaf_altered"
    LEAF_MISSING = "leaf_missing"
    LEAF_MISPLACED = "leaf_misplaced"
    LEAF_UNSIGNED = "leaf_unsigned"
    TILE_MISSING = "tile_missing"
    TILE_ALTERED = "tile_altered"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_INVALID = "checkpoint_invalid"
    CHECKPOINT_MISPLACED = "checkpoint_misplaced"
    ROOT_MISMATCH = "root_mismatch"
    TRAIL_ROLLED_BACK = "trail_rolled_back"
    TRAIL_FORKED = "trail_forked"
    VERSION_SKIPPED = "version_skipped"
    READ_OUT_OF_ORDER = "read_out_of_order"
    READ_AFTER_WITHDRAWAL = "read_after_withdrawal"
    READ_WITHOUT_GROUND = "read_without_ground"
    CONSENT_OUT_OF_ORDER = "consent_out_of_order"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: ``where`` names the leaf, tile, entry or checkpoint, ``what`` says it in a sentence."""

    fault: Fault
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} ({self.fault})"
