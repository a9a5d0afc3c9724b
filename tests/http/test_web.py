"""The web pages: what is served of a built folder, and to whom; and what is said where nothing was built."""

import gzip
import re
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import cast

import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp
from prometheus_client import CollectorRegistry, generate_latest

from forebay.application.use_cases import UseCases
from forebay.entrypoints.http.app import build_app
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.web import POLICY, web_page
from tests.http.api import Api
from tests.http.papers import pdf, read

PAGES = (
    "/",
    "/upload",
    "/runs",
    "/runs/0198c0de-0000-7000-8000-000000000001?file=a",
    "/documents",
    "/documents/0198c0de-0000-7000-8000-000000000002",
    "/pipelines",
    "/pipelines/0198c0de-0000-7000-8000-000000000003",
    "/clients/0198c0de-0000-7000-8000-000000000004",
    "/alerts",
    "/system",
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PAGE = b"<!doctype html><title>Forebay</title><script type=module src=/assets/index-Ab_1.js></script>"
SCRIPT = b"export const answer = 42;\n" * 1000
FILES = {
    "index.html": PAGE,
    "theme.js": b"document.documentElement.className = 'dark';",
    "favicon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "assets/index-Ab_1.js": SCRIPT,
    "assets/index-Ab_1.js.br": b"as brotli",  # whether it is, is for the browser to find out
    "assets/index-Ab_1.js.gz": gzip.compress(SCRIPT),
    "assets/index-Cd_2.css": b"body { color: green }",
    "assets/inter-Ef_3.woff2": b"a font",
    "assets/hash-Gh_4.wasm": b"\0asm",
    "assets/notes-Ij_5.gz": b"packed, but nothing else is there under the name without .gz",
    ".vite/manifest.json": b"{}",
    "assets/.hidden.js": b"not for anyone",
}
Client = TestClient[ASGIApp]


def serving(folder: Path, registry: CollectorRegistry | None = None) -> Client:
    """The whole application over this folder, with nothing behind it: pages need no use case."""

    def nothing() -> AbstractAsyncContextManager[UseCases]:
        return nullcontext(cast("UseCases", None))

    options = HttpOptions(version="0", max_upload_bytes=1000, web_folder=folder)
    app = build_app(nothing, options, HttpMetrics(registry or CollectorRegistry()))
    return TestClient(cast("ASGIApp", app))


def build(folder: Path) -> Path:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "secret.txt").write_text("outside of the pages")
    with serving(build(folder / "static")) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_path_of_a_page_answers_with_the_page(web: Client, path: str) -> None:
    response = web.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.content) == (200, PAGE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    same = web.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == response.headers["etag"]
    assert "content-length" not in same.headers
    head = web.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(PAGE))


def test_the_server_knows_the_paths_that_the_pages_know() -> None:
    routes = (Path(__file__).parents[2] / "web" / "src" / "routes.tsx").read_text()
    known = {re.sub(r"\$\w+", "*", path) for path in re.findall(r'path: "([^"]+)"', routes)}
    assert {re.sub(r"\{.*?\}", "*", path) for path in web_page.paths} == known


def test_the_policy_lets_no_foreign_and_no_inline_script_run() -> None:
    directives = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert directives["default-src"] == directives["connect-src"] == directives["style-src"] == "'self'"
    assert directives["object-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index-Ab_1.js", "text/javascript; charset=utf-8"),
        ("index-Cd_2.css", "text/css; charset=utf-8"),
        ("inter-Ef_3.woff2", "font/woff2"),
        ("hash-Gh_4.wasm", "application/wasm"),
        ("notes-Ij_5.gz", "application/octet-stream"),
    ],
)
def test_files_with_a_hash_in_their_name_are_kept_for_ever(web: Client, name: str, media_type: str) -> None:
    response = web.get(f"/assets/{name}", headers={"Accept-Encoding": "identity"})
    assert (response.status_code, response.content) == (200, FILES[f"assets/{name}"])
    assert response.headers["content-type"] == media_type
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert web.get(f"/assets/{name}", headers={"If-None-Match": "*"}).status_code == 304
    head = web.head(f"/assets/{name}", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("name", "media_type"), [("theme.js", "text/javascript; charset=utf-8"), ("favicon.svg", "image/svg+xml")]
)
def test_files_without_one_are_asked_for_again(web: Client, name: str, media_type: str) -> None:
    response = web.get(f"/{name}")
    assert (response.status_code, response.content) == (200, FILES[name])
    assert response.headers["content-type"] == media_type
    assert response.headers["cache-control"] == "no-cache"
    assert web.get(f"/{name}", headers={"If-None-Match": response.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("wanted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.2, gzip;q=0.9", "gzip"),
        ("GZIP ; q=1", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("br;q=nonsense", None),
        ("zstd", None),
        ("", None),
    ],
)
def test_what_was_packed_by_the_build_is_sent_to_who_can_read_it(web: Client, wanted: str, coding: str | None) -> None:
    head = web.head("/assets/index-Ab_1.js", headers={"Accept-Encoding": wanted})
    assert head.headers.get("content-encoding") == coding
    suffix = {"br": ".br", "gzip": ".gz", None: ""}[coding]
    assert head.headers["content-length"] == str(len(FILES[f"assets/index-Ab_1.js{suffix}"]))
    assert head.headers["content-type"] == "text/javascript; charset=utf-8"
    assert head.headers["vary"] == "Accept-Encoding"


def test_each_coding_has_an_etag_of_its_own(web: Client) -> None:
    path = "/assets/index-Ab_1.js"
    packed = web.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.content == SCRIPT
    plain = web.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["etag"] != plain.headers["etag"]
    tag = {"If-None-Match": packed.headers["etag"]}
    assert web.get(path, headers={"Accept-Encoding": "gzip", **tag}).status_code == 304
    assert web.get(path, headers={"Accept-Encoding": "identity", **tag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/unknown.js",
        "/assets/",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets//etc/passwd",
        "/assets/index-Ab_1.js.gz",
        "/assets/.hidden.js",
        "/.vite/manifest.json",
        "/index.html",
        "/secret.txt",
    ],
)
def test_nothing_else_is_served(web: Client, path: str) -> None:
    response = web.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/nowhere", "/runs/a/b", "/clients", "/documentation"])
def test_a_browser_that_goes_nowhere_is_told_so_by_the_page(web: Client, path: str) -> None:
    response = web.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.content) == (404, PAGE)
    assert response.headers["content-security-policy"] == POLICY
    assert "Accept" in response.headers["vary"]
    head = web.head(path, headers={"Accept": BROWSER})
    assert (head.status_code, head.content) == (404, b"")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.9", "image/png"])
def test_a_program_that_goes_nowhere_gets_a_problem(web: Client, accept: str) -> None:
    response = web.get("/nowhere", headers={"Accept": accept})
    assert (response.status_code, response.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/V1/x", "/api/x", "/docs/none.js", "/assets/x.js"])
def test_where_programs_go_there_are_problems_only(web: Client, path: str) -> None:
    response = web.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_a_form_that_goes_nowhere_gets_a_problem(web: Client) -> None:
    assert web.post("/nowhere", headers={"Accept": BROWSER}).json()["code"] == "route_not_found"
    assert web.post("/", headers={"Accept": BROWSER}).json()["code"] == "method_not_allowed"


def test_the_api_is_documented_without_the_pages(web: Client) -> None:
    paths = web.get("/openapi/v1.json").json()["paths"]
    assert paths
    assert not [path for path in paths if not path.startswith(("/v1/", "/api/", "/health", "/readyz", "/metrics"))]


@pytest.mark.parametrize("path", PAGES)
def test_without_a_build_a_page_says_how_to_get_one(tmp_path: Path, path: str) -> None:
    with serving(tmp_path / "none") as client:
        response = client.get(path, headers={"Accept": BROWSER})
        assert response.status_code == 503
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["content-security-policy"] == POLICY
        assert "make web" in response.text
        assert 'href="/docs"' in response.text
        assert client.head(path).status_code == 503


def test_without_a_build_the_rest_works_and_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert client.get("/docs").status_code == 200
        assert client.get("/openapi/v1.json").status_code == 200
        for path in ("/nowhere", "/assets/index.js", "/theme.js"):
            response = client.get(path, headers={"Accept": BROWSER})
            assert (response.status_code, response.json()["code"]) == (404, "route_not_found")


def test_pages_that_are_built_later_are_found(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        assert client.get("/").status_code == 503
        build(tmp_path)
        assert client.get("/").content == PAGE
        assert client.get("/nowhere", headers={"Accept": BROWSER}).content == PAGE


def test_pages_that_are_built_anew_do_not_mix_with_those_that_are_served(tmp_path: Path) -> None:
    with serving(build(tmp_path)) as client:
        (tmp_path / "index.html").write_bytes(b"a newer one")
        (tmp_path / "assets" / "index-Ab_1.js").unlink()
        assert client.get("/").content == PAGE
        assert client.get("/assets/index-Ab_1.js", headers={"Accept-Encoding": ""}).content == SCRIPT


def test_metrics_know_the_kind_of_a_page_and_not_each_of_them(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    with serving(build(tmp_path), registry) as client:
        for path in (*PAGES, "/assets/index-Ab_1.js", "/assets/unknown.js", "/favicon.svg"):
            client.get(path)
        client.get("/nowhere", headers={"Accept": BROWSER})
    text = generate_latest(registry).decode()
    assert 'method="GET",route="/runs/{page_id}",status="200"' in text
    assert 'method="GET",route="/assets/{name}",status="404"' in text
    assert 'method="GET",route="unmatched",status="404"' in text
    assert "index-Ab_1" not in text
    assert "0198c0de" not in text


def test_a_real_server_answers_with_a_page_whether_it_was_built_or_not(api: Api) -> None:
    for path in ("/", "/runs"):
        response = api.client.get(path, headers={"Accept": BROWSER})
        assert response.status_code in {200, 503}
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["content-security-policy"] == POLICY
        assert api.client.head(path).status_code == response.status_code


TRAP = b"<html><body><script>document.title = localStorage.length</script></body></html>"
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
CODE = b"navigator.serviceWorker.register('x.js');\n"
STYLE = b"body { background: url(/v1/runs) }\n"


@pytest.mark.parametrize(
    ("name", "content"), [("trap.html", TRAP), ("trap.svg", PICTURE), ("trap.js", CODE), ("trap.css", STYLE)]
)
def test_what_somebody_sent_never_runs_where_the_pages_do(api: Api, name: str, content: bytes) -> None:
    run = api.upload(content, name=name, type="single_conf").json()
    path = f"/v1/files/{run['files'][0]['id']}/content"
    for method in ("GET", "HEAD"):
        assert_harmless(api, method, path)
    assert api.client.get(path).content == content


def test_nor_does_a_document_or_what_was_made_of_it(working: Api) -> None:
    document = read(working, "trap.html", TRAP)
    paths = [f"/v1/documents/{document['id']}/{part}" for part in ("content", "text")]
    link = working.client.get(f"{paths[0]}?redirect=true").headers["location"]
    if link.startswith("/"):  # else the blob store has an origin of its own
        paths.append(link)
    paths.append(f"/v1/documents/{read(working, 'drawn.pdf', pdf(['Drawn']))['id']}/preview")
    for path in paths:
        assert_harmless(working, "GET", path)


def assert_harmless(api: Api, method: str, path: str) -> None:
    """Opened by itself it is a download or runs in no origin; and no page can load it as a script or a style."""
    response = api.client.request(method, path)
    assert response.status_code == 200, response.text
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    media_type = response.headers["content-type"]
    assert "script" not in media_type
    assert media_type != "text/css"
    if not response.headers["content-disposition"].startswith("attachment; "):
        assert media_type in {"text/plain; charset=utf-8", "image/png"}
