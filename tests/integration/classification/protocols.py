"""The two protocols, from the side of a server."""

from typing import Protocol, cast

import msgspec

from forebay.adapters.classification.llm_anthropic import AnthropicModel
from forebay.adapters.classification.llm_openai import OpenAiModel
from tests.integration.classification.model_server import Reply, Request

KEY = "sk-test-0123456789abcdef"
MODEL = "model-1"
Json = dict[str, object]


class Spoken(Protocol):
    """One of them. `path`: where requests go. `base`: what comes before it in FOREBAY_LLM_URL."""

    name: str
    base: str
    path: str

    def model(self, url: str, *, key: str = KEY, seconds: float = 10.0) -> OpenAiModel | AnthropicModel: ...

    def says(self, text: str, *, structured: bool = True) -> Reply:
        """The model's own words: JSON, or not."""
        ...

    def refuses(self) -> Reply: ...

    def key_of(self, request: Request) -> str | None: ...

    def is_structured(self, request: Request) -> bool: ...

    def prompt_of(self, request: Request) -> str: ...


class OpenAi:
    """Chat completions."""

    name = "openai"
    base = "/v1"
    path = "/v1/chat/completions"

    def model(self, url: str, *, key: str = KEY, seconds: float = 10.0) -> OpenAiModel:
        return OpenAiModel(model=MODEL, url=url + self.base, key=key, seconds=seconds)

    def says(self, text: str, *, structured: bool = True) -> Reply:
        return _json({"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": text}}]})

    def refuses(self) -> Reply:
        return _json({"choices": [{"finish_reason": "stop", "message": {"content": None, "refusal": "I will not."}}]})

    def key_of(self, request: Request) -> str | None:
        return request.headers.get("authorization", "").removeprefix("Bearer ") or None

    def is_structured(self, request: Request) -> bool:
        return "response_format" in request.body

    def prompt_of(self, request: Request) -> str:
        return "\n".join(str(message["content"]) for message in cast(list[Json], request.body["messages"]))


class Anthropic:
    """Messages."""

    name = "anthropic"
    base = ""
    path = "/v1/messages"

    def model(self, url: str, *, key: str = KEY, seconds: float = 10.0) -> AnthropicModel:
        return AnthropicModel(model=MODEL, url=url + self.base, key=key, seconds=seconds)

    def says(self, text: str, *, structured: bool = True) -> Reply:
        if not structured:
            return _json({"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"})
        block = f'{{"type": "tool_use", "id": "t1", "name": "record_category", "input": {text}}}'
        return Reply(body=f'{{"content": [{block}], "stop_reason": "tool_use"}}'.encode())

    def refuses(self) -> Reply:
        return _json({"content": [{"type": "text", "text": "I will not."}], "stop_reason": "refusal"})

    def key_of(self, request: Request) -> str | None:
        """Which of the two headers it is depends on the version of the SDK."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        return request.headers.get("x-api-key") or bearer or None

    def is_structured(self, request: Request) -> bool:
        return "tools" in request.body

    def prompt_of(self, request: Request) -> str:
        messages = cast(list[Json], request.body["messages"])
        return "\n".join([str(request.body["system"]), *(str(message["content"]) for message in messages)])


def _json(value: object) -> Reply:
    return Reply(body=msgspec.json.encode(value))


PROTOCOLS: tuple[Spoken, ...] = (OpenAi(), Anthropic())
