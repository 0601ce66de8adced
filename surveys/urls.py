"""The addresses of questionnaires."""

from django.urls import path

from surveys.views import staff

urlpatterns = [
    path("equipe/questionnaires/", staff.questionnaire_list, name="questionnaire_list"),
    path("equipe/questionnaires/<slug:code>/<int:version>/", staff.questionnaire_preview, name="questionnaire_preview"),
]
