"""What each button of a tour's page does: (request, tour, what it names, its form) → the sentence to say."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from outreach import services
from outreach.models import Tour
from outreach.services.errors import OutreachError


def _number(target: str) -> int:
    if not target.isdecimal() or len(target) > 9:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: cette étape n’existe pas."))
    return int(target)


def _by(request: HttpRequest) -> str:
    return request.user.email  # type: ignore[union-attr]


def _up(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    services.move_stop(tour, _number(target), up=True, by=_by(request))
    return _("L’ordre est changé, les créneaux suivent.")


def _down(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    services.move_stop(tour, _number(target), up=False, by=_by(request))
    return _("L’ordre est changé, les créneaux suivent.")


def _order(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    """`ordre`: the ids of the stops, as they were dragged."""
    numbers = [_number(part) for part in request.POST.get("ordre", "").split(",")[:50] if part]
    services.put_in_order(tour, numbers, by=_by(request))
    return _("L’ordre est changé, les créneaux suivent.")


def _shortest(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    services.put_in_shortest_order(tour, by=_by(request))
    return _("Les étapes sont dans l’ordre le plus court.")


def _hours(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    services.change_tour(tour, minutes=form.minutes, by=_by(request), **form.values)
    return _("C’est enregistré, les créneaux suivent.")


def _add(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    stop = services.add_stop(tour, form.cleaned_data["actor"], by=_by(request))
    return _("%(name)s est une étape de la tournée.") % {"name": stop.actor.name}


def _remove(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    is_removed = services.remove_stop(tour, _number(target), by=_by(request))
    return (
        _("L’étape est retirée, les créneaux suivent.")
        if is_removed
        else _("C’était déjà fait\u00a0: rien n’a changé.")
    )


def _confirm(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    is_new = services.confirm_tour(tour, by=_by(request))
    said = _("La tournée est confirmée\u00a0: ses visites sont prévues. Proposez maintenant les créneaux.")
    return said if is_new else _("C’était déjà fait\u00a0: rien n’a changé.")


def _cancel(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    is_new = services.cancel_tour(tour)
    said = _("La tournée est annulée, ses visites aussi\u00a0; les collectivités qui attendaient sont prévenues.")
    return said if is_new else _("C’était déjà fait\u00a0: rien n’a changé.")


def _finish(request: HttpRequest, tour: Tour, target: str, form: Any) -> str:
    is_new = services.finish_tour(tour)
    return _("La tournée est terminée.") if is_new else _("C’était déjà fait\u00a0: rien n’a changé.")


GESTURES = {
    "monter": _up,
    "descendre": _down,
    "ordre": _order,
    "plus-court": _shortest,
    "horaires": _hours,
    "ajouter": _add,
    "retirer": _remove,
    "confirmer": _confirm,
    "annuler": _cancel,
    "terminer": _finish,
}
