"""What the services of the outreach refuse, in a French sentence for the person who asked."""


class OutreachError(Exception):
    """A refusal; nothing was written."""


class VisitChanged(OutreachError):
    """Somebody wrote the visit since its reader read it; nothing was written."""


class VisitGone(OutreachError):
    """There is no such visit any more."""
