"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from outreach.views import needs, priorities

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

PRIORITIES: list[URLPattern] = [
    path("equipe/priorites/", priorities.priority_list, name="priority_list"),
    path("equipe/priorites/export.csv", priorities.priority_export_csv, name="priority_export_csv"),
    path("equipe/priorites/export.xlsx", priorities.priority_export_xlsx, name="priority_export_xlsx"),
    path("equipe/priorites/recompter/", priorities.priority_count, name="priority_count"),
    path("equipe/priorites/reglages/", priorities.priority_settings, name="priority_settings"),
    path("equipe/priorites/<slug:slug>/", priorities.priority_why, name="priority_why"),
]

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]
