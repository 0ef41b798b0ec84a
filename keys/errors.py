"""What can go wrong with keys, said so that an operator knows what to do next.

No message holds a secret, a plain text or anything about a person; it may name a file or the id of a key.
"""


class KeysError(Exception):
    """The root of everything this package raises on purpose."""


class EnvelopeError(KeysError):
    """An envelope does not open under this key in this place, or cannot be sealed for it."""


class WrapError(KeysError):
    """A wrapped key cannot be unwrapped."""


class MalformedWrapError(WrapError):
    """The wrapped key is cut short, extended, or of an unknown version."""


class UnknownRootKeyError(WrapError):
    """The wrapped key names a root key that the provider does not hold."""


class AlteredWrapError(WrapError):
    """The named root key is at hand, but the wrapped key is not what that root key wrapped."""


class WrongRootKeyError(KeysError):
    """The provider does not hold the root key that this keyring lies under."""


class DestroyedKeyError(KeysError):
    """The key was destroyed on purpose; what it sealed can never be read again."""


class KeyFileError(KeysError):
    """A root key file or a keyring file cannot be used."""


class MissingKeyFileError(KeyFileError):
    """There is no such file."""


class ExistingKeyFileError(KeyFileError):
    """The file is there already, and a key file is never overwritten."""


class ExposedKeyFileError(KeyFileError):
    """Others than the user who runs this program can reach the file, or it is no ordinary file."""


class MalformedKeyFileError(KeyFileError):
    """The file does not say what a file of its kind says."""


class ProviderError(KeysError):
    """The key provider named in the settings cannot be loaded or used."""


class SettingsError(KeysError):
    """The settings about keys are missing or wrong."""
