"""Why the contact state of a collectivité moved, in words. Pure."""

from django.utils.translation import gettext_lazy as _

from outreach.enums import FactKind, WishKind

OTHER_CAUSES = {
    "reprise": _("elle peut de nouveau être contactée"),
    "correction": _("un fait noté auparavant n’en est plus un"),
}


def cause_words(cause: str) -> str:
    """« visite » → « visite réalisée »; a cause that is not known says itself."""
    known = {str(value): label for value, label in (*FactKind.choices, *WishKind.choices)} | OTHER_CAUSES
    words = str(known.get(cause, cause))
    return words[:1].lower() + words[1:]
