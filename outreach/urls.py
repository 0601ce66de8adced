"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from .views import adhesions, coverage, month_reports

VISITS: list[URLPattern] = []

NEEDS: list[URLPattern] = []

TOURS: list[URLPattern] = []

FIELD: list[URLPattern] = []

COVERAGE: list[URLPattern] = [
    path("equipe/couverture/", coverage.coverage_board, name="coverage_board"),
    path("equipe/couverture/export.csv", coverage.coverage_csv, name="coverage_csv"),
    path("equipe/couverture/export.xlsx", coverage.coverage_xlsx, name="coverage_xlsx"),
    path("equipe/couverture/collectivites/", coverage.coverage_list, name="coverage_list"),
    path("equipe/couverture/collectivites/export.csv", coverage.coverage_list_csv, name="coverage_list_csv"),
    path("equipe/couverture/collectivites/export.xlsx", coverage.coverage_list_xlsx, name="coverage_list_xlsx"),
    path("equipe/couverture/zones-blanches/", coverage.coverage_blank, name="coverage_blank"),
    path("equipe/couverture/zones-blanches/export.csv", coverage.coverage_blank_csv, name="coverage_blank_csv"),
    path("equipe/couverture/zones-blanches/export.xlsx", coverage.coverage_blank_xlsx, name="coverage_blank_xlsx"),
    path("equipe/couverture/objectifs/", coverage.coverage_targets, name="coverage_targets"),
    path("equipe/couverture/objectifs/<int:pk>/retirer/", coverage.coverage_target_drop, name="coverage_target_drop"),
    path("equipe/couverture/<str:departement>/", coverage.coverage_departement, name="coverage_departement"),
    path(
        "equipe/couverture/<str:departement>/export.csv",
        coverage.coverage_departement_csv,
        name="coverage_departement_csv",
    ),
    path(
        "equipe/couverture/<str:departement>/export.xlsx",
        coverage.coverage_departement_xlsx,
        name="coverage_departement_xlsx",
    ),
    path("equipe/adhesions/", adhesions.adhesion_list, name="adhesion_list"),
    path("equipe/adhesions/export.csv", adhesions.adhesion_csv, name="adhesion_csv"),
    path("equipe/adhesions/export.xlsx", adhesions.adhesion_xlsx, name="adhesion_xlsx"),
    path("equipe/adhesions/ajouter/", adhesions.adhesion_add, name="adhesion_add"),
    path("equipe/adhesions/importer/", adhesions.adhesion_import, name="adhesion_import"),
    path("equipe/adhesions/importer/confirmer/", adhesions.adhesion_import_apply, name="adhesion_import_apply"),
    path("equipe/adhesions/<int:pk>/", adhesions.adhesion_edit, name="adhesion_edit"),
    path("equipe/bilan/", month_reports.month_report_choose, name="month_report_choose"),
    path("equipe/bilan/<str:month>/", month_reports.month_report, name="month_report"),
    path("equipe/bilan/<str:month>/bilan.xlsx", month_reports.month_report_xlsx, name="month_report_xlsx"),
    path("equipe/bilan/<str:month>/bilan.pdf", month_reports.month_report_pdf, name="month_report_pdf"),
]

PRIORITIES: list[URLPattern] = []

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]
