"""The addresses of the customer's own door."""

from __future__ import annotations

from django.urls import path

from gateways.chat import pages, views

_API = "api/v1/chat/"

urlpatterns = [
    path("chat/", pages.chat, name="chat"),
    path("chat/widget.js", pages.widget, name="chat-widget"),
    path(_API, views.ChatDoorView.as_view()),
    path(f"{_API}offline/", views.OfflineView.as_view()),
    path(f"{_API}messages/", views.ChatMessageView.as_view()),
    path(f"{_API}end/", views.ChatEndView.as_view()),
    path(f"{_API}rating/", views.ChatRatingView.as_view()),
]
