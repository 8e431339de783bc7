"""The search page and the JSON API, over either store. Takes a store, gives an ASGI application."""

from search.web.app import create_app
from search.web.site import Options

__all__ = ["Options", "create_app"]
