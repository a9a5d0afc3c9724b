"""Events in the form that OpenLineage's integrations send them, written for these tests."""

import copy
from typing import Any
from uuid import UUID

RUN = "0195f2a0-7d3c-7b1e-8f4a-3c2b1a09d8e7"
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs"
Event = dict[str, Any]


def facet(name: str, version: str = "1-0-0", /, **values: Any) -> Event:
    return {
        "_producer": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/client/python",
        "_schemaURL": f"https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}",
        **values,
    }


def run_event(
    event_type: str | None = "START",
    time: str = "2026-03-01T10:00:00Z",
    *,
    run: str | UUID = RUN,
    namespace: str = "analytics",
    job: str = "orders.load",
    **more: Any,
) -> Event:
    event: Event = {
        "eventTime": time,
        "producer": "https://example.com/producer/1.0",
        "schemaURL": f"{SPEC}/RunEvent",
        "run": {"runId": str(run), "facets": {}},
        "job": {"namespace": namespace, "name": job, "facets": {}},
        "inputs": [],
        "outputs": [],
        **more,
    }
    if event_type is not None:
        event["eventType"] = event_type
    return event


def output(name: str, rows: Any = None) -> Event:
    found: Event = {"namespace": "postgres://db:5432", "name": name, "facets": {}}
    if rows is not None:
        statistics = facet("OutputStatisticsOutputDatasetFacet", "1-0-2", rowCount=rows, size=rows)
        found["outputFacets"] = {"outputStatistics": statistics}
    return found


def airflow_task(event_type: str = "START", time: str = "2026-03-01T10:00:00.123456+00:00") -> Event:
    event = run_event(event_type, time, namespace="default", job="daily_orders.load_to_warehouse")
    event["producer"] = "https://github.com/apache/airflow/tree/providers-openlineage/2.7.0"
    event["job"]["facets"] = {
        "jobType": facet("JobTypeJobFacet", "2-0-3", processingType="BATCH", integration="AIRFLOW", jobType="TASK"),
        "ownership": facet("OwnershipJobFacet", owners=[{"name": "data-team"}]),
    }
    event["run"]["facets"] = {
        "nominalTime": facet("NominalTimeRunFacet", nominalStartTime="2026-02-28T00:00:00Z"),
        "parent": facet(
            "ParentRunFacet",
            run={"runId": "0195f2a0-0000-7000-8000-000000000000"},
            job={"namespace": "default", "name": "daily_orders"},
        ),
        "airflow": {"_producer": "x", "_schemaURL": "y", "dag": {"dag_id": "daily_orders", "schedule": "@daily"}},
    }
    return event


def dbt_model(event_type: str = "COMPLETE", time: str = "2026-03-01T10:05:00.000001Z") -> Event:
    event = run_event(event_type, time, namespace="dbt", job="shop.marts.build.customers")
    event["producer"] = "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/dbt"
    event["job"]["facets"] = {
        "jobType": facet("JobTypeJobFacet", "2-0-3", processingType="BATCH", integration="DBT", jobType="MODEL"),
        "sql": facet("SQLJobFacet", query="select * from raw.customers where name <> 'Müller'"),
    }
    event["run"]["facets"] = {"dbt_version": {"_producer": "x", "_schemaURL": "y", "version": "1.10.1"}}
    event["inputs"] = [{"namespace": "postgres://db:5432", "name": "shop.raw.customers"}]
    event["outputs"] = [output("shop.marts.customers", rows=1200)]
    return event


def spark_query(event_type: str = "RUNNING", time: str = "2026-03-01T10:00:00.123456789Z") -> Event:
    event = run_event(event_type, time, namespace="spark", job="etl_app.execute_insert_into_hadoop_fs_relation_command")
    event["producer"] = "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/spark"
    event["job"]["facets"] = {
        "jobType": facet("JobTypeJobFacet", "2-0-3", processingType="BATCH", integration="SPARK", jobType="SQL_JOB")
    }
    event["run"]["facets"] = {
        "spark_properties": {"_producer": "x", "_schemaURL": "y", "properties": {"spark.master": "local[*]"}},
        "processing_engine": facet("ProcessingEngineRunFacet", "1-1-1", version="3.5.1", name="spark"),
    }
    event["outputs"] = [output("/data/a", rows=10), output("/data/b", rows=32), output("/data/c")]
    return event


def failure(message: str = "relation does not exist", trace: str | None = "Traceback …", **more: Any) -> Event:
    event = run_event("FAIL", "2026-03-01T10:07:00Z", **more)
    error = facet("ErrorMessageRunFacet", "1-0-1", message=message, programmingLanguage="PYTHON")
    if trace is not None:
        error["stackTrace"] = trace
    event["run"]["facets"]["errorMessage"] = error
    return event


def job_event(namespace: str = "analytics", job: str = "orders.load") -> Event:
    event = run_event(None, namespace=namespace, job=job, schemaURL=f"{SPEC}/JobEvent")
    del event["run"]
    return event


def dataset_event() -> Event:
    return {
        "eventTime": "2026-03-01T09:00:00Z",
        "producer": "https://example.com/producer/1.0",
        "schemaURL": f"{SPEC}/DatasetEvent",
        "dataset": {
            "namespace": "postgres://db:5432",
            "name": "shop.raw.customers",
            "facets": {"schema": facet("SchemaDatasetFacet", fields=[{"name": "id", "type": "bigint"}])},
        },
    }


def without(event: Event, *path: str) -> Event:
    """A copy without what lies there."""
    changed = copy.deepcopy(event)
    place = changed
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return changed


def changed(event: Event, value: Any, *path: str) -> Event:
    """A copy with something else there."""
    found = copy.deepcopy(event)
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return found
