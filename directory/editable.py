"""Which facts of a fiche its own people may change, and which of those staff always reads first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class Editable:
    """One field that a proposal may change.

    `is_plain`: a référent's own change may be published at once. The e-mail address never is: it proves who somebody is.
    A collectivité's name is official: only `for_partners` may change it.
    """

    name: str
    is_plain: bool = False
    for_partners: bool = False


FIELDS = {
    field.name: field
    for field in (
        Editable("name", for_partners=True),
        Editable("short_name", for_partners=True),
        Editable("description", is_plain=True),
        Editable("identity_tags", is_plain=True),
        Editable("address", is_plain=True),
        Editable("phone", is_plain=True),
        Editable("email"),
        Editable("website", is_plain=True),
    )
}


PARTICIPANTS = "actors"  # a text, one fiche a line: see services/participants
# What the people of a jumelage may propose to change; staff reads it first, but for the plain ones that this portal trusts.
JUMELAGE_FIELDS = {
    field.name: field
    for field in (
        Editable("kind"),
        Editable("title", is_plain=True),
        Editable("year_signed"),
        Editable("year_started"),
        Editable("vitality", is_plain=True),
        Editable("last_action_on", is_plain=True),
        Editable("last_action", is_plain=True),
        Editable("carrier", is_plain=True),
        Editable("theme_codes", is_plain=True),
        Editable("other_themes", is_plain=True),
        Editable("sdgs", is_plain=True),
        Editable("objectives", is_plain=True),
        Editable("context", is_plain=True),
        Editable("history", is_plain=True),
        Editable("legal_base"),
        Editable("agreement_ends_on", is_plain=True),
        Editable("agreement_renewal_on", is_plain=True),
        Editable("ended_on"),
        Editable(PARTICIPANTS),
    )
}


def fields_of(is_collectivite: bool) -> list[str]:
    """What the people of an actor may propose to change, in the order of its page."""
    return [field.name for field in FIELDS.values() if not (is_collectivite and field.for_partners)]


def trusted(names: Iterable[str]) -> list[str]:
    """Those that a référent's own change publishes at once: plain, and trusted by this portal's settings."""
    return [name for name in names if FIELDS[name].is_plain and name in settings.DIRECTORY_TRUSTED_FIELDS]


def trusted_of_jumelage(names: Iterable[str]) -> list[str]:
    """The same, of a jumelage."""
    trusted_names = settings.DIRECTORY_TRUSTED_JUMELAGE_FIELDS
    return [name for name in names if JUMELAGE_FIELDS[name].is_plain and name in trusted_names]


def french_phone(text: str) -> str:
    """« 0545000000 », « 05.45.00.00.00 », « +33 5 45 00 00 00 » → « 05 45 00 00 00 »; any other number is left as typed."""
    digits = re.sub(r"[\s.\-/()]", "", text)
    digits = re.sub(r"^(?:\+|00)33(?:0(?=[1-9]))?", "0", digits)
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
    return " ".join(text.split())


def is_phone(text: str) -> bool:
    """A whole number: ten French digits, a short public number (« 3975 »), or a country's code and 8 to 15 digits in all
    (recommendation E.164 of the ITU)."""
    digits = re.sub(r"[\s.\-/()]", "", french_phone(text))
    return bool(re.fullmatch(r"0[1-9]\d{8}|3\d{3}|(?:\+|00)(?!33)[1-9]\d{7,14}", digits))


def is_plain_site(url: str) -> bool:
    """An address of the web that every program reads alike: http or https, a host, and nothing before it."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and "\\" not in url


def whole_address(text: str) -> str:
    """« mairie.fr » → « https://mairie.fr »."""
    text = text.strip()
    return text if not text or re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) else f"https://{text}"
