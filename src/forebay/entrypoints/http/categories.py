"""Categories: list, detail, create, change, delete."""

from litestar import Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET

from forebay.application.documents.manage_categories import ChangeCategoryCommand
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.entrypoints.http.json_request import json_only
from forebay.entrypoints.http.parameters import CategoryId, plain_text
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.categories import (
    CategoryBody,
    CategoryPage,
    ChangeCategoryBody,
    NewCategoryBody,
    examples_of,
    rules_of,
)


@get(
    "/v1/categories",
    operation_id="listCategories",
    summary="List categories",
    description="All of them, by name.",
    tags=["documents"],
    responses=problem_specs(503),
)
async def list_categories(use_cases: NamedDependency[UseCases]) -> CategoryPage:
    return CategoryPage(items=[CategoryBody.of(found) for found in await use_cases.documents.list_categories()])


@get(
    "/v1/categories/{category_id:str}",
    operation_id="getCategory",
    summary="One category",
    tags=["documents"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_category(use_cases: NamedDependency[UseCases], category_id: CategoryId) -> CategoryBody:
    return CategoryBody.of(await use_cases.documents.get_category(parse_id(category_id, field="category_id")))


@post(
    "/v1/categories",
    operation_id="createCategory",
    summary="Create a category",
    description="Rules are for the classifier `rules`; description and examples are what the others go by.",
    tags=["documents"],
    status_code=201,
    before_request=json_only,
    response_headers=[
        ResponseHeader(name="Location", description="The category", required=False, documentation_only=True)
    ],
    responses=problem_specs(400, 408, 409, 413, 415, 422, 503),
)
async def create_category(
    use_cases: NamedDependency[UseCases], data: JSONBody[NewCategoryBody]
) -> Response[CategoryBody]:
    body = CategoryBody.of(await use_cases.documents.create_category(data.draft()))
    return Response(body, status_code=201, headers={"Location": f"/v1/categories/{body.id}"})


@patch(
    "/v1/categories/{category_id:str}",
    operation_id="changeCategory",
    summary="Change a category",
    description="What is left out stays. Documents keep their category until they are classified again.",
    tags=["documents"],
    before_request=json_only,
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def change_category(
    use_cases: NamedDependency[UseCases], category_id: CategoryId, data: JSONBody[ChangeCategoryBody]
) -> CategoryBody:
    command = ChangeCategoryCommand(
        category_id=parse_id(category_id, field="category_id"),
        name=None if data.name is UNSET else plain_text(data.name, field="name"),
        description=None if data.description is UNSET else plain_text(data.description, field="description"),
        rules=None if data.rules is UNSET else rules_of(data.rules),
        examples=None if data.examples is UNSET else examples_of(data.examples),
    )
    return CategoryBody.of(await use_cases.documents.change_category(command))


@delete(
    "/v1/categories/{category_id:str}",
    operation_id="deleteCategory",
    summary="Delete a category",
    description="Its documents become uncategorised, and corrections to it are forgotten.",
    tags=["documents"],
    responses=problem_specs(400, 404, 422, 503),
)
async def delete_category(use_cases: NamedDependency[UseCases], category_id: CategoryId) -> None:
    await use_cases.documents.delete_category(parse_id(category_id, field="category_id"))
