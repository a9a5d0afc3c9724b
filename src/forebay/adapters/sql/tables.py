"""All tables together, as migrations and error messages need to know them."""

from forebay.adapters.sql import intake_tables, processing_tables
from forebay.adapters.sql.schema import metadata

__all__ = ["intake_tables", "metadata", "processing_tables"]
