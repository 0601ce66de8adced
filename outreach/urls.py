"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from outreach.views import (
    adhesions,
    appointments,
    areas,
    commitments,
    contacts,
    coverage,
    field,
    field_conflicts,
    month_reports,
    needs,
    notes,
    priorities,
    reports,
    slots,
    tours,
    visits,
)

VISITS: list[URLPattern] = [
    path("equipe/visites/", visits.visit_list, name="visit_list"),
    path("equipe/visites/export.csv", visits.visit_export_csv, name="visit_export_csv"),
    path("equipe/visites/export.xlsx", visits.visit_export_xlsx, name="visit_export_xlsx"),
    path("equipe/visites/comptes-rendus.csv", visits.visit_report_export_csv, name="visit_report_export_csv"),
    path("equipe/visites/comptes-rendus.xlsx", visits.visit_report_export_xlsx, name="visit_report_export_xlsx"),
    path("equipe/visites/nouvelle/", visits.visit_plan, name="visit_plan"),
    path("equipe/visites/deja-faite/", reports.visit_write_down, name="visit_write_down"),
    path("equipe/visites/<int:pk>/", visits.visit_detail, name="visit_detail"),
    path("equipe/visites/<int:pk>/modifier/", visits.visit_change, name="visit_change"),
    path("equipe/visites/<int:pk>/reporter/", visits.visit_postpone, name="visit_postpone"),
    path("equipe/visites/<int:pk>/annuler/", visits.visit_cancel, name="visit_cancel"),
    path("equipe/visites/<int:pk>/compte-rendu/", reports.visit_report, name="visit_report"),
    path("equipe/visites/<int:pk>/preparer/", contacts.visit_sheet, name="visit_sheet"),
    path("equipe/collectivites/<slug:slug>/preparer/", contacts.contact_sheet, name="contact_sheet"),
    path("equipe/collectivites/<slug:slug>/preparer.pdf", contacts.contact_sheet_pdf, name="contact_sheet_pdf"),
    path("equipe/collectivites/<slug:slug>/contacts/", contacts.contact_story, name="contact_story"),
    path("equipe/notes/", notes.note_list, name="note_list"),
    path("equipe/notes/export.csv", notes.note_export_csv, name="note_export_csv"),
    path("equipe/notes/export.xlsx", notes.note_export_xlsx, name="note_export_xlsx"),
    path("equipe/notes/nouvelle/", notes.note_create, name="note_create"),
    path("equipe/engagements/", commitments.commitment_list, name="commitment_list"),
    path("equipe/engagements/export.csv", commitments.commitment_export_csv, name="commitment_export_csv"),
    path("equipe/engagements/export.xlsx", commitments.commitment_export_xlsx, name="commitment_export_xlsx"),
    path("equipe/engagements/<int:pk>/fait/", commitments.commitment_tick, name="commitment_tick"),
]

NEEDS: list[URLPattern] = [
    path("equipe/besoins/voisins/", needs.common_need_list, name="common_need_list"),
    path("equipe/besoins/voisins/export.csv", needs.common_need_export_csv, name="common_need_export_csv"),
    path("equipe/besoins/voisins/export.xlsx", needs.common_need_export_xlsx, name="common_need_export_xlsx"),
    path("equipe/besoins/voisins/<slug:service>/<int:place>/", needs.common_need_detail, name="common_need_detail"),
]

TOURS: list[URLPattern] = [
    path("equipe/tournees/", tours.tour_list, name="tour_list"),
    path("equipe/tournees/export.csv", tours.tour_export_csv, name="tour_export_csv"),
    path("equipe/tournees/export.xlsx", tours.tour_export_xlsx, name="tour_export_xlsx"),
    path("equipe/tournees/nouvelle/", tours.tour_create, name="tour_create"),
    path("equipe/tournees/<int:pk>/", tours.tour_detail, name="tour_detail"),
    path("equipe/tournees/<int:pk>/feuille.pdf", tours.tour_sheet_pdf, name="tour_sheet"),
    path("equipe/tournees/<int:pk>/creneaux/", slots.tour_slots, name="tour_slots"),
    path("equipe/rendez-vous/", slots.slot_queue, name="slot_queue"),
    path("equipe/rendez-vous/export.csv", slots.slot_queue_csv, name="slot_queue_csv"),
    path("equipe/rendez-vous/export.xlsx", slots.slot_queue_xlsx, name="slot_queue_xlsx"),
    path("equipe/rendez-vous/<int:pk>/", slots.slot_settle, name="slot_settle"),
    path("equipe/mon-secteur/", areas.my_area, name="my_area"),
    path("equipe/secteurs/", areas.area_list, name="area_list"),
    path("equipe/secteurs/export.csv", areas.area_export_csv, name="area_export_csv"),
    path("equipe/secteurs/export.xlsx", areas.area_export_xlsx, name="area_export_xlsx"),
    path("equipe/secteurs/<int:pk>/", areas.area_edit, name="area_edit"),
    path("equipe/agenda/<str:token>.ics", areas.voltigeur_feed, name="voltigeur_feed"),
    path("rendez-vous/<str:token>/", appointments.appointment, name="appointment"),
]

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

PRIORITIES: list[URLPattern] = [
    path("equipe/priorites/", priorities.priority_list, name="priority_list"),
    path("equipe/priorites/export.csv", priorities.priority_export_csv, name="priority_export_csv"),
    path("equipe/priorites/export.xlsx", priorities.priority_export_xlsx, name="priority_export_xlsx"),
    path("equipe/priorites/recompter/", priorities.priority_count, name="priority_count"),
    path("equipe/priorites/reglages/", priorities.priority_settings, name="priority_settings"),
    path("equipe/priorites/<slug:slug>/", priorities.priority_why, name="priority_why"),
]

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]
