"""What a person may take away: everything that each app knows of them, as JSON and as CSV, in one zip."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from soco.web import registries
from soco.web.registries import PersonalData, Purge

from . import services
from .models import User

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
CSV_START = "\ufeff"  # or a spreadsheet takes the accents for something else


def archive(user: User) -> bytes:
    """A zip: `donnees.json` with everything, and one CSV per kind of data that has rows."""
    entries = [(entry, list(entry.export(user))) for entry in registries.personal_data()]
    everything = {
        "exporte_le": timezone.now().isoformat(),
        "compte": user.email,
        "donnees": {entry.code: {"libelle": str(entry.label), "lignes": rows} for entry, rows in entries},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(
            "donnees.json", json.dumps(everything, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n"
        )
        for entry, rows in entries:
            if rows:
                bundle.writestr(f"{slugify(str(entry.label))}.csv", _as_csv(rows))
    return packed.getvalue()


def _as_csv(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO(CSV_START)
    written.seek(0, io.SEEK_END)
    writer = csv.DictWriter(written, columns, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(_in_words(value)) for name, value in row.items()} for row in rows)
    return written.getvalue()


def _in_words(value: Any) -> Any:
    """For a reader with a spreadsheet: « oui », « non », and the hour of the wall clock."""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, str) and _MOMENT.match(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%d/%m/%Y %H:%M}"
    return value


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _export(user: User) -> Iterable[dict[str, Any]]:
    """The account itself, without any secret."""
    yield _row(
        _("compte"), user.date_joined, f"{user.first_name} {user.last_name}".strip() or user.email, user.last_login
    )
    for group in user.groups.order_by("name"):
        yield _row(_("rôle"), None, group.name)
    for address in EmailAddress.objects.filter(user=user).order_by("email"):
        yield _row(_("adresse confirmée") if address.verified else _("adresse non confirmée"), None, address.email)
    for proof in Authenticator.objects.filter(user=user).order_by("pk"):
        yield _row(_("preuve d’identité"), proof.created_at, proof.get_type_display(), proof.last_used_at)
    for account in SocialAccount.objects.filter(user=user).order_by("pk"):
        yield _row(_("identité extérieure"), account.date_joined, account.uid, account.last_login)
    for session in UserSession.objects.filter(user=user).order_by("pk"):
        yield _row(_("session"), session.created_at, f"{session.ip} {session.user_agent}", session.last_seen_at)


def _row(what: Any, since: Any, value: str, last: Any = None) -> dict[str, Any]:
    return {
        "quoi": str(what),
        "valeur": value,
        "depuis": since.isoformat() if since else "",
        "derniere_utilisation": last.isoformat() if last else "",
    }


def _erase(user: User) -> str:
    """`services.erase` removes the account itself, last, once every app has done its part."""
    return ""


ACCOUNT = PersonalData("accounts.compte", _("Votre compte"), _export, _erase, order=10)
ENDED_SESSIONS = Purge(
    "accounts.sessions",
    _("Sessions terminées (adresse réseau et navigateur) : 14 jours après la connexion"),
    services.forget_ended_sessions,
)
UNCONFIRMED = Purge(
    "accounts.non_confirmes",
    _("Comptes dont l’adresse n’a jamais été confirmée : 30 jours"),
    services.forget_unconfirmed,
)
