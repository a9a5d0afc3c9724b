"""What a language model is asked, what it is to the classifier, and how an attempt to ask it fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`schema`: the JSON Schema of the answer. Its text never says a key, and is never logged."""

    system: str
    user: str
    schema: dict[str, object]


class ChatModel(Protocol):
    """One model of one provider. Each call is one attempt: nothing is repeated here."""

    @property
    def provider(self) -> str: ...

    @property
    def model(self) -> str: ...

    async def ask(self, question: Question, *, structured: bool) -> str | bytes:
        """What should be the JSON of an answer. `structured`: the provider is to hold the model to the schema.

        AttemptFailedError, ClassifierRefusedError.
        """
        ...


class AttemptFailedError(Exception):
    """No answer came. `passing`: a later one may; `again`: it is worth while to try at once, after `retry_after`."""

    def __init__(
        self,
        message: str,
        *,
        passing: bool,
        again: bool = True,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.passing = passing
        self.again = passing and again
        self.status = status
        self.retry_after = retry_after


_SERVICE = "the service of the language model"
_ADVICE: Mapping[int, str] = {
    400: "did not understand the request; check FOREBAY_LLM_MODEL, and FOREBAY_LLM_MAX_INPUT_TOKENS against its limit",
    401: "does not accept the key; check FOREBAY_LLM_API_KEY",
    402: "wants to be paid first; check the account behind FOREBAY_LLM_API_KEY",
    403: "does not allow this; check FOREBAY_LLM_API_KEY and what it may do",
    404: "knows no such address or model; check FOREBAY_LLM_URL and FOREBAY_LLM_MODEL",
    413: "takes no request of this size; lower FOREBAY_LLM_MAX_INPUT_TOKENS",
    429: "limits how often it is asked",
}
_PASSING = {408, 409, 429}


def failure_of_status(status: int, headers: Mapping[str, str], *, retry_after: float | None) -> AttemptFailedError:
    """What an HTTP status other than 2xx means. Nothing of the body is repeated: servers put keys and texts there."""
    if 300 <= status < 400:
        said = "sends us elsewhere, where we do not go; set FOREBAY_LLM_URL to the address itself"
    else:
        said = _ADVICE.get(status, "did not work")
    return AttemptFailedError(
        f"{_SERVICE} {said} (HTTP {status})",
        passing=status in _PASSING or (status >= 500 and status != 501),
        again=headers.get("x-should-retry") != "false",
        status=status,
        retry_after=retry_after,
    )


def failure_of_connection(reason: str) -> AttemptFailedError:
    """`reason`: without an address or a key."""
    return AttemptFailedError(f"{_SERVICE} {reason}; check FOREBAY_LLM_URL and that it is up", passing=True)
