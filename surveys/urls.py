"""The addresses of questionnaires."""

from django.urls import path

from surveys.views import staff, xlsform

urlpatterns = [
    path("equipe/questionnaires/", staff.questionnaire_list, name="questionnaire_list"),
    path("equipe/questionnaires/importer/", xlsform.questionnaire_import, name="questionnaire_import"),
    path("equipe/questionnaires/<slug:code>/<int:version>/", staff.questionnaire_preview, name="questionnaire_preview"),
    path(
        "equipe/questionnaires/<slug:code>/<int:version>/xlsform.xlsx",
        xlsform.questionnaire_xlsform,
        name="questionnaire_xlsform",
    ),
]
