"""What tours know of people: « Mes données » of a voltigeur, and the messages of collectivités, forgotten in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach import services
from outreach.models import FieldArea, Tour
from soco.web.registries import PersonalData, Purge

KEPT_DAYS = 3 * 365


def _export(user: Any) -> Iterator[dict[str, Any]]:
    for area in FieldArea.objects.of_user(user).for_page():
        yield {
            "secteur": ", ".join([*area.departement_codes, *area.epci_codes]),
            "depart_habituel": area.start.name if area.start else "",
        }
    for tour in Tour.objects.concerning(user, user.every_address()).newest_first().for_list():
        yield {"tournee": str(tour), "jour": tour.day, "etat": tour.get_state_display(), "note": tour.note}


PERSONAL_DATA = PersonalData(
    code="tournees",
    label=_("Vos tournées et votre secteur"),
    export=_export,
    erase=services.forget_voltigeur,
    order=72,
)
PURGE = Purge(
    code="outreach.slots",
    rule=_("Les messages des collectivités sur un créneau de visite, trois ans après la tournée"),
    run=lambda apply: services.forget_old_answers(timezone.localdate() - timedelta(days=KEPT_DAYS), apply=apply),
)
