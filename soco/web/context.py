"""What every template may name without its view passing it."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"network_name": settings.NETWORK_NAME, "site_url": settings.SITE_URL, "contact_email": settings.MAIL_FROM}
