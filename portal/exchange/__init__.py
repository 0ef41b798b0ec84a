"""The exchange format: import, export, preview."""
