"""The site map: one include per app; each app mounts at '' and owns its prefixes."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

admin.site.site_header = admin.site.site_title = _("SO Coopération · gestion")
admin.site.index_title = _("L’atelier de l’équipe")

handler400 = "soco.web.views.bad_request"
handler403 = "soco.web.views.permission_denied"
handler404 = "soco.web.views.page_not_found"
handler429 = "soco.accounts.views.too_many_requests"  # allauth's, when somebody asks too often
handler500 = "soco.web.views.server_error"

urlpatterns = [
    path("", include("opendata.urls")),
    path("", include("outreach.urls")),
    path("", include("events.urls")),
    path("", include("surveys.urls")),
    path("", include("directory.urls")),
    path("", include("soco.mailing.urls")),
    path("", include("soco.accounts.urls")),
    path("", include("soco.web.urls")),
    path("gestion/", admin.site.urls),
]
