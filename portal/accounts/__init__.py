"""Agencies, named staff, stand-ins, sign-in and sessions."""
