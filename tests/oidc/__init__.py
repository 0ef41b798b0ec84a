"""A certified OpenID provider that nobody here wrote (panva's oidc-provider), started for the tests."""
