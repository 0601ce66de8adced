"""What memberships put into files."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from outreach.models.planning import AdhesionQuerySet

CHUNK = 500


def labels() -> list[str]:
    """The first titles are those that an import reads: the file can be corrected and given back."""
    return [
        *(_("code"), _("nom"), _("departement"), _("annee"), _("du"), _("au"), _("note")),
        *(_("nature"), _("à jour"), _("ajoutée par"), _("ajoutée le")),
    ]


def rows(found: AdhesionQuerySet, *, today: date) -> Iterator[list[Any]]:
    for adhesion in found.for_list().iterator(chunk_size=CHUNK):
        actor = adhesion.actor
        yield [
            *(actor.code, actor.name, actor.departement.code if actor.departement else "", adhesion.year),
            *(adhesion.starts_on.isoformat(), adhesion.ends_on.isoformat(), adhesion.note),
            str(actor.get_nature_display()),
            _("oui") if adhesion.holds_on(today) else _("non"),
            *(adhesion.added_by, adhesion.created_at.date().isoformat()),
        ]
