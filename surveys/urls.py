"""The addresses of questionnaires."""

from django.urls import path

from surveys.views import answering, staff

urlpatterns = [
    path("questionnaires/", answering.landing, name="questionnaire_landing"),
    path("questionnaires/<str:token>/", answering.questionnaire, name="questionnaire"),
    path("questionnaires/<str:token>/page/<slug:page>/", answering.questionnaire_page, name="questionnaire_page"),
    path("questionnaires/<str:token>/relire/", answering.questionnaire_review, name="questionnaire_review"),
    path("questionnaires/<str:token>/merci/", answering.questionnaire_done, name="questionnaire_done"),
    path("questionnaires/<str:token>/reponses.pdf", answering.questionnaire_receipt, name="questionnaire_receipt"),
    path("questionnaires/<str:token>/collegue/", answering.questionnaire_colleague, name="questionnaire_colleague"),
    path("equipe/questionnaires/", staff.questionnaire_list, name="questionnaire_list"),
    path("equipe/questionnaires/<slug:code>/<int:version>/", staff.questionnaire_preview, name="questionnaire_preview"),
]
