"""A middleware that does nothing, in the one way that makes the others cheap."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_only_middleware

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@sync_only_middleware
def one_thread(get_response: GetResponse) -> GetResponse:
    """Innermost and synchronous, it makes all those outside it synchronous too.

    As coroutines each of them hops to a thread and back for every request, which
    costs more than half as much again as the request itself.
    """
    return get_response
