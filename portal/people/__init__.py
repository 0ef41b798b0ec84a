"""The register of persons, and identity numbers."""
