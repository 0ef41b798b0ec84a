"""What can go wrong with the trail: one small tree, with nothing personal in any message."""


class TrailError(Exception):
    """Something about the trail does not hold."""


class EntryError(TrailError):
    """An entry is outside the vocabulary, too large, or not in canonical form."""


class AppendError(TrailError):
    """The entries are not in the trail, so nothing they permit may be opened."""


class CheckpointError(TrailError):
    """A checkpoint, its signature or a verifier key is malformed or does not verify."""


class ProofError(TrailError):
    """A Merkle proof does not verify, or cannot be made for these sizes."""


class SigningKeyError(TrailError):
    """The signing key file is missing, readable to others, malformed, or already there."""


class HeadFileError(TrailError):
    """The signer's state file is missing, malformed, or already there."""


class TrailForkError(TrailError):
    """What is to be signed does not extend the last head that was signed."""


class ExportError(TrailError):
    """An export directory is malformed, or does not hold what the trail holds."""


class SettingsError(TrailError):
    """The command was not told what it needs, or the configuration file cannot be used."""
