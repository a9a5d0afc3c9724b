"""Clients and pipelines: created, changed, disabled and enabled again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.application.pipelines.manage_clients import ChangeClientCommand, ListClientsQuery
from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand, ListPipelinesQuery, PipelineDraft
from forebay.application.ports.pipelines import ClientFilter, PipelineFilter
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import (
    ClientExistsError,
    ClientNotFoundError,
    PipelineExistsError,
    PipelineNotFoundError,
    RevisionMismatchError,
)
from forebay.domain.pipelines.pipeline import Platform, Schedule
from tests.unit.pipelines.office import HOUR, MINUTE, NOON, Office


async def test_a_client_begins_at_revision_one_and_each_change_is_one_more() -> None:
    office = Office()
    client = await office.create_client("  Acme ")
    assert (client.name, client.is_active, client.revision) == ("Acme", True, 1)
    office.clock.time += MINUTE
    changed = await office.change_client(ChangeClientCommand(client_id=client.id, name="Acme Ltd", revision=1))
    assert (changed.name, changed.revision, changed.created_at, changed.updated_at) == (
        "Acme Ltd",
        2,
        NOON,
        NOON + MINUTE,
    )
    again = await office.change_client(ChangeClientCommand(client_id=client.id, name="Acme Ltd", revision=2))
    assert again == changed, "a change that changes nothing is no revision"


async def test_names_of_clients_are_unique_ignoring_case() -> None:
    office = Office()
    await office.create_client("Straße")
    with pytest.raises(ClientExistsError):
        await office.create_client("STRASSE")
    other = await office.create_client("other")
    with pytest.raises(ClientExistsError):
        await office.change_client(ChangeClientCommand(client_id=other.id, name="strasse"))


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\nb", "a\0b", "a\u2028b", "\ud800"])
async def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await Office().create_client(name)
    assert refused.value.field == "name"


async def test_changes_of_an_older_revision_are_refused() -> None:
    office = Office()
    client = await office.create_client("Acme")
    await office.change_client(ChangeClientCommand(client_id=client.id, is_active=False))
    with pytest.raises(RevisionMismatchError, match="at revision 2"):
        await office.change_client(ChangeClientCommand(client_id=client.id, name="Other", revision=1))
    pipeline = await office.pipeline()
    await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, name="new", revision=1))
    with pytest.raises(RevisionMismatchError):
        await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, name="newer", revision=1))


async def test_what_is_not_there_is_not_found() -> None:
    office = Office()
    with pytest.raises(ClientNotFoundError):
        await office.change_client(ChangeClientCommand(client_id=uuid4(), name="x"))
    with pytest.raises(ClientNotFoundError):
        await office.create_pipeline(PipelineDraft(client_id=uuid4(), name="x"))
    with pytest.raises(ClientNotFoundError):
        await office.list_pipelines(ListPipelinesQuery(where=PipelineFilter(client_id=uuid4())))
    with pytest.raises(PipelineNotFoundError):
        await office.change_pipeline(ChangePipelineCommand(pipeline_id=uuid4(), name="x"))


async def test_a_change_of_nothing_is_refused() -> None:
    office = Office()
    client = await office.create_client("Acme")
    with pytest.raises(InvalidInputError):
        await office.change_client(ChangeClientCommand(client_id=client.id))


async def test_names_and_external_ids_are_unique_within_a_client_and_platform() -> None:
    office = Office()
    client, other = await office.create_client("Acme"), await office.create_client("Other")
    first = await office.pipeline("nightly", client=client)
    await office.pipeline("nightly", client=other)
    with pytest.raises(PipelineExistsError):
        await office.create_pipeline(PipelineDraft(client_id=client.id, name="NIGHTLY"))
    with pytest.raises(PipelineExistsError):
        await office.create_pipeline(PipelineDraft(client_id=client.id, name="b", external_id="nightly"))
    elsewhere = PipelineDraft(client_id=client.id, name="c", external_id="nightly", platform=Platform.DBT)
    dbt = await office.create_pipeline(elsewhere)
    with pytest.raises(PipelineExistsError):
        await office.change_pipeline(ChangePipelineCommand(pipeline_id=dbt.id, platform=first.platform))
    for name in ("d", "e"):
        await office.create_pipeline(PipelineDraft(client_id=client.id, name=name))  # without external ids


async def test_an_external_id_can_be_taken_away() -> None:
    office = Office()
    pipeline = await office.pipeline()
    changed = await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, external_id=""))
    assert changed.external_id is None


async def test_enabling_begins_the_schedule_anew_and_asks_for_a_look_at_alerts() -> None:
    office = Office()
    pipeline = await office.pipeline(schedule=Schedule(expect_every=HOUR))
    assert await office.checks() == set()
    await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, is_active=False))
    assert await office.checks() == {pipeline.id}
    office.clock.time += 5 * HOUR
    enabled = await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, is_active=True))
    assert (pipeline.enabled_at, enabled.enabled_at) == (NOON, NOON + 5 * HOUR)
    assert await office.checks() == {pipeline.id}
    renamed = await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, name="x"))
    assert renamed.enabled_at == enabled.enabled_at
    assert await office.checks() == set()


async def test_disabling_a_client_asks_for_a_look_at_all_its_pipelines() -> None:
    office = Office()
    client = await office.create_client("Acme")
    ids = {(await office.pipeline(f"p{number}", client=client)).id for number in range(3)}
    await office.pipeline("of another")
    await office.change_client(ChangeClientCommand(client_id=client.id, is_active=False))
    assert await office.checks() == ids


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        ({"expect_every": timedelta(0)}, "expect_every"),
        ({"expect_every": timedelta(milliseconds=1500)}, "expect_every"),
        ({"start_grace": timedelta(seconds=-1)}, "start_grace"),
        ({"finish_grace": timedelta(days=5000)}, "finish_grace"),
    ],
)
def test_schedules_that_mean_nothing_are_refused(schedule: dict[str, timedelta], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Schedule(**schedule)
    assert refused.value.field == field


async def test_lists_go_on_where_they_ended() -> None:
    office = Office()
    for number in range(5):
        await office.create_client(f"client {number}")
        office.clock.time += MINUTE
    first = await office.list_clients(ListClientsQuery(limit=3))
    rest = await office.list_clients(ListClientsQuery(limit=3, cursor=first.next_cursor))
    assert [client.name[-1] for client in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    assert rest.next_cursor is None
    found = await office.list_clients(ListClientsQuery(where=ClientFilter(text="CLIENT 3")))
    assert [client.name for client in found.items] == ["client 3"]
