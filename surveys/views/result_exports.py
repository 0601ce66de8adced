"""The files of a wave's results, for staff."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from surveys import perms
from surveys.analysis import exports, public_file
from surveys.models import Wave


def _wave(slug: str) -> Wave:
    return get_object_or_404(Wave.objects.launched().for_list(), slug=slug)


@allowed(perms.READ)
@never_cache
@require_safe
def wave_export_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    table = exports.WideTable(_wave(slug))
    return csv_response(f"reponses-{slug}", list(table.columns), table.rows())


@allowed(perms.READ)
@never_cache
@require_safe
def wave_export_xlsx(request: HttpRequest, slug: str) -> HttpResponseBase:
    table = exports.WideTable(_wave(slug))
    return xlsx_response(f"reponses-{slug}", _("Réponses"), list(table.columns), table.rows())


@allowed(perms.READ)
@never_cache
@require_safe
def wave_export_long(request: HttpRequest, slug: str) -> HttpResponseBase:
    return csv_response(f"reponses-longues-{slug}", exports.LONG, exports.long_rows(_wave(slug)))


@allowed(perms.READ)
@never_cache
@require_safe
def wave_export_codebook(request: HttpRequest, slug: str) -> HttpResponseBase:
    return csv_response(f"dictionnaire-{slug}", exports.CODEBOOK, exports.codebook(_wave(slug)))


@allowed(perms.READ)
@never_cache
@require_safe
def wave_export_public(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What everybody will be able to take, before it is published."""
    wave = _wave(slug)
    return csv_response(f"reponses-publiques-{slug}", public_file.columns_of(wave), public_file.rows_of(wave))
