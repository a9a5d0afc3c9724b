"""What becomes of a run when somebody works on it: members, artifacts, models, or the reason why not."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.api import Api, assert_problem, sha256
from tests.http.archives import MTIME, job_of, processed, tar
from tests.server_process import running_server

CONF = b"[stanza]\nkey = value\n" * 5000
INNER = tar({"deep/inside.txt": b"inner\n"})
MEMBERS: dict[str, bytes | str] = {
    "app/default/app.conf": CONF,
    "app/default/größe.conf": b"x = 1\n",
    "app/lookups/inner.tgz": INNER,
    "app/local/link": "../default/app.conf",
    "readme.txt": b"read me\n",
}


@pytest.fixture(scope="module")
def run(working: Api) -> dict[str, Any]:
    run_id = working.upload(tar(MEMBERS)).json()["id"]
    return processed(working, run_id)


def files(api: Api, run: dict[str, Any], **query: str | int) -> dict[str, Any]:
    response = api.client.get(f"/v1/runs/{run['id']}/files", params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def member(api: Api, run: dict[str, Any], path: str) -> dict[str, Any]:
    (found,) = [item for item in files(api, run, prefix=path)["items"] if item["path"] == path]
    body: dict[str, Any] = found
    return body


def test_a_run_that_was_worked_on_is_complete_and_its_job_says_how(working: Api, run: dict[str, Any]) -> None:
    assert (run["status"], run["error"]) == ("complete", None)
    job = working.client.get(f"/v1/jobs/{job_of(working, run['id'])['id']}").json()
    assert (job["status"], job["attempts"], job["error"], job["lease_owner"]) == ("succeeded", 1, None, None)
    assert [(step["ordinal"], step["name"], step["status"]) for step in job["steps"]] == [
        (1, "catalogue", "succeeded"),
        (2, "manifest", "succeeded"),
    ]
    assert job["summary"]["succeeded"] == 2
    assert job["steps"][0]["metadata"]["kinds"] == {"file": 5, "symlink": 1}
    models = working.client.get("/v1/models").json()["items"]
    assert job["steps"][0]["model_id"] in [model["id"] for model in models]
    assert models[0]["parameters"]["max_depth"] >= 1


def test_members_are_files_with_what_the_archive_says_of_them(working: Api, run: dict[str, Any]) -> None:
    items = files(working, run)["items"]
    upload = items[0]
    assert [item["path"] for item in items[1:]] == sorted([*MEMBERS, "app/lookups/inner.tgz!/deep/inside.txt"])
    assert (upload["role"], upload["kind"], upload["file_id"], upload["flags"]) == ("upload", "file", None, [])
    assert upload == run["files"][0]
    assert member(working, run, "app/default/app.conf") == {
        "id": member(working, run, "app/default/app.conf")["id"],
        "path": "app/default/app.conf",
        "role": "member",
        "kind": "file",
        "media_type": "text/plain",
        "size_bytes": len(CONF),
        "sha256": sha256(CONF),
        "file_id": upload["id"],
        "stored_path": "app/default/app.conf",
        "mtime": "2023-11-14T22:13:20Z",
        "mode": 0o644,
        "link_target": None,
        "flags": [],
    }
    link = member(working, run, "app/local/link")
    assert (link["kind"], link["link_target"], link["sha256"]) == ("symlink", "../default/app.conf", None)
    assert link["flags"] == ["parent_path"]
    assert MTIME == 1_700_000_000


def test_members_come_in_pages_by_prefix_and_role(working: Api, run: dict[str, Any]) -> None:
    everything = [item["id"] for item in files(working, run)["items"]]
    assert [item["role"] for item in files(working, run, role="upload")["items"]] == ["upload"]
    assert [item["id"] for item in files(working, run, role="member")["items"]] == everything[1:]
    paths = [item["path"] for item in files(working, run, role="member", prefix="app/default/")["items"]]
    assert paths == ["app/default/app.conf", "app/default/größe.conf"]
    seen: list[str] = []
    cursor = ""
    while True:
        page = files(working, run, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        assert "folders" not in page
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    assert seen == everything


def test_a_delimiter_shows_one_folder_at_a_time(working: Api, run: dict[str, Any]) -> None:
    top = files(working, run, delimiter="/")
    assert (top["folders"], [item["path"] for item in top["items"]]) == (["app/"], ["readme.txt"])
    app = files(working, run, delimiter="/", prefix="app/", limit=2)
    assert (app["folders"], app["items"]) == (["app/default/", "app/local/"], [])
    rest = files(working, run, delimiter="/", prefix="app/", cursor=app["next_cursor"])
    assert (rest["folders"], rest["items"], rest["next_cursor"]) == (["app/lookups/"], [], None)
    lookups = files(working, run, delimiter="/", prefix="app/lookups/")
    assert lookups["folders"] == ["app/lookups/inner.tgz!/"]
    assert [item["path"] for item in lookups["items"]] == ["app/lookups/inner.tgz"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"delimiter": "|"}, "delimiter"),
        ({"delimiter": "/", "role": "upload"}, "role"),
        ({"delimiter": "/", "cursor": "nonsense"}, "cursor"),
        ({"prefix": "a\0b"}, "prefix"),
        ({"prefix": "p" * 4097}, "prefix"),
        ({"cursor": "m.nonsense!"}, "cursor"),
    ],
)
def test_a_query_for_files_that_is_not_right_names_its_parameter(
    working: Api, run: dict[str, Any], query: dict[str, str], field: str
) -> None:
    response = working.client.get(f"/v1/runs/{run['id']}/files", params=query)
    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"], field=field)


def test_a_member_is_streamed_out_of_its_archive(working: Api, run: dict[str, Any]) -> None:
    found = member(working, run, "app/default/app.conf")
    path = f"/v1/files/{found['id']}/content"
    response = working.client.get(path)
    assert (response.status_code, response.content) == (200, CONF)
    assert response.headers["etag"] == f'"{found["sha256"]}"'
    assert response.headers["content-length"] == str(len(CONF))
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["content-disposition"] == 'attachment; filename="app.conf"'
    assert response.headers["x-content-type-options"] == "nosniff"
    digest = base64.b64encode(bytes.fromhex(found["sha256"])).decode()
    assert response.headers["repr-digest"] == f"sha-256=:{digest}:"
    part = working.client.get(path, headers={"Range": "bytes=1000-2999"})
    assert (part.status_code, part.content) == (206, CONF[1000:3000])
    assert part.headers["content-range"] == f"bytes 1000-2999/{len(CONF)}"
    assert working.client.get(path, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    head = working.client.head(path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(CONF)))


def test_what_is_inside_an_archive_within_the_archive_can_be_read(working: Api, run: dict[str, Any]) -> None:
    inner = member(working, run, "app/lookups/inner.tgz!/deep/inside.txt")
    assert working.client.get(f"/v1/files/{inner['id']}/content").content == b"inner\n"


def test_a_link_has_no_bytes_and_is_never_followed(working: Api, run: dict[str, Any]) -> None:
    link = member(working, run, "app/local/link")
    for method in ("GET", "HEAD"):
        response = working.client.request(method, f"/v1/files/{link['id']}/content")
        assert response.status_code == 409
    assert_problem(working.client.get(f"/v1/files/{link['id']}/content"), 409, "member_without_content")


def test_artifacts_say_where_their_bytes_are(working: Api, run: dict[str, Any]) -> None:
    job = job_of(working, run["id"])
    page = working.client.get(f"/v1/jobs/{job['id']}/artifacts").json()
    (manifest,) = page["items"]
    assert page["next_cursor"] is None
    assert (manifest["kind"], manifest["name"], manifest["job_id"]) == ("manifest", "SHA256SUMS", job["id"])
    assert manifest["content_url"] == f"/v1/artifacts/{manifest['id']}/content"
    response = working.client.get(manifest["content_url"])
    assert f"{sha256(CONF)}  app/default/app.conf\n" in response.text
    assert sha256(response.content) == manifest["sha256"]
    assert response.headers["etag"] == f'"{manifest["sha256"]}"'
    assert response.headers["content-disposition"] == 'attachment; filename="SHA256SUMS"'
    part = working.client.get(manifest["content_url"], headers={"Range": "bytes=-5"})
    assert (part.status_code, part.content) == (206, response.content[-5:])
    behind = working.client.get(manifest["content_url"], headers={"Range": "bytes=99999-"})
    assert_problem(behind, 416, "range_not_satisfiable")
    assert working.client.head(manifest["content_url"]).headers["content-length"] == str(manifest["size_bytes"])
    assert_problem(working.client.get(f"/v1/jobs/{job['id']}/artifacts", params={"cursor": "x"}), 400, "invalid_cursor")


def test_processing_may_be_repeated(working: Api, run: dict[str, Any]) -> None:
    before = files(working, run, role="member")["items"]
    response = working.client.post("/v1/jobs", json={"run_id": run["id"]})
    assert response.status_code == 202
    assert processed(working, run["id"])["status"] == "complete"
    after = files(working, run, role="member")["items"]
    assert [item["path"] for item in after] == [item["path"] for item in before]
    assert working.client.get(f"/v1/files/{before[0]['id']}/content").status_code == 404


def test_a_broken_archive_fails_its_run_with_the_reason(working: Api) -> None:
    whole = tar({"a.txt": b"a" * 100_000}, packed=False)
    run = processed(working, working.upload(whole[:50_000], type="archive", name="cut.tar").json()["id"])
    job = job_of(working, run["id"])
    assert (run["status"], job["status"]) == ("failed", "failed")
    assert run["error"] == job["error"]
    assert run["error"]["code"] == "archive_truncated"
    failed = working.client.get(f"/v1/jobs/{job['id']}").json()
    assert failed["summary"] == {"pending": 1, "running": 0, "succeeded": 0, "failed": 1, "cancelled": 0}
    assert files(working, run, role="member")["items"] == []
    codes = [event["code"] for event in working.client.get(f"/v1/jobs/{job['id']}/events").json()["items"]]
    assert codes[-2:] == ["step_failed", "job_failed"]


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_member_whose_archive_cannot_be_read_is_a_problem_and_no_broken_download(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        api = Api(client, server)
        run = processed(api, api.upload(tar({"a.txt": b"a", "b.txt": b"b"})).json()["id"])
        found = files(api, run, role="member")["items"][1]
        for stored in (server.data_dir / "blobs").rglob("*.gz"):
            stored.unlink()
        assert_problem(client.get(f"/v1/files/{found['id']}/content"), 404, "blob_not_found")


def test_a_file_by_itself_is_a_catalogue_of_one(working: Api) -> None:
    content = b"[default]\nhost = a\n"
    run_id = working.upload(content, type="single_conf", name="inputs.conf").json()["id"]
    run = processed(working, run_id)
    (only,) = files(working, run, role="member")["items"]
    assert (run["status"], only["path"], only["sha256"]) == ("complete", "inputs.conf", sha256(content))
    assert working.client.get(f"/v1/files/{only['id']}/content").content == content
