"""The demo: invented people to try the portal on, and the sign-in provider it runs."""
