"""Included by allauth for our provider: `/compte/oidc/<provider>/login/` and its callback."""

from django.urls import path

from . import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.openid_connect_login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.openid_connect_callback, name="openid_connect_callback"),
]
