"""The head of network that a cell names, by the address of its page or by its name. Pure."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .columns import TextWidget, fold


class NetworkWidget(TextWidget):
    """Written as the address of the network's page, the only name that it shares with nobody."""


class Networks:
    """The networks that a file may name. `rows`: (id, slug, name, short name) of each; `linked`: the same of those that the
    file's actors already have, whatever they are: what was exported is always understood."""

    def __init__(
        self, rows: Iterable[tuple[int, str, str, str]] = (), linked: Iterable[tuple[int, str, str, str]] = ()
    ) -> None:
        rows = list(rows)
        self.slugs = {pk: slug for pk, slug, _name, _short in [*rows, *linked]}
        self.by_slug = {slug: pk for pk, slug in self.slugs.items()}
        self.by_name: dict[str, dict[int, str]] = {}
        for pk, slug, name, short_name in rows:
            for told in filter(None, (fold(name), fold(short_name))):
                self.by_name.setdefault(told, {})[pk] = slug

    def find(self, text: str) -> int | None:
        """The id of the network that `text` names, None for an empty text. Raises ValidationError: no network, or several."""
        text = text.strip()
        if not text:
            return None
        if text.lower() in self.by_slug:
            return self.by_slug[text.lower()]
        found = self.by_name.get(fold(text), {})
        if not found:
            raise ValidationError(
                _(
                    "aucune tête de réseau ne s’appelle « %(text)s » : écrivez son nom, ou la fin de l’adresse de sa fiche,"
                    " comme on la lit dans un export."
                )
                % {"text": text[:80]}
            )
        if len(found) > 1:
            raise ValidationError(
                _("plusieurs têtes de réseau s’appellent « %(text)s » : écrivez l’adresse de la bonne (%(slugs)s).")
                % {"text": text[:80], "slugs": ", ".join(sorted(found.values())[:5])}
            )
        return next(iter(found))
