"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from outreach.views import commitments, contacts, field, field_conflicts, notes, reports, visits

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
