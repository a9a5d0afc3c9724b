"""Language models behind the OpenAI API, or any server that speaks its chat completions."""

import msgspec
import openai
from openai.types.shared_params import ResponseFormatJSONSchema

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

URL = "https://api.openai.com/v1"
_LONGEST_OUTPUT = 4_096  # tokens; models that think first count their thoughts
_NO_KEY = "none"  # the SDK insists on one; it is not sent


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct, frozen=True):
    choices: list[_Choice]


class OpenAiModel:
    """`url` ends where `/chat/completions` begins. aclose() at the end."""

    provider = "openai"

    def __init__(self, *, model: str, url: str, key: str, seconds: float) -> None:
        keep_content_out_of_logs("openai")
        self.model = model
        self._client = openai.AsyncOpenAI(
            api_key=key or _NO_KEY,
            base_url=checked_address(url),
            max_retries=0,  # llm_retry does that
            timeout=seconds,
            http_client=open_http(seconds=seconds, authorized=bool(key)),
        )

    async def aclose(self) -> None:
        await self._client.close()

    async def ask(self, question: Question, *, structured: bool) -> str | bytes:
        body = await self._send(question, structured=structured)
        try:
            choice = msgspec.json.decode(body, type=_Completion).choices[0]
        except (msgspec.DecodeError, IndexError):
            raise ClassifierRefusedError(
                "what answers at FOREBAY_LLM_URL does not speak the protocol of OpenAI's chat completions"
            ) from None
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise ClassifierRefusedError("the language model refused to judge this document")
        if not choice.message.content:
            raise ClassifierRefusedError(
                f"the language model gave no answer ({choice.finish_reason or 'no reason'})"[:200]
            )
        return choice.message.content

    async def _send(self, question: Question, *, structured: bool) -> bytes:
        form: ResponseFormatJSONSchema = {
            "type": "json_schema",
            "json_schema": {"name": "category", "strict": True, "schema": question.schema},
        }
        try:
            answer = await self._client.chat.completions.with_raw_response.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": question.system},
                    {"role": "user", "content": question.user},
                ],
                response_format=form if structured else openai.omit,
                # Servers without schemas are those that know the older name only.
                max_completion_tokens=_LONGEST_OUTPUT if structured else openai.omit,
                max_tokens=openai.omit if structured else _LONGEST_OUTPUT,
            )
        except openai.OpenAIError as error:
            raise _failure(error) from None
        return answer.content


def _failure(error: openai.OpenAIError) -> AttemptFailedError | ClassifierRefusedError:
    if (refused := refusal_behind(error)) is not None:
        return refused
    if isinstance(error, openai.APIStatusError):
        headers = error.response.headers
        return failure_of_status(error.status_code, headers, retry_after=seconds_asked_for(headers.get("retry-after")))
    if isinstance(error, openai.APITimeoutError):
        return failure_of_connection("does not answer in time")
    if isinstance(error, openai.APIConnectionError):
        return failure_of_connection("cannot be reached, or hung up")
    return ClassifierRefusedError(f"the OpenAI SDK cannot ask the language model ({type(error).__name__})")


def _proof(model: OpenAiModel) -> ChatModel:
    return model
