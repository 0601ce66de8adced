"""The QR code of a registration: an image that any phone's camera reads at the door."""

import qrcode
from django.conf import settings
from django.urls import reverse
from qrcode.image.svg import SvgPathImage

from events.models import Registration


def door_address(registration: Registration) -> str:
    """The whole address that the code holds: « Présent » for whoever welcomes, the registration's own page for others."""
    return settings.SITE_URL + reverse("door_scan", args=[registration.token])


def entry_code(registration: Registration) -> bytes:
    """The code of `door_address` as an SVG file. Its white margin is four modules wide, as ISO/IEC 18004 asks for."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(door_address(registration))
    drawn: bytes = code.make_image().to_string(encoding="utf-8")
    return drawn
