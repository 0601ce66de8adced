"""The QR code of a registration, as a drawing inside the page: no file to fetch, read at the door by any phone's camera."""

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage

from events.models import Registration


def door_address(registration: Registration) -> str:
    """The whole address that the code holds: « Présent » for whoever welcomes, the registration's own page for others."""
    return settings.SITE_URL + reverse("door_scan", args=[registration.token])


def entry_code(registration: Registration) -> SafeString:
    """The code of `door_address` as an SVG element, decorative: the page says in words what it is. Its white margin is four
    modules wide, as ISO/IEC 18004 asks for."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(door_address(registration))
    drawn = code.make_image().to_string(encoding="unicode")
    attributes = '<svg aria-hidden="true" class="qr qr--entree" '
    return mark_safe(drawn.replace("<svg ", attributes, 1))  # noqa: S308 - drawn by the library from our own address
