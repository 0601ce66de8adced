"""The répertoire's template words: where a fact comes from, the way back from an actor, how numbers are written."""

from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory import editable, french, sdgs
from directory.enums import IdentityTag, Nature
from directory.models import Actor
from directory.models.reference import country_names, theme_names
from directory.source_words import provenance
from soco.web.templatetags.soco import number

register = template.Library()

SHOWN_COUNTRIES = 4

register.simple_tag(provenance)


@register.simple_tag
def facts_of(actor: Actor) -> list[dict[str, str]]:
    """Every public fact that a person can confirm: its field's name, label and value, and where it comes from."""
    return [
        {
            "name": name,
            "label": capfirst(Actor._meta.get_field(name).verbose_name),
            "value": value,
            "origin": provenance(actor, name) if value else "",
        }
        for name, value in _values(actor)
        if value or name in editable.fields_of(actor.is_collectivite)
    ]


def _values(actor: Actor) -> list[tuple[str, str]]:
    return [
        ("name", actor.name),
        ("short_name", actor.short_name),
        ("description", actor.description),
        ("identity_tags", ", ".join(names_of_identity(actor.identity_tags))),
        ("population", _("%(n)s hab.") % {"n": number(actor.population)} if actor.population is not None else ""),
        ("siren", siren(actor.siren)),
        ("postal_codes", ", ".join(actor.postal_codes)),
        ("address", actor.address),
        ("phone", actor.phone),
        ("email", actor.email),
        ("website", actor.website),
    ]


@register.simple_tag
def actor_trail(actor: Actor) -> list[dict[str, str]]:
    """Répertoire › département › intercommunalité › the actor."""
    steps = [{"label": _("Répertoire"), "url": reverse("actor_list")}]
    if actor.departement_id and actor.nature != Nature.DEPARTEMENT:
        steps.append({"label": actor.departement.name, "url": actor.departement.get_absolute_url()})
    return [*steps, {"label": actor.name, "url": ""}]


@register.filter
def de(name: str) -> str:
    """« Ambazac » → « d’Ambazac »."""
    return french.of(name)


@register.filter
def siren(value: str) -> str:
    """« 213300635 » → « 213 300 635 » with narrow no-break spaces."""
    return "\u202f".join(value[i : i + 3] for i in range(0, len(value), 3))


@register.filter
def tel(value: str) -> str:
    return "tel:" + "".join(c for c in value if c in "+0123456789")


@register.filter
def mailto(value: str) -> str:
    return f"mailto:{value}"


@register.filter
def bare_url(value: str) -> str:
    """« https://www.bordeaux.fr/ » → « bordeaux.fr »."""
    parts = urlsplit(value)
    return (parts.netloc.removeprefix("www.") + parts.path.rstrip("/")) or value


@register.filter
def sdg(number: int) -> str:
    """4 → « ODD 4, Éducation de qualité »."""
    return _("ODD %(number)s, %(title)s") % {"number": number, "title": sdgs.SDGS.get(number, "")}


@register.filter
def country_name(code: str) -> str:
    """« DE » → « Allemagne », from the names that the cache keeps: lists join no table for it."""
    return country_names().get(code, code)


@register.filter(name="theme_names")
def names_of_themes(codes: list[str]) -> list[str]:
    """Codes of themes → their names; an unknown one is left as it is."""
    known = theme_names()
    return [known.get(code, code) for code in codes]


@register.filter(name="country_names")
def names_of_countries(codes: list[str]) -> list[str]:
    """Codes of countries → their French names, in alphabetical order."""
    known = country_names()
    return sorted(known.get(code, code) for code in codes)


@register.filter(name="identity_names")
def names_of_identity(tags: list[str]) -> list[str]:
    """Identity tags → what they are called, in the order of their list."""
    return [str(label) for value, label in IdentityTag.choices if value in tags]


@register.simple_tag
def cooperation(actor: Actor, chosen: list[str] | None = None) -> str:
    """« 6 jumelages : Allemagne, Biélorussie, Tchéquie et 2 autres pays »; a country that was asked for comes first."""
    if not actor.jumelage_count:
        return ""
    told = ngettext("%(n)s jumelage", "%(n)s jumelages", actor.jumelage_count) % {"n": number(actor.jumelage_count)}
    codes = sorted(actor.cooperation_countries, key=lambda code: (code not in (chosen or ()), code))
    names = country_names() if codes else {}
    shown = [names.get(code, code) for code in codes[:SHOWN_COUNTRIES]]
    if not shown:
        return told
    rest = len(codes) - len(shown)
    more = ngettext(" et un autre pays", " et %(n)s autres pays", rest) % {"n": rest} if rest else ""
    return f"{told}\u00a0: {', '.join(shown)}{more}"
