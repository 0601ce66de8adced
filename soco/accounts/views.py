"""« Mon espace »: what awaits the person, their account, their data; and the page where staff add their second proof."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from soco.mailing import addresses
from soco.mailing.enums import Category
from soco.mailing.models import Address
from soco.web import registries
from soco.web.access import member, public, staff

from . import consents, digest, privacy, services
from .forms import EraseForm, NameForm
from .models import ConsentPurpose
from .second_factor import has_second_factor


@member
@never_cache
@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    user = request.user
    context = {
        "page_title": _("Mon espace"),
        "passkeys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count(),
        "has_app": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "has_provider": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
        "identities": SocialAccount.objects.filter(user=user).count(),
        "provider_name": settings.OIDC_NAME,
    }
    return render(request, "accounts/my_space.html", context)


@member
@require_POST
def choose_news(request: HttpRequest) -> HttpResponse:
    """Receive the network's news, or no more."""
    if request.POST.get("souhait") == "oui":
        consents.give(request.user, ConsentPurpose.NEWS)
        messages.success(request, _("C’est noté : vous recevrez les nouvelles du réseau."))
    else:
        consents.withdraw(request.user, ConsentPurpose.NEWS)
        messages.success(request, _("C’est noté : vous ne recevrez plus les nouvelles du réseau."))
    return redirect("my_space")


@member
@never_cache
@require_safe
def my_mails(request: HttpRequest) -> HttpResponse:
    """Why the portal writes to this person, and what they may stop."""
    known = Address.objects.of(request.user.email)
    context = {
        "page_title": _("Mes courriels"),
        "is_failing": known is not None and known.is_failing,
        "takes_service": known is None or not known.refuses(Category.SERVICE),
        "takes_news": consents.has_given(request.user, ConsentPurpose.NEWS)
        and (known is None or not known.refuses(Category.INFORMATION)),
        "wording": consents.WORDINGS[ConsentPurpose.NEWS],
    }
    return render(request, "accounts/my_mails.html", context)


@member
@require_POST
def choose_service_mails(request: HttpRequest) -> HttpResponse:
    """Receive the mails of service, or no more."""
    if request.POST.get("souhait") == "oui":
        addresses.accept(request.user.email, Category.SERVICE)
        messages.success(request, _("C’est noté : vous recevrez les courriels de service."))
    else:
        addresses.oppose(request.user.email, Category.SERVICE)
        messages.success(request, _("C’est noté : vous ne recevrez plus les courriels de service."))
    return redirect("my_mails")


@staff
@require_POST
def choose_digest(request: HttpRequest) -> HttpResponse:
    """Receive the morning's point, or no more."""
    wanted = request.POST.get("souhait") == "oui"
    digest.want_digest(request.user, wanted)
    messages.success(
        request, _("Vous recevrez le point du matin.") if wanted else _("Vous ne recevrez plus le point du matin.")
    )
    return redirect("staff_home")


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_name(request: HttpRequest) -> HttpResponse:
    initial = {"first_name": request.user.first_name, "last_name": request.user.last_name}
    form = NameForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.rename(request.user, **form.cleaned_data)
        messages.success(request, _("Votre nom est enregistré."))
        return redirect("my_space")
    return render(request, "accounts/change_name.html", {"page_title": _("Changer de nom"), "form": form})


@member
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    context = {"page_title": _("Mes données"), "entries": registries.personal_data()}
    return render(request, "accounts/my_data.html", context)


@member
@never_cache
@require_safe
def download_my_data(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(privacy.archive(request.user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"'
    return response


@member
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def erase_account(request: HttpRequest) -> HttpResponse:
    """A page, then the address typed by hand, then the end: what is kept is said on the last page, signed out."""
    form = EraseForm(request.POST or None, address=request.user.email)
    if form.is_valid():
        try:
            kept = services.erase(request.user)
        except services.AccountsError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            return render(request, "accounts/erased.html", {"page_title": _("Votre compte est effacé"), "kept": kept})
    return render(request, "accounts/erase.html", {"page_title": _("Effacer mon compte"), "form": form})


@member
@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why staff need a second proof, and the two ways to add one."""
    context = {"page_title": _("Protégez votre compte"), "is_done": has_second_factor(request.user)}
    return render(request, "accounts/second_factor.html", context)


@public
def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "accounts/too_many_requests.html", status=429)
