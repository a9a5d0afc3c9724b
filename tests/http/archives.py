"""Archives to process, and waiting until they are."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from typing import Any

from tests.http.api import Api

MTIME = 1_700_000_000


def tar(members: Mapping[str, bytes | str], *, packed: bool = True) -> bytes:
    """A member for each path: bytes are a file, text is the target of a symbolic link."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path, content in members.items():
            member = tarfile.TarInfo(path)
            member.mtime = MTIME
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0) if packed else raw.getvalue()


def job_of(api: Api, run_id: str) -> dict[str, Any]:
    """The newest job of a run."""
    response = api.client.get("/v1/jobs", params={"run_id": run_id, "limit": 1})
    assert response.status_code == 200, response.text
    job: dict[str, Any] = response.json()["items"][0]
    return job


def processed(api: Api, run_id: str) -> dict[str, Any]:
    """The run, once its newest job has ended: the stream of its events does so then."""
    headers = {"Accept": "text/event-stream"}
    response = api.client.get(f"/v1/jobs/{job_of(api, run_id)['id']}/events", headers=headers, timeout=120)
    assert response.status_code == 200, response.text
    return api.run(run_id)
