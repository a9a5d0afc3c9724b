-- Failures by client: the last day and the last week.
SELECT client_name, failed_24h, total_24h, failed_7d, total_7d
FROM dashboard_client_failures
ORDER BY failed_24h DESC, failed_7d DESC, client_name;
