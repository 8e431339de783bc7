"""How the page speaks HTTP: uvicorn's protocol, with a limit on the time that the head of a request may take."""

from uvicorn.protocols.http.h11_impl import H11Protocol

from search.http.heads import HeadTimer


def page_protocol(seconds: float) -> type[H11Protocol]:
    """A protocol for ``uvicorn.Config(http=…)`` that waits so long for a head."""

    class PageProtocol(HeadTimer, H11Protocol):
        """One connection."""

        head_seconds = seconds

        def awaits_head(self) -> bool:
            """Whether no request is being answered."""
            return self.cycle is None or self.cycle.response_complete

    return PageProtocol
