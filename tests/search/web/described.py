"""Schemathesis asks an application whatever its description allows. In a module of its own: loading it takes a second."""

from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def ask_what_is_described(app: FastAPI, description: str, *, but: str, examples: int) -> int:
    """Ask every operation but one so many questions, and check each answer; gives how many operations there were."""
    run = settings(
        max_examples=examples, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    tried = 0
    for found in schemathesis.openapi.from_asgi(description, app).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path == but:
            continue

        @run
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            case.validate_response(case.call(), checks=CHECKS)

        ask()
        tried += 1
    return tried
