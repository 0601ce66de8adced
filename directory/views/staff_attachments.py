"""The staff's pages about who represents whom: what waits, everything, one request with what helps to decide."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import domains, perms, services
from directory.attachment_filters import AttachmentFilter
from directory.forms.attachments import AcceptForm, ReasonForm
from directory.models import Attachment
from soco.accounts.addresses import verified_addresses
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50
LABELS = (
    gettext_lazy("Acteur"),
    gettext_lazy("Code"),
    gettext_lazy("Personne"),
    gettext_lazy("Adresse électronique"),
    gettext_lazy("Fonction"),
    gettext_lazy("État"),
    gettext_lazy("Référent principal"),
    gettext_lazy("Preuve"),
    gettext_lazy("Demandé le"),
    gettext_lazy("Décidé le"),
    gettext_lazy("Décidé par"),
    gettext_lazy("Raison"),
)


def _filtered(request: HttpRequest) -> AttachmentFilter:
    return AttachmentFilter(request.GET, queryset=Attachment.objects.all())


@allowed(perms.REVIEW_ATTACHMENT)
@never_cache
@require_safe
def attachment_list(request: HttpRequest) -> HttpResponse:
    filterset = _filtered(request)
    total = filterset.qs.count()
    rows = filterset.sorted().for_page()
    page = paginate(rows, asked=request.GET.get("page"), total=total, size=PAGE_SIZE)
    context = {
        "page_title": _("Rattachements"),
        "form": filterset.form,
        "understood": filterset.understood,
        "page": page,
        "now": timezone.now(),
    }
    return render(request, "directory/attachment_list.html", context)


def _rows(request: HttpRequest) -> Iterator[tuple[Any, ...]]:
    def said(moment: Any) -> str:
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""

    for attachment in _filtered(request).sorted().for_page().iterator(chunk_size=500):
        yield (
            attachment.actor.name,
            attachment.actor.code,
            attachment.user.get_full_name(),
            attachment.user.email,
            attachment.function,
            attachment.get_state_display(),
            _("oui") if attachment.is_principal else "",
            attachment.get_proof_display(),
            said(attachment.created_at),
            said(attachment.decided_at),
            attachment.decided_by,
            attachment.reason,
        )


@allowed(perms.REVIEW_ATTACHMENT)
@require_safe
def attachment_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("rattachements", [str(label) for label in LABELS], _rows(request))


@allowed(perms.REVIEW_ATTACHMENT)
@require_safe
def attachment_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("rattachements", _("Rattachements"), [str(label) for label in LABELS], _rows(request))


# What the three buttons of the review page ask for.
DECISIONS: dict[str, tuple[Callable[..., Attachment], Any]] = {
    "accept": (
        services.accept_attachment,
        gettext_lazy("La demande est acceptée\u00a0; la personne reçoit un courriel."),
    ),
    "refuse": (services.refuse_attachment, gettext_lazy("La demande est refusée\u00a0; la personne reçoit la raison.")),
    "end": (services.end_attachment, gettext_lazy("Le rattachement est terminé\u00a0; la personne reçoit la raison.")),
}


@allowed(perms.REVIEW_ATTACHMENT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One attachment, with what helps to decide; `decision` says which button was pressed."""
    attachment = get_object_or_404(Attachment.objects.for_page(), pk=pk)
    decision = request.POST.get("decision", "")
    accept = AcceptForm(request.POST if decision == "accept" else None, auto_id="accepter_%s")
    other = ReasonForm(request.POST if decision in ("refuse", "end") else None)
    form = accept if decision == "accept" else other
    decide, said = DECISIONS.get(decision, (None, ""))
    if decide and form.is_valid():
        try:
            decide(attachment, by=request.user, reason=form.cleaned_data["reason"])
        except services.DirectoryError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, said)
            return redirect("attachment_review", pk)
    context = _evidence(attachment) | {"accept_form": accept, "form": other}
    return render(request, "directory/attachment_review.html", context)


@allowed(perms.REVIEW_ATTACHMENT)
@require_POST
def attachment_make_principal(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff says who is the principal référent: the one who was left without handing over, or never looks."""
    attachment = get_object_or_404(Attachment.objects.for_page(), pk=pk)
    try:
        services.make_principal(attachment, by=request.user)
        messages.success(request, _("%(person)s est désormais le référent principal.") % {"person": attachment.user})
    except services.DirectoryError as error:
        messages.error(request, str(error))
    return redirect("attachment_review", pk)


def _evidence(attachment: Attachment) -> dict[str, Any]:
    """What staff looks at: the person's addresses beside the actor's, who represents it already, earlier requests."""
    actor = attachment.actor
    addresses = verified_addresses(attachment.user)
    of_actor = Attachment.objects.of_actor(actor).other_than(attachment).for_page()
    of_person = Attachment.objects.of_user(attachment.user).other_than(attachment).for_page()
    return {
        "page_title": _("Rattachement"),
        "attachment": attachment,
        "actor": actor,
        "addresses": addresses,
        "generic": [address for address in addresses if domains.is_generic(domains.domain_of(address))],
        "proof": services.proof_of(actor, addresses),
        "own_domains": sorted(services.own_domains(actor)),
        "referents": list(of_actor.accepted().principal_first()),
        "others": list(of_person.newest_first()[:10]),
    }
