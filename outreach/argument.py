"""What convinces élus: facts of their own neighbourhood, each a sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from soco.web.templatetags.soco import number

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A collectivité that cooperates. `countries`: their names; `distance`: in kilometres, None if it is not known."""

    name: str
    countries: Sequence[str] = ()
    population: int | None = None
    distance: float | None = None

    @property
    def words(self) -> str:
        return f"{self.name} ({', '.join(self.countries)})" if self.countries else self.name


def argument(
    *,
    population: int | None,
    neighbours: Sequence[Example],
    funders: Sequence[str],
    asleep: Sequence[tuple[str, int | None]],
    km: int,
    is_cooperating: bool = False,
) -> list[str]:
    """The sentences for the élus of a collectivité. `neighbours`: those around it that cooperate, the nearest first; `asleep`:
    (partner, since which year) of its links that sleep; `funders`: who pays for projects of its département; `is_cooperating`: it
    has partners itself."""
    told = [
        _("Le lien avec %(name)s existe depuis %(year)s\u00a0: il reste à le relancer.") % {"name": name, "year": year}
        if year
        else _("Un lien existe avec %(name)s\u00a0: il reste à le relancer.") % {"name": name}
        for name, year in asleep[:1]
    ]
    told.append(_around(neighbours, km, is_cooperating=is_cooperating))
    if peer := _peer(population, neighbours):
        told.append(
            _("Une collectivité de taille proche le fait\u00a0: %(name)s, %(n)s habitants.")
            % {"name": peer.words, "n": number(peer.population)}
        )
    if funders:
        names = ", ".join(funders[:MOST_NAMED])
        told.append(_("Des projets du département ont trouvé un financement\u00a0: %(names)s.") % {"names": names})
    return told


def _around(neighbours: Sequence[Example], km: int, *, is_cooperating: bool) -> str:
    if not neighbours and is_cooperating:
        return _(
            "À moins de %(km)d\u00a0km, aucune autre collectivité n’est connue pour coopérer\u00a0: elle montre le chemin."
        ) % {"km": km}
    if not neighbours:
        return _(
            "Aucune collectivité n’est connue pour coopérer à moins de %(km)d\u00a0km\u00a0: elle serait la première."
        ) % {"km": km}
    count = len(neighbours)
    sentence = ngettext(
        "Autour d’elle, une collectivité coopère déjà\u00a0: %(names)s.",
        "Autour d’elle, %(n)s collectivités coopèrent déjà\u00a0: %(names)s.",
        count,
    )
    named = ", ".join(each.words for each in neighbours[:MOST_NAMED])
    names = _("%(names)s et d’autres") % {"names": named} if count > MOST_NAMED else named
    return sentence % {"n": number(count), "names": names}


def _peer(population: int | None, neighbours: Sequence[Example]) -> Example | None:
    """The neighbour whose population is the closest, at most twice as many or half as few."""
    if not population:
        return None
    alike = [each for each in neighbours if each.population and population / 2 <= each.population <= population * 2]
    return min(alike, key=lambda each: abs((each.population or 0) - population), default=None)
