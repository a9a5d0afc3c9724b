"""POST /v1/uploads: what is accepted, and what comes of it."""

import base64
import hashlib

import pytest

from tests.http.api import BOUNDARY, Api, archive, form_body, sha256


@pytest.mark.parametrize("size", [10, 60_000, 65_536, 300_000, 6_000_000])
def test_an_upload_is_stored_whole_and_can_be_read_back(api: Api, size: int) -> None:
    content = archive(size, seed=f"whole-{size}")
    response = api.upload(content, label="first", notes="two\nlines", owner="ops")
    assert response.status_code == 201, response.text
    run = response.json()
    assert response.headers["location"] == f"/v1/runs/{run['id']}"
    assert run["type"] == "app_bundle"
    assert run["status"] == "stored"
    assert (run["label"], run["notes"], run["owner"]) == ("first", "two\nlines", "ops")
    assert run["error"] is None
    assert run["parent_run_id"] is None
    assert run["created_at"].endswith("Z")
    assert run["updated_at"] >= run["created_at"]
    (file,) = run["files"]
    assert file["path"] == "app.tar.gz"
    assert file["role"] == "upload"
    assert file["media_type"] == "application/gzip"
    assert file["size_bytes"] == len(content)
    assert file["sha256"] == sha256(content)
    assert api.run(run["id"]) == run
    assert api.client.get(f"/v1/files/{file['id']}/content").content == content


@pytest.mark.parametrize("size", [100, 200_000])
def test_fields_may_come_behind_the_file(api: Api, size: int) -> None:
    content = archive(size, seed=f"behind-{size}")
    response = api.form(
        [
            ('name="file"; filename="x.tgz"', content),
            ('name="label"', "späte Felder".encode()),
            ('name="type"', b"archive"),
            ('name="sha256"', sha256(content).encode()),
        ]
    )
    assert response.status_code == 201, response.text
    assert response.json()["label"] == "späte Felder"
    assert response.json()["type"] == "archive"


def test_fields_on_both_sides_of_a_large_file_end_up_in_the_run(api: Api) -> None:
    content = archive(400_000, seed="both")
    response = api.form(
        [
            ('name="type"', b"archive"),
            ('name="file"; filename="x.tgz"', content),
            ('name="notes"', b"after"),
            ('name="owner"', b"team-a"),
        ]
    )
    assert response.status_code == 201, response.text
    assert (response.json()["notes"], response.json()["owner"]) == ("after", "team-a")


def test_a_parent_is_recorded(api: Api) -> None:
    parent = api.upload(archive(seed="parent")).json()
    child = api.upload(archive(seed="child"), parent_run_id=parent["id"])
    assert child.status_code == 201
    assert child.json()["parent_run_id"] == parent["id"]


@pytest.mark.parametrize("size", [500, 500_000])
def test_a_digest_that_fits_is_accepted_as_header_and_as_field(api: Api, size: int) -> None:
    content = archive(size, seed=f"digest-{size}")
    header = f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
    assert api.upload(content, headers={"Repr-Digest": header}).status_code == 201
    assert api.upload(content, sha256=sha256(content).upper()).status_code == 201


@pytest.mark.parametrize("name", ["app.conf", "späße.conf", "漢字.conf", 'a b;c"d.conf', "no-extension", "%2e%2e.conf"])
def test_file_names_come_back_as_they_were_sent(api: Api, name: str) -> None:
    escaped = name.replace('"', "%22")
    response = api.form(
        [('name="type"', b"single_conf"), (f'name="file"; filename="{escaped}"', b"[stanza]\nkey = 1\n")]
    )
    assert response.status_code == 201, response.text
    assert response.json()["files"][0]["path"] == name


def test_the_same_key_with_the_same_content_answers_with_the_first_run(api: Api) -> None:
    for size in (100, 300_000):
        content = archive(size, seed=f"key-{size}")
        headers = {"Idempotency-Key": f"key-{size}"}
        first = api.upload(content, headers=headers, label="once")
        again = api.upload(content, headers=headers, label="once")
        assert first.status_code == again.status_code == 201
        assert again.json() == first.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert len(api.runs(label="once", created_after=first.json()["created_at"])) == 1


def test_chunked_transfer_encoding_works(api: Api) -> None:
    content = archive(700_000, seed="chunked")
    body = form_body([('name="type"', b"archive"), ('name="file"; filename="x.tgz"', content)])
    pieces = (body[i : i + 10_007] for i in range(0, len(body), 10_007))
    response = api.client.post(
        "/v1/uploads", content=pieces, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    assert response.status_code == 201, response.text
    assert response.json()["files"][0]["sha256"] == sha256(content)


def test_equal_bytes_are_kept_once_and_go_with_the_last_run(api: Api) -> None:
    content = archive(200_000, seed="twice")
    first, second = api.upload(content).json(), api.upload(content).json()
    assert first["id"] != second["id"]
    assert api.client.delete(f"/v1/runs/{first['id']}").status_code == 204
    assert api.client.get(f"/v1/files/{second['files'][0]['id']}/content").content == content
    assert api.client.delete(f"/v1/runs/{second['id']}").status_code == 204
    assert api.client.get(f"/v1/files/{second['files'][0]['id']}/content").status_code == 404
