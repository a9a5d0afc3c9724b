"""Payloads of reports as text, which is the same for the same object wherever it came in."""

import json
from collections.abc import Mapping

from forebay.domain.pipelines.errors import InvalidReportError

_SHORT = 100  # characters of what the standard library says


def write_payload(value: Mapping[str, object]) -> str:
    """Canonical JSON: sorted keys, no spaces. InvalidReportError for what no JSON can say."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidReportError(f"cannot be written as JSON: {str(error)[:_SHORT]}", field="payload") from None
