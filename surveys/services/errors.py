"""What the services of questionnaires refuse, in a French sentence for the person who asked."""


class SurveysError(Exception):
    """A refusal; nothing was written."""
