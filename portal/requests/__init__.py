"""What readers ask the desk for: a consent that is missing, a mistake to be put right."""
