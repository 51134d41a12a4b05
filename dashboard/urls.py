"""The addresses of what is seen."""

from django.urls import path

from dashboard import views

urlpatterns = [
    path("", views.floor, name="floor"),
    path("api/v1/board/", views.BoardView.as_view()),
]
