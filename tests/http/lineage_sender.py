"""A program that knows nothing of Forebay: it sends with the OpenLineage client as its environment says.

Arguments: a job's name, and how many runs of it there are. The odd ones fail.
"""

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    error_message_run,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    schema_dataset,
    sql_job,
)

BEGIN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def main(name: str, runs: int) -> None:
    client = OpenLineageClient()
    job = Job(
        namespace="real-client",
        name=name,
        facets={
            "sql": sql_job.SQLJobFacet(query="select 'ü'"),
            "jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="DBT", jobType="MODEL"),
        },
    )
    source = InputDataset(
        namespace="postgres://db:5432",
        name="shop.raw",
        facets={"schema": schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields("id")])},
    )
    for number in range(runs):
        begin = BEGIN + timedelta(minutes=number)
        run_id = str(UUID(int=number + 1))
        nominal = nominal_time_run.NominalTimeRunFacet(nominalStartTime=begin.isoformat())
        client.emit(
            RunEvent(
                eventType=RunState.START,
                eventTime=begin.isoformat(),
                run=Run(runId=run_id, facets={"nominalTime": nominal}),
                job=job,
                inputs=[source],
            )
        )
        fails = number % 2 == 1
        error = error_message_run.ErrorMessageRunFacet(
            message=f"run {number} broke", programmingLanguage="PYTHON", stackTrace="Traceback: here"
        )
        written = OutputDataset(
            namespace="postgres://db:5432",
            name="shop.mart",
            outputFacets={
                "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                    rowCount=number * 100, size=1
                )
            },
        )
        client.emit(
            RunEvent(
                eventType=RunState.FAIL if fails else RunState.COMPLETE,
                eventTime=(begin + timedelta(seconds=30)).isoformat(),
                run=Run(runId=run_id, facets={"errorMessage": error} if fails else {}),
                job=job,
                outputs=[] if fails else [written],
            )
        )
    client.emit(JobEvent(eventTime=BEGIN.isoformat(), job=job, inputs=[source]))
    client.emit(
        DatasetEvent(eventTime=BEGIN.isoformat(), dataset=StaticDataset(namespace="postgres://db", name="shop.raw"))
    )
    if not client.close(30):
        sys.exit("not all was sent")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
