"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from outreach.views import needs

VISITS: list[URLPattern] = []

NEEDS: list[URLPattern] = [
    path("equipe/besoins/voisins/", needs.common_need_list, name="common_need_list"),
    path("equipe/besoins/voisins/export.csv", needs.common_need_export_csv, name="common_need_export_csv"),
    path("equipe/besoins/voisins/export.xlsx", needs.common_need_export_xlsx, name="common_need_export_xlsx"),
    path("equipe/besoins/voisins/<slug:service>/<int:place>/", needs.common_need_detail, name="common_need_detail"),
]

TOURS: list[URLPattern] = []

FIELD: list[URLPattern] = []

COVERAGE: list[URLPattern] = []

PRIORITIES: list[URLPattern] = []

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]
