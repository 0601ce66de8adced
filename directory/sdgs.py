"""The seventeen sustainable development goals, by their official French titles (United Nations, resolution 70/1 of 2015)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SDGS: dict[int, Promise | str] = {
    1: _("Pas de pauvreté"),
    2: _("Faim «\u00a0zéro\u00a0»"),
    3: _("Bonne santé et bien-être"),
    4: _("Éducation de qualité"),
    5: _("Égalité entre les sexes"),
    6: _("Eau propre et assainissement"),
    7: _("Énergie propre et d’un coût abordable"),
    8: _("Travail décent et croissance économique"),
    9: _("Industrie, innovation et infrastructure"),
    10: _("Inégalités réduites"),
    11: _("Villes et communautés durables"),
    12: _("Consommation et production responsables"),
    13: _("Mesures relatives à la lutte contre les changements climatiques"),
    14: _("Vie aquatique"),
    15: _("Vie terrestre"),
    16: _("Paix, justice et institutions efficaces"),
    17: _("Partenariats pour la réalisation des objectifs"),
}
