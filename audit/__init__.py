"""The trail: entries, tree, signatures, verification. Knows nothing of the portal or of its keys."""
