"""An API that is slow, busy, broken, or elsewhere."""

import logging
import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest

from forebay.adapters.partner_http import fetching
from forebay.adapters.partner_http.retry_after import seconds_asked_for
from forebay.adapters.partner_http.source_config import SourceConfig
from forebay.adapters.partner_http.token import GivenToken
from forebay.application.ports.run_source import SourceScope
from forebay.domain.pipelines.errors import SourceRefusedError, SourceUnavailableError
from forebay.domain.pipelines.pipeline import Platform
from tests.pipelines_partner.api import TOKEN, PartnerApi, Reply, run_of
from tests.unit.partner_http.asking import NOW, asking

ALL = [f"run-{number}" for number in range(5)]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_may_pass_is_asked_again_with_growing_waits(api: PartnerApi, status: int) -> None:
    api.script += [Reply(status=status)] * 3
    async with asking(api) as partner:
        assert await partner.runs() == ALL
    first, second, third = partner.waits.seconds
    assert 0.5 <= first <= 1 <= second <= 1.5
    assert 2 <= third <= 2.5


async def test_after_three_retries_it_is_not_available(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(status=503)
    async with asking(api) as partner:
        with pytest.raises(SourceUnavailableError, match=r"'acme' answers 503 \(attempts: 4\)"):
            await partner.pages()
    assert len(api.asked) == 4
    assert len(partner.waits.seconds) == 3


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("2.5", 2.5),
        ("-3", 0.0),
        ("86400", 60.0),
        (format_datetime(NOW + timedelta(seconds=20), usegmt=True), 20.0),
        (format_datetime(NOW - timedelta(seconds=20), usegmt=True), 0.0),
        (format_datetime(NOW + timedelta(days=2), usegmt=True), 60.0),
        ("Sat, 21 Nov 2026 12:00:30 -0000", 30.0),
    ],
)
async def test_the_wait_that_it_asks_for_is_kept_up_to_a_minute(api: PartnerApi, said: str, waited: float) -> None:
    api.script += [Reply(status=429, headers={"Retry-After": said})]
    async with asking(api) as partner:
        assert await partner.runs() == ALL
    assert partner.waits.seconds == [waited]


@pytest.mark.parametrize("said", ["", "soon", "nan", "Sat, 99 Nov 2026"])
async def test_a_wait_that_is_none_is_not_heard(api: PartnerApi, said: str) -> None:
    api.script += [Reply(status=503, headers={"Retry-After": said})]
    async with asking(api) as partner:
        await partner.runs()
    assert 0.5 <= partner.waits.seconds[0] <= 1


def test_without_the_header_nothing_is_asked_for() -> None:
    assert seconds_asked_for(None, now=NOW) is None


async def test_an_answer_that_never_ends_is_given_up_and_asked_for_again(api: PartnerApi) -> None:
    stall = Reply(headers={"Content-Length": "10"}, body=b"{", stalls=True)
    api.script += [None, stall, stall]
    async with asking(api, timeout_seconds=2) as partner:
        assert await partner.runs() == ALL
    assert api.cursors() == [None, "2", "2", "2", "4"]


async def test_one_that_goes_on_stalling_is_not_available(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(headers={"Content-Length": "10"}, stalls=True)
    async with asking(api, timeout_seconds=0.1) as partner:
        with pytest.raises(SourceUnavailableError, match=r"gave no whole answer within 0.1 s \(attempts: 4\)"):
            await partner.pages()


async def test_a_connection_that_is_cut_in_the_middle_of_a_body_is_made_again(api: PartnerApi) -> None:
    whole = Reply.of({"items": [run_of(9)], "next_cursor": None})
    api.script += [Reply(body=whole.body, cut_at=len(whole.body) - 3), Reply(body=whole.body, cut_at=0)]
    async with asking(api) as partner:
        assert await partner.runs() == ALL
    assert len(partner.waits.seconds) == 2


async def test_nobody_at_home_is_not_available(api: PartnerApi) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with asking(api, url=f"http://127.0.0.1:{port}") as partner:
        with pytest.raises(SourceUnavailableError, match=r"cannot be reached.*ConnectError.*attempts: 4"):
            await partner.pages()


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "renew it"), (403, "does not let the token see"), (404, "does not know this"), (418, "418")],
)
async def test_a_refusal_is_not_asked_again(api: PartnerApi, status: int, words: str) -> None:
    api.answers = lambda asked: Reply.of({"you sent": TOKEN}, status=status)
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match=words) as caught:
            await partner.pages()
    assert len(api.asked) == 1
    assert TOKEN not in caught.value.message


async def test_without_a_token_none_is_sent_and_a_refusal_says_so(api: PartnerApi) -> None:
    async with asking(api, token=None) as partner:
        with pytest.raises(SourceRefusedError, match="401: it wants a token; set token_env or token_file"):
            await partner.pages()
    assert "authorization" not in api.asked[0].headers


async def test_a_server_error_of_another_kind_may_pass_but_not_at_once(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(status=501)
    async with asking(api) as partner:
        with pytest.raises(SourceUnavailableError, match="answers 501"):
            await partner.pages()
    assert len(api.asked) == 1


async def test_an_answer_that_is_too_long_is_not_read_to_its_end(
    api: PartnerApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_ANSWER", 10_000)
    api.answers = lambda asked: Reply(headers={"Content-Length": str(10**9)}, body=b"[" * 20_000, stalls=True)
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="more than 10000 bytes; make page_size smaller"):
            await partner.pages()


async def test_an_answer_that_is_packed_is_refused(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(body=b"x", headers={"Content-Encoding": "gzip"})
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="packs its answers"):
            await partner.pages()
    assert api.asked[0].headers["accept-encoding"] == "identity"


async def test_a_redirect_on_the_same_server_is_followed(api: PartnerApi) -> None:
    api.script += [Reply(status=307, headers={"Location": "/api/pipelines/nightly/runs?limit=2&cursor=2"})]
    async with asking(api) as partner:
        assert await partner.runs() == ["run-2", "run-3", "run-4"]


async def test_a_redirect_in_a_circle_ends(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(status=302, headers={"Location": asked.path})
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="redirects in a circle"):
            await partner.pages()
    assert len(api.asked) == 4


@pytest.mark.parametrize(
    "place",
    [
        "http://localhost:{port}/api",
        "https://127.0.0.1:{port}/api",
        "http://127.0.0.1:1/api",
        "http://user:word@127.0.0.1:{port}/api",
        "//example.test/x",
        "http://[bad",
    ],
)
async def test_a_redirect_to_another_server_is_refused_and_the_token_stays_here(api: PartnerApi, place: str) -> None:
    location = place.format(port=api.url.split(":")[2].split("/", maxsplit=1)[0])
    api.answers = lambda asked: Reply(status=302, headers={"Location": location})
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="redirects to another server"):
            await partner.pages()
    assert len(api.asked) == 1


async def test_cookies_are_not_kept(api: PartnerApi) -> None:
    api.script += [Reply.of({"items": [], "next_cursor": "4"}, headers={"Set-Cookie": "session=1; Path=/"})]
    async with asking(api) as partner:
        await partner.pages()
    assert [one.headers.get("cookie") for one in api.asked] == [None, None]


async def test_nobody_says_the_token(api: PartnerApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.script += [Reply(status=500), Reply.of({"items": [], "next_cursor": "4"})]
    async with asking(api) as partner:
        await partner.pages()
        api.answers = lambda asked: Reply(status=503)
        with pytest.raises(SourceUnavailableError) as caught:
            await partner.pages()
    assert [one.headers["authorization"] for one in api.asked][:2] == [f"Bearer {TOKEN}"] * 2
    assert TOKEN not in repr(caught.value)
    config = SourceConfig(
        name="acme",
        url=api.url,
        scope=SourceScope(client=None, platform=Platform.VENDOR_API),
        token=GivenToken(TOKEN),
    )
    assert TOKEN not in repr(config)
    assert TOKEN not in "\n".join(record.getMessage() for record in caplog.records)
