"""Signing in through an OpenID Connect provider such as ProConnect: off until the OIDC_* settings are given."""
