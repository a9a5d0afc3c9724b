-- Open alerts, newest first.
SELECT opened_at, client_name, pipeline_name, rule_type, summary, occurrences, acknowledged_at, muted_until
FROM dashboard_open_alerts
[[WHERE client_name = {{client}}]]
ORDER BY opened_at DESC;
