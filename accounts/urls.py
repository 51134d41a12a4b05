"""The doors of the identity room; included at the root."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import LoginView, TokenView

urlpatterns = [
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("api/v1/token/", TokenView.as_view(), name="token"),
]
