"""Consents and their lines: deciding by them, registering and withdrawing them."""
