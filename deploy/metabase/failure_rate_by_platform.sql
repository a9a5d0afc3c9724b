-- Failure rate by platform, the last 30 days.
SELECT platform, failed, total, failure_rate
FROM dashboard_platform_failure_rate
ORDER BY failure_rate DESC, platform;
