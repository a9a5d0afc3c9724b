-- How long runs take, the last 30 days.
SELECT from_seconds, to_seconds, sum(runs) AS runs
FROM dashboard_durations
[[WHERE client_name = {{client}}]]
GROUP BY from_seconds, to_seconds
ORDER BY from_seconds;
