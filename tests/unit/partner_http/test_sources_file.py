"""The file of sources."""

from pathlib import Path

import pytest

from forebay.adapters.partner_http.source_config import FIELDS, SourceConfig
from forebay.adapters.partner_http.sources_file import read_sources
from forebay.domain.errors import SettingError
from forebay.domain.pipelines.errors import SourceRefusedError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus

ENVIRON = {"ACME_TOKEN": "s3cret", "ODD_TOKEN": "two words", "EMPTY": ""}
ACME = '[[source]]\nname = "acme"\nurl = "https://api.acme.test/v1/"\n'


def read(folder: Path, text: str) -> list[SourceConfig]:
    file = folder / "sources.toml"
    file.write_text(text)
    return list(read_sources(file, environ=ENVIRON))


def test_a_source_needs_a_name_and_a_url(tmp_path: Path) -> None:
    (source,) = read(tmp_path, ACME)
    assert (source.name, source.url, source.token) == ("acme", "https://api.acme.test/v1", None)
    assert (source.scope.client, source.scope.platform) == (None, Platform.VENDOR_API)
    assert (source.page_size, source.timeout_seconds) == (100, 10.0)
    assert source.path == "/pipelines/{external_id}/runs"


def test_everything_can_be_said(tmp_path: Path) -> None:
    acme, beta = read(
        tmp_path,
        ACME
        + """
token_env = "ACME_TOKEN"
client = " Acme Corp "
platform = "airflow"
path = "/jobs/{external_id}/history"
page_size = 500
max_pages = 10
timeout_seconds = 2.5
statuses = {"Warming Up" = "running", completed = "skipped"}
fields = {status = "state", started_at = ["begun", "times.begun"]}

[[source]]
name = "beta"
url = "http://127.0.0.1:8080"
""",
    )
    assert beta.name == "beta"
    assert acme.token is not None
    assert acme.token() == "s3cret"
    assert "s3cret" not in repr(acme)
    assert (acme.scope.client, acme.scope.platform) == ("Acme Corp", Platform.AIRFLOW)
    assert (acme.path, acme.page_size, acme.max_pages) == ("/jobs/{external_id}/history", 500, 10)
    assert acme.timeout_seconds == 2.5
    assert acme.statuses["warming_up"] is ReportedStatus.RUNNING
    assert acme.statuses["completed"] is ReportedStatus.SKIPPED
    assert acme.statuses["queued"] is ReportedStatus.RUNNING
    assert acme.fields == {**FIELDS, "status": ("state",), "started_at": ("begun", "times.begun")}


def test_a_token_in_a_file_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first\n")
    (source,) = read(tmp_path, ACME + 'token_file = "token"\n')
    assert source.token is not None
    assert source.token() == "first"
    (tmp_path / "token").write_text("second")
    assert source.token() == "second"
    (tmp_path / "token").unlink()
    with pytest.raises(SourceRefusedError, match=r"token_file of the source 'acme'.*No such file"):
        source.token()
    (tmp_path / "token").write_text("a b")
    with pytest.raises(SourceRefusedError, match="holds no token"):
        source.token()


def test_an_empty_file_has_no_sources(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "it is not TOML"),
        ("[sauce]\n", "no key 'sauce'; each source begins with"),
        ('[source]\nname = "acme"\n', "two pairs of brackets"),
        ('[[source]]\nurl = "https://x"\n', "source number 1: name: it is missing"),
        ('[[source]]\nname = "acme"\n', "source 'acme': url: it is missing"),
        ('[[source]]\nname = "a/b"\nurl = "https://x"\n', "source 'a/b': name: expected str matching regex"),
        (ACME + ACME, "source 'acme': name: there are two sources of this name"),
        (ACME + 'token = "s3cret"\n', "source 'acme': token: there is no such key; there are name, url, token_env"),
        (ACME + 'token_env = "NO_SUCH"\n', "token_env: the environment variable NO_SUCH is not set"),
        (ACME + 'token_env = "EMPTY"\n', "token_env: the environment variable EMPTY is not set"),
        (ACME + 'token_env = "ODD_TOKEN"\n', "token_env: the environment variable ODD_TOKEN holds what no token has"),
        (ACME + 'token_env = "ACME_TOKEN"\ntoken_file = "x"\n', "token_file: there is a token_env as well"),
        (
            ACME + 'token_file = "no-such"\n',
            "token_file: the token_file of the source 'acme', .*no-such, cannot be read",
        ),
        (ACME + 'platform = "mainframe"\n', "platform: Invalid enum value 'mainframe'"),
        (ACME + "page_size = 0\n", "page_size: expected int >= 1"),
        (ACME + 'page_size = "10"\n', "page_size: expected int, got str"),
        (ACME + "timeout_seconds = 0\n", "timeout_seconds: expected float > 0.0"),
        (ACME + 'client = ""\n', "client: expected 1 to 200 characters"),
        (ACME + 'path = "/runs"\n', "path: expected one such as /pipelines/{external_id}/runs"),
        (ACME + 'path = "{external_id}"\n', "path: expected one such as"),
        (ACME + 'path = "/{external_id}/{run}"\n', "path: expected one such as"),
        (ACME + 'path = "/{external_id}?x=1"\n', "path: expected one such as"),
        (ACME + 'statuses = {odd = "great"}\n', "statuses: Invalid enum value 'great'"),
        (ACME + 'fields = {state = "x"}\n', "fields.state: there is no such field; there are external_run_id, status"),
        (ACME + "fields = {status = []}\n", "fields: expected array of length >= 1"),
        (ACME + "fields = {status = 5}\n", "fields: expected str | array, got int"),
    ],
)
def test_what_is_wrong_is_said_with_file_source_and_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as caught:
        read(tmp_path, text)
    assert caught.value.field == "FOREBAY_SOURCES_FILE"
    assert f"FOREBAY_SOURCES_FILE ({tmp_path / 'sources.toml'}): " in caught.value.message
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize(
    "url",
    ["", "acme.test", "ftp://x", "https://", "https://u:s3cret@x", "https://x?key=s3cret", "https://x#f", "http://x:0"],
)
def test_a_url_that_is_none_is_refused_without_quoting_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingError, match="source 'acme': url: expected https://host/path") as caught:
        read(tmp_path, f'[[source]]\nname = "acme"\nurl = "{url}"\n')
    assert "s3cret" not in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no-such\.toml\): it cannot be read: No such file"):
        read_sources(tmp_path / "no-such.toml", environ={})
