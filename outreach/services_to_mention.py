"""The three services of the network that a voltigeur mentions first, each with its reason in a sentence. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST = 3
# How much each reason weighs: what was asked for goes before what applies, what applies before what is merely not known.
NEED, WANTED, ASLEEP, GROUP, BREAKFAST, SEARCH, UNKNOWN = 40, 30, 25, 20, 15, 12, 6
ALWAYS = ("conseil", "veille", "repertoire", "formations")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a collectivité. `needs`: (what is asked for, code of the service, or « »); `wanted`, `unknown`: codes of
    services of its last answers, the first wanted first; `asleep`: partners of its jumelages that sleep; `groups`: names of groups
    about a country where it cooperates; `breakfast`: the next one nearby, in words, or « »."""

    needs: Sequence[tuple[str, str]] = ()
    wanted: Sequence[str] = ()
    unknown: Sequence[str] = ()
    asleep: Sequence[str] = ()
    groups: Sequence[str] = ()
    breakfast: str = ""
    cooperates: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A service to mention, by its code, and why."""

    code: str
    reason: str


def services_to_mention(situation: Situation, active: Sequence[str]) -> list[Mention]:
    """At most three services among those that are `active` (codes, in the order of the catalogue), the most telling first."""
    weights: dict[str, int] = defaultdict(int)
    reasons: dict[str, list[str]] = defaultdict(list)
    for code, weight, reason in _points(situation):
        weights[code] += weight
        reasons[code].append(reason)
    for position, code in enumerate(ALWAYS):
        if code not in weights:
            weights[code] = -position - 1
            reasons[code].append(_("S’adresse à toute collectivité."))
    ranked = sorted((code for code in weights if code in active), key=lambda code: (-weights[code], active.index(code)))
    return [Mention(code, " ".join(dict.fromkeys(reasons[code]))) for code in ranked[:MOST]]


def _points(situation: Situation) -> list[tuple[str, int, str]]:
    points = [
        (service, NEED, _("Répond à ce qu’elle demande\u00a0: «\u00a0%(need)s\u00a0».") % {"need": label})
        for label, service in situation.needs
        if service
    ]
    points += [
        (code, WANTED - rank, _("Figure parmi ses attentes de la dernière enquête."))
        for rank, code in enumerate(situation.wanted)
    ]
    if situation.asleep:
        names = ", ".join(situation.asleep)
        points.append(
            ("appui_jumelages", ASLEEP, _("Un lien dort ou est à relancer\u00a0: %(names)s.") % {"names": names})
        )
    if situation.groups:
        names = ", ".join(situation.groups)
        points.append(
            ("groupes_pays", GROUP, _("Un groupe suit un pays où elle coopère\u00a0: %(names)s.") % {"names": names})
        )
    if situation.breakfast:
        said = _("Le prochain est tout près\u00a0: %(event)s.") % {"event": situation.breakfast}
        points.append(("petits_dejeuners", BREAKFAST, said))
    if not situation.cooperates:
        points.append(
            (
                "mise_en_relation",
                SEARCH,
                _("Aucun partenaire étranger ne lui est connu\u00a0: le réseau peut lui en chercher un."),
            )
        )
    points += [(code, UNKNOWN, _("Elle disait ne pas le connaître.")) for code in situation.unknown]
    return points
