/** Lines for a shell that report a run. */

const JSON_HEADER = "-H 'Content-Type: application/json'";
/** Ends the quotes around the JSON, so that the shell puts the time in. */
const NOW = `"'$(date -u +%FT%TZ)'"`;

export function reportLine(origin: string, pipelineId: string): string {
  return `curl ${origin}/v1/pipelines/${pipelineId}/runs \\
  ${JSON_HEADER} \\
  -d '{"status": "success", "started_at": ${NOW}, "finished_at": ${NOW}}'`;
}

/** Makes client and pipeline on the way. */
export function firstRunLine(origin: string): string {
  return `curl '${origin}/v1/pipeline-runs:batch?create_missing=true' \\
  ${JSON_HEADER} \\
  -d '[{"client": "Acme", "platform": "airflow", "external_id": "nightly_load",
        "external_run_id": "first", "status": "success",
        "started_at": ${NOW}, "finished_at": ${NOW}}]'`;
}

export function firstRunCommands(): string {
  return `forebay clients create Acme
forebay pipelines create Acme 'Nightly load' --platform airflow --external-id nightly_load
forebay pipelines report 'Acme/Nightly load' --status success`;
}

export function lineageSettings(origin: string): string {
  return `export OPENLINEAGE_URL=${origin}
export OPENLINEAGE_API_KEY=…   # where FOREBAY_LINEAGE_TOKEN is set`;
}
