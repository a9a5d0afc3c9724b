"""From page to page, and where the next sync goes on."""

import json

import pytest

from forebay.domain.pipelines.errors import SourceRefusedError
from forebay.domain.pipelines.report import ReportedStatus
from tests.pipelines_partner.api import Asked, PartnerApi, Reply, run_of
from tests.unit.partner_http.asking import a_pipeline, asking

ALL = [f"run-{number}" for number in range(5)]


async def test_all_pages_are_read_and_the_last_cursor_is_kept(api: PartnerApi) -> None:
    async with asking(api) as partner:
        pages = await partner.pages()
    assert [report.external_run_id for page in pages for report in page.reports] == ALL
    assert [page.cursor for page in pages] == ["2", "4", "4"]
    assert api.cursors() == [None, "2", "4"]
    assert [one.limit for one in api.asked] == [2, 2, 2]


async def test_the_next_sync_begins_with_what_the_last_cursor_led_to(api: PartnerApi) -> None:
    async with asking(api) as partner:
        (*_, last) = await partner.pages()
        api.records["nightly"] += [run_of(5), run_of(6)]
        assert await partner.runs(cursor=last.cursor) == ["run-4", "run-5", "run-6"]


async def test_a_single_page_is_read_from_the_beginning_again(api: PartnerApi) -> None:
    async with asking(api, page_size=100) as partner:
        assert [page.cursor for page in await partner.pages()] == [None]


@pytest.mark.parametrize("name", ["items", "runs", "data"])
async def test_the_list_of_records_may_have_three_names(api: PartnerApi, name: str) -> None:
    api.answers = lambda asked: Reply.of({name: [run_of(1)]})
    async with asking(api) as partner:
        assert await partner.runs() == ["run-1"]


async def test_a_number_is_as_good_a_cursor_as_a_text(api: PartnerApi) -> None:
    api.script += [Reply.of({"items": [], "next_cursor": 2})]
    async with asking(api) as partner:
        assert await partner.runs() == ["run-2", "run-3", "run-4"]


async def test_an_api_that_says_that_there_is_no_more_keeps_its_own_last_cursor(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply.of({"items": [run_of(1)], "next_cursor": "until-now", "has_more": False})
    async with asking(api) as partner:
        (page,) = await partner.pages()
        assert page.cursor == "until-now"
        assert [page.cursor for page in await partner.pages(cursor="until-now")] == ["until-now"]


@pytest.mark.parametrize("again", [[], [run_of(1)]])
async def test_the_same_cursor_with_less_than_a_page_is_the_end(api: PartnerApi, again: list[object]) -> None:
    """As of an API whose cursor is the time of the last change."""
    api.script += [Reply.of({"items": [run_of(0), run_of(1)], "next_cursor": "noon"})]
    api.answers = lambda asked: Reply.of({"items": again, "next_cursor": "noon"})
    async with asking(api) as partner:
        assert [page.cursor for page in await partner.pages()] == ["noon", "noon"]
    assert api.cursors() == [None, "noon"]


async def test_a_full_page_that_leads_to_itself_is_a_loop(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply.of({"items": [run_of(0), run_of(1)], "next_cursor": "x"})
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="'acme' repeats a cursor"):
            await partner.pages()
    assert api.cursors() == [None, "x"]


async def test_a_loop_over_several_pages_is_noticed_and_the_cursor_does_not_go_back(api: PartnerApi) -> None:
    following = {None: "a", "a": "b", "b": "a"}
    api.answers = lambda asked: Reply.of({"items": [run_of(1)], "next_cursor": following[asked.cursor]})
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="repeats a cursor"):
            await partner.pages()
    assert [page.cursor for page in partner.seen] == ["a", "b", "b"]


async def test_pages_without_end_are_left_at_the_limit_and_gone_on_with_the_next_time(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply.of({"items": [], "next_cursor": str(int(asked.cursor or 0) + 1)})
    async with asking(api, max_pages=4) as partner:
        with pytest.raises(SourceRefusedError, match=r"more than max_pages \(4\).*goes on behind them"):
            await partner.pages()
    assert [page.cursor for page in partner.seen] == ["1", "2", "3", "4"]
    assert len(api.asked) == 4


@pytest.mark.parametrize("status", [400, 410, 422])
async def test_a_cursor_that_is_not_taken_any_more_means_the_beginning(api: PartnerApi, status: int) -> None:
    api.script += [Reply(status=status)]
    async with asking(api) as partner:
        assert await partner.runs(cursor="too-old") == ALL
    assert api.cursors() == ["too-old", None, "2", "4"]


async def test_an_api_that_does_not_take_the_beginning_either_refuses(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply(status=400)
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="answers 400"):
            await partner.pages(cursor="too-old")
    assert api.cursors() == ["too-old", None]


async def test_a_cursor_is_sent_back_as_it_came(api: PartnerApi) -> None:
    cursor = "a b&limit=9/ü%2F+="
    api.script += [Reply.of({"items": [], "next_cursor": cursor}), Reply.of({"items": []})]
    async with asking(api) as partner:
        assert [page.cursor for page in await partner.pages()] == [cursor, cursor]
    assert api.cursors() == [None, cursor]


@pytest.mark.parametrize("external_id", ["a/b", "../secrets", "a?b#c", "a%2Fb", "naïve run", "{external_id}"])
async def test_an_external_id_is_one_segment_whatever_is_in_it(api: PartnerApi, external_id: str) -> None:
    api.records[external_id] = [run_of(1)]
    async with asking(api) as partner:
        (page,) = await partner.pages(a_pipeline(external_id))
    assert len(page.reports) == 1
    assert api.asked[0].pipeline == external_id


@pytest.mark.parametrize("external_id", [None, ".", ".."])
async def test_what_is_no_segment_is_not_asked_for(api: PartnerApi, external_id: str | None) -> None:
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match="no external_id that can be asked for"):
            await partner.pages(a_pipeline(external_id))
    assert not api.asked


async def test_the_path_is_a_template(api: PartnerApi) -> None:
    api.answers = lambda asked: Reply.of({"items": []})
    async with asking(api, path="/v2/jobs/{external_id}/executions") as partner:
        await partner.pages()
    assert api.asked[0].path == "/api/v2/jobs/nightly/executions"


async def test_records_that_are_repeated_or_change_between_pages_are_all_told(api: PartnerApi) -> None:
    """Which of them counts is for the merge to say."""

    def finish_on_the_way(asked: Asked) -> Reply | None:
        if asked.cursor == "2":
            api.records["nightly"] += [run_of(0, "failed"), run_of(3)]
        return None

    api.records["nightly"] = [run_of(0, "running"), run_of(1), run_of(1), run_of(3), run_of(2)]
    api.answers = finish_on_the_way
    async with asking(api) as partner:
        reports = [report for page in await partner.pages() for report in page.reports]
    assert [report.external_run_id for report in reports] == [f"run-{n}" for n in (0, 1, 1, 3, 2, 0, 3)]
    assert [report.status for report in reports if report.external_run_id == "run-0"] == [
        ReportedStatus.RUNNING,
        ReportedStatus.FAILED,
    ]


async def test_a_record_that_is_none_is_rejected_with_its_place_and_the_others_go_on(api: PartnerApi) -> None:
    api.records["nightly"] = [
        run_of(0),
        "nonsense",
        {"status": "success"},
        run_of(1, started_at="yesterday"),
        run_of(2, finished_at="2000-01-01T00:00:00Z"),
        run_of(3),
    ]
    async with asking(api, page_size=100) as partner:
        (page,) = await partner.pages()
    assert [report.external_run_id for report in page.reports] == ["run-0", "run-3"]
    assert [(one.index, one.reason.split(",")[0]) for one in page.rejected] == [
        (1, "the record is a text instead of an object"),
        (2, "external_run_id: expected a text or a whole number"),
        (3, "started_at: expected a time such as 2026-01-31T12:00:00Z"),
        (4, "finished_at: lies before started_at"),
    ]


async def test_one_record_that_no_database_keeps_does_not_spoil_its_page(api: PartnerApi) -> None:
    body = json.dumps({"items": [run_of(0), {**run_of(1), "id": "\ud800"}, {**run_of(2), "duration_seconds": 1e999}]})
    assert "\\ud800" in body
    assert "Infinity" in body
    api.answers = lambda asked: Reply(body=body.encode())
    async with asking(api, page_size=100) as partner:
        (page,) = await partner.pages()
    assert [report.external_run_id for report in page.reports] == ["run-0"]
    assert [one.index for one in page.rejected] == [1, 2]


async def test_a_large_page_is_read_as_a_small_one_is(api: PartnerApi) -> None:
    api.records["nightly"] = [run_of(number, error_message="x" * 2000) for number in range(100)]
    async with asking(api, page_size=100) as partner:
        assert len(await partner.runs()) == 100


NONSENSE: dict[str, tuple[Reply, str]] = {
    "HTML": (Reply(body=b"<html>", headers={"Content-Type": "text/html; charset=x"}), "is not JSON.*text/html"),
    "nothing": (Reply(), "is not JSON, but 0 bytes"),
    "no text": (Reply(body=b"\xff\xfe\xfd"), "is not JSON"),
    "a list": (Reply.of([run_of(1)]), "is a list instead of an object"),
    "null": (Reply.of(None), "is null instead of an object"),
    "another object": (Reply.of({"error": "x"}), "without a list of runs; expected one of items, runs, data"),
    "no list": (Reply.of({"runs": {"a": 1}}), "has an object instead of a list in runs"),
    "null for a list": (Reply.of({"items": None}), "has null instead of a list in items"),
    "a cursor that is none": (Reply.of({"items": [], "next_cursor": True}), "has true or false instead"),
    "a cursor that is an object": (Reply.of({"items": [], "next_cursor": {}}), "has an object instead"),
    "a cursor that nobody keeps": (Reply.of({"items": [], "next_cursor": "a\0b"}), "next_cursor that is none"),
    "a cursor without end": (Reply.of({"items": [], "next_cursor": "x" * 5000}), "next_cursor that is none"),
    "has_more that is none": (Reply.of({"items": [], "has_more": "yes"}), "has a text instead of true or"),
    "depth": (Reply(body=b"[" * 200_000), "is not JSON"),
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_is_refused_in_words(api: PartnerApi, name: str) -> None:
    reply, words = NONSENSE[name]
    api.answers = lambda asked: reply
    async with asking(api) as partner:
        with pytest.raises(SourceRefusedError, match=f"the source 'acme' gave an answer that .*{words}"):
            await partner.pages()
    assert len(api.asked) == 1
