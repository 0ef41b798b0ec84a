"""The database's schema, step by step; never imports the application."""
