-- Latest run of each pipeline, those that need attention first.
SELECT client_name, pipeline_name, platform, environment, status, is_late, is_stuck, started_at, finished_at, elapsed_seconds,
  rows_processed, error_message
FROM dashboard_latest_status
[[WHERE client_name = {{client}}]]
ORDER BY (status = 'failed') DESC NULLS LAST, is_stuck DESC, is_late DESC, client_name, pipeline_name;
