"""The table from error codes to HTTP, and what becomes of errors of the framework."""

import importlib
import pkgutil
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.exceptions import HTTPException, ImproperlyConfiguredException, InternalServerException
from litestar.testing import TestClient

import forebay.domain
from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.problems import STATUS, TITLES, on_defect, on_http_error


def every_error(root: type[ForebayError] = ForebayError) -> set[type[ForebayError]]:
    found = {root}
    for child in root.__subclasses__():
        if child.__module__.startswith("forebay.domain."):
            found |= every_error(child)
    return found


def test_every_error_has_a_status_with_a_title() -> None:
    for module in pkgutil.walk_packages(forebay.domain.__path__, "forebay.domain."):
        importlib.import_module(module.name)
    codes = {error.code for error in every_error()}
    assert codes == set(STATUS)
    assert set(STATUS.values()) <= set(TITLES)


def test_every_error_has_a_sentence_of_its_own() -> None:
    for error in every_error():
        assert error.__doc__, error
        assert error.__doc__.strip().endswith(".")


@pytest.mark.parametrize("error", [ImproperlyConfiguredException("no such thing"), InternalServerException("oh")])
def test_an_error_of_the_framework_itself_is_a_defect_that_the_log_shows(error: HTTPException) -> None:
    defects: list[object] = []

    @get("/")
    async def broken() -> None:
        raise error

    app = Litestar(
        [broken],
        exception_handlers={HTTPException: on_http_error, Exception: on_defect},
        openapi_config=None,
        logging_config=None,
    )

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)
        if scope["type"] == "http":
            defects.append(scope["state"].get("defect"))

    with TestClient(watched) as client:
        response = client.get("/")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "no such thing" not in response.text
    assert defects == [error]
