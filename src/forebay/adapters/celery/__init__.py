"""The job queue over Celery: Redis or RabbitMQ carry job ids to workers on any number of machines."""
