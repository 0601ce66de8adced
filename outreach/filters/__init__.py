"""The searches of the outreach: each address parameter one QuerySet word."""
