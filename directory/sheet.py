"""« Fiche élu »: one page A4 about an actor, made by Typst from strings that it never reads as markup."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.enums import Nature
from directory.models import Actor, Jumelage, JumelageQuerySet
from directory.models.reference import theme_names
from directory.neighbours import Neighbour
from directory.sdgs import SDGS
from soco.web import typesetting
from soco.web.templatetags.soco import day, kilometres, number

TEMPLATE = Path(__file__).with_name("typst") / "fiche.typ"
MOST_JUMELAGES = 10  # lines in the table; the template shows fewer when the page is full
MOST_WORDS_OF_AN_ACTION = 90  # characters


def jumelages_of(actor: Actor) -> JumelageQuerySet:
    """Those whose lines the sheet may show."""
    return Jumelage.objects.published().of_actor(actor).by_last_action().for_sheet()


def pdf(actor: Actor, jumelages: Sequence[Jumelage], neighbours: Sequence[Neighbour], *, now: datetime) -> bytes:
    """The sheet as a tagged PDF. `jumelages`: the first of `jumelages_of`, `actor.jumelage_count` says how many there are;
    `neighbours`: those who share something with it."""
    told = words(actor, jumelages, neighbours, on=timezone.localdate(now))
    return typesetting.pdf(TEMPLATE, told, now=now)


def words(actor: Actor, jumelages: Sequence[Jumelage], neighbours: Sequence[Neighbour], *, on: date) -> dict[str, Any]:
    """All that the template says, as plain strings."""
    count = max(actor.jumelage_count, len(jumelages))
    url = settings.SITE_URL + actor.get_absolute_url()
    return {
        "document_title": _("Fiche élu\u00a0: %(name)s") % {"name": actor.name},
        "network": settings.NETWORK_NAME,
        "made_on": _("Fiche établie le %(day)s") % {"day": day(on)},
        "name": actor.name,
        "kind": " · ".join(filter(None, [str(actor.nature_label), _where(actor)])),
        "demo": _("Démonstration\u00a0: cet acteur est fictif.") if actor.is_demo else "",
        "facts": [{"label": label, "value": value} for label, value in _facts(actor) if value],
        "jumelages": [_line(jumelage, actor) for jumelage in jumelages],
        "jumelage_count": count,
        "more": [ngettext("et %(n)s autre", "et %(n)s autres", n) % {"n": number(n)} for n in range(1, count + 1)],
        "about": _about(jumelages),
        "neighbours": [_neighbour(neighbour) for neighbour in neighbours],
        "services": _services(),
        "legal": _legal(),
        "contact": _("Votre contact\u00a0: %(network)s, %(email)s")
        % {"network": settings.NETWORK_NAME, "email": settings.MAIL_FROM},
        "url": url,
        "source": _source(actor),
        "labels": {
            "jumelages": _("Jumelages et partenariats"),
            "no_jumelage": _("Aucun n’est connu du répertoire."),
            "columns": [_("Partenaire"), _("Lien"), _("Vitalité"), _("Dernière action connue")],
            "about": _("Sur quoi"),
            "neighbours": _("Près de chez vous, avec qui agir"),
            "services": _("Ce que le réseau peut faire avec vous"),
            "legal": _("Le droit d’agir à l’international"),
        },
    }


def _where(actor: Actor) -> str:
    if actor.country_id != "FR":
        return str(actor.country.name)
    place = [actor.epci.name if actor.epci else "", actor.departement.name if actor.departement else ""]
    return ", ".join(filter(None, place))


def _facts(actor: Actor) -> list[tuple[str, str]]:
    population = _("%(n)s hab.") % {"n": number(actor.population)} if actor.population is not None else ""
    return [
        (_("Population municipale"), population),
        (_("Code INSEE"), actor.code if actor.nature == Nature.COMMUNE else ""),
        (_("SIREN"), actor.siren),
        (_("Jumelages et partenariats"), number(actor.jumelage_count) if actor.jumelage_count else ""),
        (_("Téléphone"), actor.phone),
        (_("Courriel"), actor.email),
    ]


def _line(jumelage: Jumelage, actor: Actor) -> dict[str, str]:
    other = jumelage.collectivite if jumelage.partner_id == actor.pk else jumelage.partner
    vitality = jumelage.get_vitality_display() or _("Inconnue")
    last = [day(jumelage.last_action_on), Truncator(jumelage.last_action).chars(MOST_WORDS_OF_AN_ACTION)]
    since = _("depuis %(year)s") % {"year": jumelage.year} if jumelage.year else ""
    return {
        "partner": other.name if actor.pk in (jumelage.partner_id, jumelage.collectivite_id) else jumelage.name,
        "country": _("France") if other == jumelage.collectivite else str(other.country.name),
        "kind": "\n".join(filter(None, [str(jumelage.get_kind_display()), since])),
        "vitality": f"{vitality}, {_('à vérifier')}" if jumelage.to_verify else str(vitality),
        "last_action": "\u00a0: ".join(filter(None, last)) or "—",
    }


def _about(jumelages: Sequence[Jumelage]) -> list[str]:
    """The themes and the goals of these jumelages."""
    codes = {code for jumelage in jumelages for code in jumelage.theme_codes}
    goals = sorted({number for jumelage in jumelages for number in jumelage.sdgs})
    themes = [name for code, name in theme_names().items() if code in codes]
    lines = []
    if themes:
        lines.append(_("Thèmes\u00a0: %(names)s.") % {"names": ", ".join(themes)})
    if goals:
        names = "\u00a0; ".join(f"{goal}, {SDGS[goal]}" for goal in goals)
        lines.append(_("Objectifs de développement durable (ODD)\u00a0: %(names)s.") % {"names": names})
    return lines


def _neighbour(neighbour: Neighbour) -> str:
    distance = _("à %(distance)s") % {"distance": kilometres(neighbour.distance)} if neighbour.distance else ""
    where = ", ".join(filter(None, [neighbour.place, distance]))
    name = f"{neighbour.actor.name} ({where})" if where else neighbour.actor.name
    return f"{name}\u00a0: {' '.join(neighbour.reasons)}"


def _services() -> list[str]:
    return [
        _("Retrouver ou renouer le contact avec votre partenaire, et relancer un jumelage qui dort."),
        _("Chercher un partenaire, monter un projet, trouver des financements."),
        _("Rencontrer les collectivités et associations voisines qui travaillent avec le même pays."),
    ]


def _legal() -> str:
    """What article L.1115-1 of the Code général des collectivités territoriales allows, in our words (law of 7 July 2014)."""
    return _(
        "L’article L.1115-1 du Code général des collectivités territoriales (CGCT) permet aux collectivités et à leurs"
        " groupements de mener ou de soutenir des actions internationales de coopération, d’aide au développement ou à"
        " caractère humanitaire, dans le respect des engagements internationaux de la France. Une convention précise l’objet"
        " et le coût prévu des actions ; elle est transmise au préfet."
    )


def _source(actor: Actor) -> str:
    confirmed = (
        _("Fiche confirmée par une personne le %(day)s.") % {"day": day(actor.verified_at)}
        if actor.verified_at
        else _("Fiche encore jamais confirmée par une personne.")
    )
    return " ".join([_("Source\u00a0: répertoire %(network)s.") % {"network": settings.NETWORK_NAME}, confirmed])
