"""Pages of the mail room: « ne plus recevoir », and where mail providers tell what came back."""

from collections.abc import Callable
from importlib import import_module

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from soco.web import signed_links
from soco.web.access import public

from . import addresses
from .enums import OPPOSABLE, Category
from .models import Address, Message

# Providers whose bounce notices are understood: anymail's module and view of each.
PROVIDERS = {
    "brevo": "BrevoTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
}


@csrf_exempt  # RFC 8058: the mail program posts by itself, without a cookie; the signed token alone gives the right
@public
@never_cache
def opposition(request: HttpRequest, token: str) -> HttpResponse:
    """What the recipient of a mail wants to go on receiving. A GET only shows it: scanners follow links."""
    try:
        link = signed_links.read(token, purpose="stop")
    except signed_links.ExpiredLink:
        return render(request, "web/link_expired.html", {"page_title": _("Lien expiré")}, status=410)
    except signed_links.InvalidLink:
        return render(request, "web/link_invalid.html", {"page_title": _("Lien non reconnu")}, status=404)
    message = Message.objects.filter(pk=link.pk).exclude(to_email="").first()
    if message is None:
        return render(request, "web/link_expired.html", {"page_title": _("Lien expiré")}, status=410)
    done = _obey(request, message) if request.method == "POST" else ""
    address = Address.objects.of(message.to_email)
    choices = [(c.value, c.label, bool(address and address.refuses(c))) for c in OPPOSABLE]
    context = {"page_title": _("Vos courriels"), "choices": choices, "done": done}
    response = render(request, "mailing/opposition.html", context)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _obey(request: HttpRequest, message: Message) -> str:
    """Do what was asked and say it: the mail program's own button stops the mail's category, the page's buttons any."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        addresses.oppose(message.to_email, message.category)
        return _("C’est noté\u00a0: vous ne recevrez plus ces courriels.")
    gesture, _colon, category = request.POST.get("geste", "").partition(":")
    if category in OPPOSABLE and gesture == "stop":
        addresses.oppose(message.to_email, category)
        return _("C’est noté\u00a0: vous ne recevrez plus les courriels «\u00a0%(category)s\u00a0».") % {
            "category": Category(category).label
        }
    if category in OPPOSABLE and gesture == "reprendre":
        addresses.accept(message.to_email, category)
        return _("C’est noté\u00a0: vous recevrez de nouveau les courriels «\u00a0%(category)s\u00a0».") % {
            "category": Category(category).label
        }
    return ""


@csrf_exempt  # a provider has no cookie: it proves itself by the password that anymail checks in constant time
@public
@require_POST
def provider_notice(request: HttpRequest, provider: str) -> HttpResponse:
    """Bounces and complaints, as the provider tells them; closed as long as no password was agreed with it."""
    if provider not in PROVIDERS or not settings.ANYMAIL["WEBHOOK_SECRET"]:
        raise Http404
    view: Callable[..., HttpResponse] = getattr(
        import_module(f"anymail.webhooks.{provider}"), PROVIDERS[provider]
    ).as_view()
    try:
        return view(request)
    except AnymailWebhookValidationFailure as error:
        raise Http404 from error
    except (ValueError, KeyError, TypeError):
        return HttpResponseBadRequest("notice not understood")
