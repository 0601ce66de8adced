"""Addresses that belong to no app."""

from django.urls import path

from . import views

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("equipe/", views.staff_home, name="staff_home"),
    path("equipe/composants/", views.components, name="components"),
    path("lien/<str:token>/", views.signed_link, name="signed_link"),
    path("sante/", views.health_check, name="health_check"),
    path("robots.txt", views.robots, name="robots"),
]
