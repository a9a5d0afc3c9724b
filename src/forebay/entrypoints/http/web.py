"""The web pages: one page for all of their paths, and the files that it loads. docs/web.md has the whole of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

from litestar import HttpMethod, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from forebay.entrypoints.http.accept import accepted
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.problems import PROBLEM_JSON, AnyRequest, on_http_error
from forebay.entrypoints.http.ranges import matches_etag
from forebay.entrypoints.http.web_files import INDEX, PLAIN, WebFile, WebFiles, choose_coding

HTML = "text/html"
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_SAFETY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # what somebody searched for stands in the address, and is nobody else's matter
}
_FOR_PROGRAMS = {"v1", "api", "docs", "openapi", "assets"}  # what is not there is said to them as a problem, always
_METHODS = [HttpMethod.GET, HttpMethod.HEAD]
_CHECKED = "no-cache"  # kept, and asked for again each time: the answer is mostly 304
_FOR_EVER = "public, max-age=31536000, immutable"  # a file whose name has its hash never changes
_MISSING = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Forebay: the pages are not built</title>
</head>
<body>
<h1>The pages are not built</h1>
<p>Forebay runs, and its API works, but this installation has no web pages.</p>
<p>In a checkout, <code>make web</code> builds them (<code>make run</code> does so by itself and says why where it
cannot); then load this page again. A wheel of a release has them inside.</p>
<p>What works without: the <a href="/docs">API and its documentation</a>, <a href="/v1/runs">the runs as JSON</a>,
<a href="/health">the health of each part</a>, and the command line, <code>forebay --help</code>.</p>
</body>
</html>
"""


@route(
    [
        "/",
        "/upload",
        "/runs",
        "/runs/{page_id:str}",
        "/documents",
        "/documents/{page_id:str}",
        "/pipelines",
        "/pipelines/{page_id:str}",
        "/clients/{page_id:str}",
        "/alerts",
        "/system",
    ],
    http_method=_METHODS,
    include_in_schema=False,
    status_code=200,
)
async def web_page(request: AnyRequest) -> ContentResponse:
    found = await _files(request).find(INDEX)
    return _not_built(request) if found is None else _answer(request, found, _CHECKED)


@route("/assets/{name:path}", http_method=_METHODS, include_in_schema=False, status_code=200)
async def web_asset(request: AnyRequest, name: FromPath[str]) -> ContentResponse:
    return _answer(request, await _file(request, f"assets{name}"), _FOR_EVER)


@route(["/theme.js", "/favicon.svg"], http_method=_METHODS, include_in_schema=False, status_code=200)
async def web_file(request: AnyRequest) -> ContentResponse:
    return _answer(request, await _file(request, request.scope["path"].strip("/")), _CHECKED)


WEB = (web_page, web_asset, web_file)


def on_not_found(request: AnyRequest, error: NotFoundException) -> Response[bytes] | ContentResponse:
    """A browser that looks for a page gets the pages, which say so themselves; all others get a problem."""
    page = _files(request).get(INDEX)
    if page is None or request.method not in _METHODS or not _is_for_a_person(request):
        return on_http_error(request, error)
    headers, body = _representation(request, page)
    return _send(request, 404, headers | {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}, body)


def _is_for_a_person(request: AnyRequest) -> bool:
    first = request.scope["path"].lstrip("/").partition("/")[0].lower()
    return first not in _FOR_PROGRAMS and accepted(request, (PROBLEM_JSON, "application/json", HTML)) == HTML


def _files(request: AnyRequest) -> WebFiles:
    files: WebFiles = request.app.state.web
    return files


async def _file(request: AnyRequest, path: str) -> WebFile:
    found = await _files(request).find(path)
    if found is None:
        raise NotFoundException
    return found


def _answer(request: AnyRequest, found: WebFile, cache_control: str) -> ContentResponse:
    headers, body = _representation(request, found)
    headers["Cache-Control"] = cache_control
    if matches_etag(request.headers.get("if-none-match"), headers["ETag"]):
        unchanged = {name: value for name, value in headers.items() if not name.startswith("Content-")}
        return _send(request, 304, unchanged, None)
    return _send(request, 200, headers, body)


def _representation(request: AnyRequest, found: WebFile) -> tuple[dict[str, str], bytes]:
    """Packed as the client can take it. The policy goes with scripts too: those of workers are held to their own."""
    coding = choose_coding(",".join(request.headers.getall("accept-encoding", [])), found.bodies)
    headers = {"Content-Type": found.media_type, "ETag": found.etag(coding), **_SAFETY}
    if len(found.bodies) > 1:
        headers["Vary"] = "Accept-Encoding"
    if coding != PLAIN:
        headers["Content-Encoding"] = coding
    return headers, found.bodies[coding]


def _not_built(request: AnyRequest) -> ContentResponse:
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", **_SAFETY}
    return _send(request, 503, headers, _MISSING.encode())


def _send(request: AnyRequest, status: int, headers: Mapping[str, str], body: bytes | None) -> ContentResponse:
    patience: StallLimits = request.app.state.stall
    length = {} if body is None else {"Content-Length": str(len(body))}
    return ContentResponse(
        status_code=status,
        headers={**headers, **length},
        closing=AsyncExitStack(),
        chunks=None if body is None or request.method == "HEAD" else _at_once(body),
        patience_seconds=patience.seconds,
    )


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content
