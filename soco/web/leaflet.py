"""Finds Leaflet's files inside the django-leaflet wheel, under the name `leaflet/…`.

The wheel is used for its static files only: as an installed app it would want GDAL, and importing it would want GeoDjango.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

WANTED = {"leaflet.js", "leaflet.js.map", "leaflet.css"}  # the map: the hashed storage follows the reference to it


class LeafletFinder(FileSystemFinder):
    def __init__(self, app_names: object = None, *args: object, **kwargs: object) -> None:
        spec = find_spec("leaflet")
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("The django-leaflet wheel is not installed: the map needs its static files.")
        root = str(Path(spec.submodule_search_locations[0]) / "static" / "leaflet")
        storage = FileSystemStorage(location=root)
        storage.prefix = "leaflet"  # type: ignore[attr-defined]
        self.locations = [("leaflet", root)]
        self.storages = {root: storage}

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Yield only the files a page asks for, and the images their style sheet names."""
        for path, storage in super().list(ignore_patterns):
            if path in WANTED or path.startswith("images/"):
                yield path, storage
