"""The auditor's room."""
