-- Failures over time: by hour, the last 90 days at most.
SELECT hour, sum(failed) AS failed, sum(total) AS total
FROM dashboard_failures_by_hour
[[WHERE client_name = {{client}}]]
GROUP BY hour
ORDER BY hour;
