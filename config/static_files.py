"""How static files are found among the packages, and named for long caching."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.environment import ROOT
from config.front_end import FILES
from config.slim import Slim

PACKAGES = ROOT / "node_modules"


class PackageFinder(BaseFinder):
    """Finds the files of FILES and nothing else of the installed packages."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        if path not in FILES:
            return []
        found = str(PACKAGES / FILES[path])
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for address, file in FILES.items():
            yield address, Renamed(address, file)


class Renamed(FileSystemStorage):
    """One package file under the address it is served at."""

    def __init__(self, address: str, file: str) -> None:
        super().__init__(location=PACKAGES)
        self.address = address
        self.file = file

    def path(self, name: str) -> str:
        return super().path(self.file if name == self.address else name)


class StaticMiddleware(WhiteNoiseMiddleware):
    """Reads each file whole: as a stream Django would copy it piece by piece."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        with answer.file or BytesIO() as file:
            content = file.read()
        return HttpResponse(content, status=answer.status, headers=dict(answer.headers))


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, so that browsers keep files; imports between modules included."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Under their hashed names our own files are slim."""
        slim = {name: (Slim(storage), path) for name, (storage, path) in paths.items()}
        yield from super().post_process(slim, dry_run, **options)
