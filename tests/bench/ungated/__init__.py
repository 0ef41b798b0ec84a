"""The other side of the comparison: the same page from clear text, as a good developer writes it with the ORM.

Declarative models, a pooled engine, `selectinload` and five queries a page. No session, no consent, no decryption and
no entry in a trail; no response or key cache either.
"""
