"""Code that manages keys, never keys: what is personal is sealed under a person's own key, and that key under a root.

It promises that a ciphertext opens under one key and in one place only, and that nothing here prints, pickles or logs
a secret. It knows nothing of people, consents or databases. FORMAT.md specifies every byte.
"""
