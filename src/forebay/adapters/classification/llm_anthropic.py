"""Language models behind the Anthropic API."""

import anthropic
import msgspec
from anthropic.types import ToolChoiceToolParam, ToolParam

from forebay.adapters.classification.llm_http import (
    checked_address,
    keep_content_out_of_logs,
    open_http,
    refusal_behind,
)
from forebay.adapters.classification.llm_model import (
    AttemptFailedError,
    ChatModel,
    Question,
    failure_of_connection,
    failure_of_status,
)
from forebay.adapters.classification.llm_retry import seconds_asked_for
from forebay.domain.documents.errors import ClassifierRefusedError

URL = "https://api.anthropic.com"
_LONGEST_OUTPUT = 4_096
_TOOL = "record_category"
_NO_KEY = "none"  # the SDK would look for one in the environment; it is not sent


class _Block(msgspec.Struct, frozen=True):
    type: str
    text: str = ""
    input: msgspec.Raw = msgspec.Raw()


class _Message(msgspec.Struct, frozen=True):
    content: list[_Block]
    stop_reason: str | None = None


class AnthropicModel:
    """`url` ends where `/v1/messages` begins. aclose() at the end."""

    provider = "anthropic"

    def __init__(self, *, model: str, url: str, key: str, seconds: float) -> None:
        keep_content_out_of_logs("anthropic")
        self.model = model
        self._client = anthropic.AsyncAnthropic(
            api_key=key or _NO_KEY,
            base_url=checked_address(url),
            max_retries=0,  # llm_retry does that
            timeout=seconds,
            open_telemetry=False,
            http_client=open_http(seconds=seconds, authorized=bool(key)),
        )

    async def aclose(self) -> None:
        await self._client.close()

    async def ask(self, question: Question, *, structured: bool) -> str | bytes:
        body = await self._send(question, structured=structured)
        try:
            message = msgspec.json.decode(body, type=_Message)
        except msgspec.DecodeError:
            raise ClassifierRefusedError(
                "what answers at FOREBAY_LLM_URL does not speak the protocol of Anthropic's messages"
            ) from None
        if message.stop_reason == "refusal":
            raise ClassifierRefusedError("the language model refused to judge this document")
        for block in message.content:
            if block.type == "tool_use":
                return bytes(block.input)
        text = "".join(block.text for block in message.content if block.type == "text")
        if not text:
            raise ClassifierRefusedError(
                f"the language model gave no answer ({message.stop_reason or 'no reason'})"[:200]
            )
        return text

    async def _send(self, question: Question, *, structured: bool) -> bytes:
        tool: ToolParam = {
            "name": _TOOL,
            "description": "Records the category of the document.",
            "input_schema": question.schema,
        }
        choice: ToolChoiceToolParam = {"type": "tool", "name": _TOOL, "disable_parallel_tool_use": True}
        try:
            answer = await self._client.messages.with_raw_response.create(
                model=self.model,
                max_tokens=_LONGEST_OUTPUT,
                system=question.system,
                messages=[{"role": "user", "content": question.user}],
                tools=[tool] if structured else anthropic.omit,
                tool_choice=choice if structured else anthropic.omit,
            )
            return await answer.read()
        except anthropic.AnthropicError as error:
            raise _failure(error) from None


def _failure(error: anthropic.AnthropicError) -> AttemptFailedError | ClassifierRefusedError:
    if (refused := refusal_behind(error)) is not None:
        return refused
    if isinstance(error, anthropic.APIStatusError):
        headers = error.response.headers
        return failure_of_status(error.status_code, headers, retry_after=seconds_asked_for(headers.get("retry-after")))
    if isinstance(error, anthropic.APITimeoutError):
        return failure_of_connection("does not answer in time")
    if isinstance(error, anthropic.APIConnectionError):
        return failure_of_connection("cannot be reached, or hung up")
    return ClassifierRefusedError(f"the Anthropic SDK cannot ask the language model ({type(error).__name__})")


def _proof(model: AnthropicModel) -> ChatModel:
    return model
