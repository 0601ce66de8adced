"""What a voltigeur does not forget, by kind of meeting. Pure: codes are kept in `Visit.checklist` and never change."""

from django.utils.translation import gettext_lazy as _

from outreach.enums import VisitKind

POINTS = {
    "services": _("Présenter les services du réseau"),
    "jumelages": _("Faire le point sur les jumelages et les partenariats"),
    "besoins": _("Demander les besoins"),
    "voisins": _("Parler des voisins qui coopèrent"),
    "europe": _("Parler des financements européens"),
    "questionnaire": _("Remplir le questionnaire avec la collectivité"),
    "fiche": _("Vérifier la fiche du répertoire"),
    "agenda": _("Inviter au prochain petit-déjeuner ou groupe de travail"),
    "contacts": _("Noter qui suit l’international, élu et agent"),
}

CHECKLISTS = {
    VisitKind.ON_SITE: tuple(POINTS),
    VisitKind.VIDEO: tuple(POINTS),
    VisitKind.PHONE: ("services", "jumelages", "besoins", "questionnaire", "agenda", "contacts"),
    VisitKind.BREAKFAST: ("services", "besoins", "voisins", "contacts"),
    VisitKind.FAIR: ("services", "besoins", "contacts", "agenda"),
}


def checklist(kind: str) -> list[tuple[str, str]]:
    """The points of a kind of meeting: (code, words)."""
    return [(code, str(POINTS[code])) for code in CHECKLISTS[VisitKind(kind)]]
