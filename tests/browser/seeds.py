"""What stands in a server before a browser looks at it: enough that no page is empty, made through the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.http.api import Api
from tests.http.archives import processed, tar
from tests.http.papers import mail, pdf, read, word
from tests.http.pipelines_office import new_client, new_pipeline, report

CONFIGURATION = "\n".join(f"[stanza {number}]\ndisabled = {number % 2}\n" for number in range(1, 41))
PAGES_OF_ONE_LIST = 60
NOWHERE = "http://127.0.0.1:9/hook"  # the port of "discard": nobody listens
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What tests may look at, and leave as it is: whoever changes something makes a thing of their own."""

    bundle: Row
    broken: Row
    invoice: Row
    client: Row
    failing: Row
    punctual: Row
    rule: Row


def bundle() -> bytes:
    """An archive with folders, a text of many lines, a picture of nothing, and a link."""
    return tar(
        {
            "acme/default/app.conf": CONFIGURATION.encode(),
            "acme/default/inputs.conf": b"[monitor:///var/log/messages]\nindex = main\n",
            "acme/local/app.conf": b"[install]\nstate = enabled\n",
            "acme/bin/collect.py": b"import sys\n\nprint('collected', file=sys.stderr)\n",
            "acme/static/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
            "acme/current": "default",
            **{f"acme/lookups/table-{number:03}.csv": f"id,name\n{number},n\n".encode() for number in range(120)},
        }
    )


def uploaded(api: Api, content: bytes, *, name: str = "app.tar.gz", **fields: str) -> Row:
    response = api.upload(content, name=name, headers=None, **fields)
    assert response.status_code == 201, response.text
    row: Row = response.json()
    return row


def seed(api: Api) -> Seeded:
    for number in range(PAGES_OF_ONE_LIST):
        content = f"[default]\nhost = web-{number:02}\n".encode()
        uploaded(api, content, type="single_conf", name=f"web-{number:02}.conf", label=f"Web server {number:02}")
    whole = processed(api, uploaded(api, bundle(), name="acme.tar.gz", label="Acme app, nightly")["id"])
    cut = tar({"a.txt": b"a" * 100_000}, packed=False)[:50_000]
    broken = processed(api, uploaded(api, cut, type="archive", name="cut.tar", label="Cut short")["id"])
    return Seeded(whole, broken, _documents(api), *_pipelines(api))


def _documents(api: Api) -> Row:
    letter = word("Dear Madam or Sir,", "the grey heron has come back to the weir, and with it the anglers.")
    read(api, "letter.docx", letter, label="Letter from the weir")
    read(api, "notes.txt", b"Minutes of the meeting about the weir.\n\nNobody saw the heron.\n" * 20)
    read(api, "message.eml", mail("About the heron", "It stood there all day.", ("list.txt", b"one heron, two ducks")))
    lines = ["Invoice number 42 of the Zanzibar Clockworks", "The amount due is payable by Michaelmas"]
    return read(api, "clockworks.pdf", pdf(lines, title="Clockworks ledger"))


def _pipelines(api: Api) -> tuple[Row, Row, Row, Row]:
    response = api.client.post(
        "/v1/alert-rules", json={"rule_type": "on_failure", "channel": "webhook", "destination": NOWHERE}
    )
    assert response.status_code == 201, response.text
    client = new_client(api, name="Acme Waterworks")
    punctual = new_pipeline(
        api, client, name="Gauge readings", platform="airflow", expect_every_seconds=86400, environment="prod"
    )
    failing = new_pipeline(api, client, name="Invoices to ledger", platform="dbt", environment="prod")
    other = new_client(api, name="Birdlife Trust")
    stuck = new_pipeline(api, other, name="Ring recoveries", platform="cron", finish_grace_seconds=3600)
    now = datetime.now(UTC)
    for day in range(14, -1, -1):
        at = now - timedelta(days=day, minutes=30)
        _ran(api, punctual, day, at, "success", rows_processed=1200 + 7 * day)
        wrong = day in {0, 3, 4, 9}
        message = {"error_message": "column amount_due does not exist\nLINE 3: select amount_due"} if wrong else {}
        _ran(api, failing, day, at, "failed" if wrong else "success", **message)
    report(api, stuck, "manual", "running", started_at=(now - timedelta(days=1)).isoformat())
    return client, failing, punctual, response.json()


def _ran(api: Api, pipeline: Row, number: int, at: datetime, status: str, **more: Any) -> None:
    end = at + timedelta(minutes=5 + number)
    times = {"started_at": at.isoformat(), "finished_at": min(end, datetime.now(UTC)).isoformat()}
    report(api, pipeline, f"scheduled-{number:02}", status, **times, **more)
