"""The doors of the desk; included at the root."""

from __future__ import annotations

from django.urls import path

from conversations import addresses  # noqa: F401  registers <id:...>
from desk import asides, pages, views

_CONVERSATION = "api/v1/conversations/<id:pk>"

urlpatterns = [
    path("desk/", pages.desk, name="desk-page"),
    path("api/v1/desk/", views.DeskView.as_view(), name="desk"),
    path("api/v1/offers/<id:pk>/accept/", views.AcceptView.as_view()),
    path("api/v1/offers/<id:pk>/decline/", views.DeclineView.as_view()),
    path(f"{_CONVERSATION}/pick/", views.PickView.as_view()),
    path(f"{_CONVERSATION}/release/", views.ReleaseView.as_view()),
    path(f"{_CONVERSATION}/finish/", views.FinishView.as_view()),
    path(f"{_CONVERSATION}/close/", views.CloseView.as_view()),
    path(f"{_CONVERSATION}/wait/", views.WaitView.as_view()),
    path(f"{_CONVERSATION}/revive/", views.ReviveView.as_view()),
    path("api/v1/desk/notice/", asides.NoticeView.as_view()),
    path("api/v1/desk/routing/", asides.WhyNothingView.as_view()),
    path("api/v1/quick-replies/", asides.QuickRepliesView.as_view()),
    path("api/v1/offers/<id:pk>/withdraw/", asides.TakeBackView.as_view()),
    path(f"{_CONVERSATION}/colleagues/", asides.ColleaguesView.as_view()),
    path(f"{_CONVERSATION}/consult/", asides.ConsultView.as_view()),
    path(f"{_CONVERSATION}/consult/add/", asides.AddConsultantView.as_view()),
    path(f"{_CONVERSATION}/consult/end/", asides.EndConsultView.as_view()),
    path(f"{_CONVERSATION}/leave/", asides.LeaveView.as_view()),
    path(f"{_CONVERSATION}/hand-over/", asides.HandOverView.as_view()),
    path(f"{_CONVERSATION}/notes/", asides.NotesView.as_view()),
]
