"""The one way to a person's content: decide, record, open. Its named doors are *read*, *maintain*, *find* and *system*.

Nothing outside this package decrypts what is about a person. Each door has its own rule, and writes its entry durably
before a single field is opened.
"""
