"""The doors of channels, record systems and bots; included at the root."""

from __future__ import annotations

from django.urls import include, path

from gateways import views

_ALL = "api/v1/conversations/"
_ONE = f"{_ALL}<int:pk>"

urlpatterns = [
    path("", include("gateways.chat.urls")),
    path("api/v1/customer-messages/", views.CustomerMessagesView.as_view()),
    path(_ALL, views.ArrivalView.as_view()),
    path(f"{_ONE}/customer-messages/", views.CustomerMessageView.as_view()),
    path(f"{_ONE}/public-messages/", views.PublicMessagesView.as_view()),
    path(f"{_ONE}/consent/", views.ConsentView.as_view()),
    path(f"{_ONE}/end/", views.EndView.as_view()),
    path(f"{_ONE}/elevate/", views.ElevateView.as_view()),
    path(f"{_ONE}/resolve/", views.ResolveView.as_view()),
    path(f"{_ONE}/bot/message/", views.BotMessageView.as_view()),
    path(f"{_ONE}/bot/escalate/", views.BotEscalateView.as_view()),
    path(f"{_ONE}/bot/end/", views.BotEndView.as_view()),
]
