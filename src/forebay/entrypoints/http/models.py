"""GET /v1/models."""

from litestar import get
from litestar.di import NamedDependency

from forebay.application.use_cases import UseCases
from forebay.domain.paging import DEFAULT_LIMIT
from forebay.entrypoints.http.parameters import CursorParameter, Limit
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.models import ModelPage


@get(
    "/v1/models",
    operation_id="listModels",
    summary="What has done the work",
    description="Programs and trained models that steps have used, each in one version.",
    tags=["processing"],
    responses=problem_specs(400, 503),
)
async def list_models(
    *, use_cases: NamedDependency[UseCases], limit: Limit = DEFAULT_LIMIT, cursor: CursorParameter = None
) -> ModelPage:
    return ModelPage.of(await use_cases.processing.list_models(cursor=cursor, limit=limit))
