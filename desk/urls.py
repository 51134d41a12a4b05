"""The doors of the desk; included at the root."""

from __future__ import annotations

from django.urls import path

from desk import views

_CONVERSATION = "api/v1/conversations/<int:pk>"

urlpatterns = [
    path("api/v1/desk/", views.DeskView.as_view(), name="desk"),
    path("api/v1/offers/<int:pk>/accept/", views.AcceptView.as_view()),
    path("api/v1/offers/<int:pk>/decline/", views.DeclineView.as_view()),
    path(f"{_CONVERSATION}/pick/", views.PickView.as_view()),
    path(f"{_CONVERSATION}/release/", views.ReleaseView.as_view()),
    path(f"{_CONVERSATION}/finish/", views.FinishView.as_view()),
    path(f"{_CONVERSATION}/close/", views.CloseView.as_view()),
    path(f"{_CONVERSATION}/wait/", views.WaitView.as_view()),
    path(f"{_CONVERSATION}/revive/", views.ReviveView.as_view()),
]
