"""The OpenAPI document and its pages. Every asset comes from an installed package: nothing is fetched from outside."""

from importlib.util import find_spec
from pathlib import Path

from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import License, Tag
from litestar.params import FromPath
from litestar.response import Redirect

_ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_START = """window.onload = () => {
  window.ui = SwaggerUIBundle({ url: "/openapi/v1.json", dom_id: "#docs", deepLinking: true, docExpansion: "list" });
};
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forebay API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def openapi_config(version: str) -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Forebay",
        version=version,
        description="Takes files in, proves that they are intact, and shows what became of them. "
        "Errors are problem details (RFC 9457) with a stable `code`.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        tags=[
            Tag(name="intake", description="Uploads, runs and files."),
            Tag(name="processing", description="Jobs, what happened and what came of them."),
            Tag(name="documents", description="Text, classification and search of documents."),
            Tag(name="pipelines", description="Clients, pipelines, the runs that they report, and how they are."),
            Tag(name="alerts", description="Rules by which somebody is told of pipelines, and what they have found."),
            Tag(name="system", description="Health and metrics."),
        ],
        path="/openapi",
        render_plugins=[JsonRenderPlugin(path="/v1.json")],
        use_handler_docstrings=False,
    )


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi_alias() -> Redirect:
    return Redirect("/openapi/v1.json")


@get("/docs", include_in_schema=False, media_type=MediaType.HTML, sync_to_thread=False)
def docs_page() -> Response[str]:
    return Response(_PAGE, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


@get("/docs/{name:str}", include_in_schema=False, sync_to_thread=True)
def docs_asset(name: FromPath[str]) -> Response[bytes]:
    if name == "start.js":
        return Response(_START.encode(), media_type="text/javascript")
    if name not in _ASSETS:
        raise NotFoundException
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response((_assets_folder() / name).read_bytes(), media_type=_ASSETS[name], headers=headers)


def _assets_folder() -> Path:
    """Swagger UI as the package swagger-ui-py ships it; the package itself is not imported."""
    spec = find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        raise NotFoundException(detail="the docs pages need the package swagger-ui-py")
    return Path(spec.origin).parent / "static"
