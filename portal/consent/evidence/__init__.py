"""The signed paper behind a consent: taken in by its content, kept under the person's key, shown as images only."""
