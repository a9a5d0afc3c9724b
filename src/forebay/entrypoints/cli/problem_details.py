"""What a server's answer means when it is not the one hoped for (RFC 9457)."""

import httpx
import msgspec

from forebay.domain.errors import ForebayError
from forebay.entrypoints.cli.errors import Failure, RemoteError, UnexpectedAnswerError


class _FieldProblem(msgspec.Struct):
    field: str
    detail: str


class _Problem(msgspec.Struct):
    code: str
    detail: str
    request_id: str = ""
    errors: list[_FieldProblem] = []


def error_of(answer: httpx.Response) -> ForebayError:
    """The body of `answer` must have been read."""
    if answer.headers.get("content-type", "").split(";")[0] == "application/problem+json":
        try:
            return RemoteError(_failure(msgspec.json.decode(answer.content, type=_Problem), answer.status_code))
        except msgspec.DecodeError:
            pass
    if answer.is_redirect:
        return UnexpectedAnswerError(
            f"the server sends us on to {answer.headers.get('location', '')[:200]!r} (HTTP {answer.status_code}); "
            "give the URL it means with --server or FOREBAY_SERVER"
        )
    return unexpected(answer)


def unexpected(answer: httpx.Response) -> UnexpectedAnswerError:
    kind = answer.headers.get("content-type", "no content type")[:100]
    return UnexpectedAnswerError(
        f"what answers at {answer.request.url.copy_with(userinfo=b'', query=None)} is not a Forebay "
        f"(HTTP {answer.status_code}, {kind}); check --server or FOREBAY_SERVER"
    )


def _failure(problem: _Problem, status: int) -> Failure:
    if len(problem.errors) == 1:
        field = problem.errors[0]
        return Failure(code=problem.code, message=field.detail, field=field.field)
    message = problem.detail
    if status == 500 and problem.request_id:
        message += f" (request id {problem.request_id})"
    return Failure(code=problem.code, message=message)
