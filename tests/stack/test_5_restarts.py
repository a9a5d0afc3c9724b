"""The API stops in the middle of an upload, and the whole stack goes down and comes up again."""

import httpx

from tests.http.archives import tar
from tests.stack.stack import Stack
from tests.stack.upload_in_halves import UploadInHalves
from tests.stack.visitor import Visitor
from tests.stack.waiting import eventually


def test_an_upload_under_way_is_finished_by_an_api_that_is_told_to_stop(stack: Stack, visitor: Visitor) -> None:
    content = tar({"app/big.bin": bytes(range(256)) * 8192}, packed=False)
    with UploadInHalves(stack.url, content) as upload:
        upload.wait_until_half_is_sent()
        eventually(lambda: visitor.get("/v1/runs", status="pending")["items"], "the upload has not begun")
        restart = stack.compose.start(["restart", "api"])
        try:
            eventually(lambda: not answers(stack), "the API goes on taking requests")
            run_id = upload.finish()
        finally:
            assert restart.wait(120) == 0
    stack.ledger.note(run_id, content)
    eventually(visitor.is_ready, "the API does not come back")
    visitor.assert_all_is_there([run_id])


def answers(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.url}/healthz", timeout=10).is_success
    except httpx.TransportError:
        return False


def test_all_is_there_after_the_stack_went_down_and_up(stack: Stack, visitor: Visitor) -> None:
    before = {path: visitor.get(path)["items"] for path in ("/v1/documents?q=heron", "/v1/clients", "/v1/alerts")}
    stack.compose("down", "--timeout", "40")
    assert stack.compose.containers() == []
    stack.compose.up()
    assert visitor.failing() == set()
    assert {path: visitor.get(path)["items"] for path in before} == before
    visitor.assert_all_is_there()
