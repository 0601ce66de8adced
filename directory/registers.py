"""The numbers of public registers: SIREN, SIRET. Pure."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LA_POSTE = (
    "356000000"  # its 16,000 establishments outgrew the key: the sum of their digits is a multiple of five instead
)


def has_luhn_key(digits: str) -> bool:
    """Is the last digit the key of the others (Luhn, ISO/IEC 7812-1)?"""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_siret(text: str) -> bool:
    """Fourteen digits with their key (INSEE); La Poste's establishments have a rule of their own."""
    if not re.fullmatch(r"\d{14}", text, re.ASCII):
        return False
    if text.startswith(LA_POSTE) and sum(map(int, text)) % 5 == 0:
        return True
    return has_luhn_key(text) and has_luhn_key(text[:9])


def validate_siret(text: str) -> None:
    if not is_siret(text):
        raise ValidationError(
            _("Ce SIRET n’est pas valable\u00a0: il a quatorze chiffres, dont le dernier vérifie les autres.")
        )
