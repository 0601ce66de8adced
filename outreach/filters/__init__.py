"""The searches of the outreach's lists: each address parameter one QuerySet word; what is not understood asks for nothing."""
