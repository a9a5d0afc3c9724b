-- The pipelines that went from success to failure and back most often, the last 30 days.
SELECT client_name, pipeline_name, platform, flips, failed, total, failure_rate
FROM dashboard_flakiest
WHERE flips > 0 [[AND client_name = {{client}}]]
ORDER BY flips DESC, failed DESC, client_name, pipeline_name
LIMIT 50;
