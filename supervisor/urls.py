"""The addresses of the supervisors' API."""

from django.urls import path

from conversations import addresses  # noqa: F401  registers <id:...>
from supervisor.api import acting, agents, hand, reading, routing

ONE = "api/v1/conversations/<id:pk>/"

urlpatterns = [
    path(ONE, reading.ConversationView.as_view()),
    path(f"{ONE}assignable/", reading.AssignableView.as_view()),
    path(f"{ONE}transferable/", reading.TransferableView.as_view()),
    path(f"{ONE}messages/", reading.MessagesView.as_view()),
    path(f"{ONE}assign/", acting.AssignView.as_view()),
    path(f"{ONE}transfer/", acting.TransferView.as_view()),
    path(f"{ONE}force-close/", acting.ForceCloseView.as_view()),
    path(f"{ONE}monitor/", acting.MonitorView.as_view()),
    path(f"{ONE}join/", acting.JoinView.as_view()),
    path(f"{ONE}hand/", hand.HandView.as_view()),
    path(f"{ONE}routing/", routing.ConversationRoutingView.as_view()),
    path("api/v1/agents/<id:pk>/", agents.AgentView.as_view()),
    path(
        "api/v1/agents/<id:pk>/presence-history/",
        agents.PresenceHistoryView.as_view(),
    ),
    path("api/v1/agents/<id:pk>/routing/", routing.AgentRoutingView.as_view()),
]
