"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from outreach.views import field, field_conflicts

VISITS: list[URLPattern] = []

NEEDS: list[URLPattern] = []

TOURS: list[URLPattern] = []

FIELD: list[URLPattern] = [
    path("terrain/", field.field, name="field"),
    path("terrain/manifest.webmanifest", field.field_manifest, name="field_manifest"),
    path("terrain/service-worker.js", field.field_worker, name="field_worker"),
    path("terrain/donnees.json", field.field_data_json, name="field_data_json"),
    path("terrain/fiches/<int:pk>.json", field.field_sheet, name="field_sheet"),
    path("terrain/comptes-rendus/", field.field_report, name="field_report"),
    path("terrain/quitter/", field.field_leave, name="field_leave"),
    path("equipe/terrain/conflits/", field_conflicts.field_conflict_list, name="field_conflict_list"),
    path("equipe/terrain/conflits/export.csv", field_conflicts.field_conflicts_csv, name="field_conflicts_csv"),
    path("equipe/terrain/conflits/export.xlsx", field_conflicts.field_conflicts_xlsx, name="field_conflicts_xlsx"),
    path("equipe/terrain/conflits/<int:pk>/", field_conflicts.field_conflict, name="field_conflict"),
]

COVERAGE: list[URLPattern] = []

PRIORITIES: list[URLPattern] = []

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]
