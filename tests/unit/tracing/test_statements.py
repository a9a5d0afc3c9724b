"""Statements as spans: their text, no values, and no trace of their own."""

from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, insert, select, text, update

from forebay.adapters.sql.bulk import BulkInsert
from forebay.adapters.sql.processing_tables import jobs
from forebay.adapters.sql.traced import StatementTexts
from forebay.adapters.tracing.statements import StatementSpans
from tests.unit.tracing.recorded import Recorded, attributes_of


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


def told(recorded: Recorded, sql: str) -> dict[str, object]:
    with (
        recorded.tracer.start_as_current_span("a request"),
        StatementSpans(recorded.tracer).statement("postgresql", lambda: sql),
    ):
        pass
    (span,) = [span for name, span in recorded.spans.items() if name != "a request"]
    return {"name": span.name, **attributes_of(span)}


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT jobs.id FROM jobs WHERE jobs.id = %(x)s", "SELECT jobs"),
        ('insert into "jobs" (id) VALUES (?)', "INSERT jobs"),
        ("UPDATE jobs SET a = ?", "UPDATE jobs"),
        ("WITH x AS (SELECT 1 FROM runs) SELECT * FROM x", "WITH runs"),
        ("COMMIT", "COMMIT"),
        ("", "SQL"),
    ],
)
def test_a_statement_is_named_by_what_it_does_and_to_what(recorded: Recorded, sql: str, name: str) -> None:
    assert told(recorded, sql) == {
        "name": name,
        "db.system.name": "postgresql",
        "db.operation.name": name.partition(" ")[0],
        "db.query.summary": name,
        "db.query.text": sql,
    }


def test_outside_of_a_span_nothing_is_told_and_no_text_is_made(recorded: Recorded) -> None:
    def never() -> str:
        raise AssertionError("nobody wants it")

    with StatementSpans(recorded.tracer).statement("sqlite", never):
        pass
    assert recorded.spans == {}


def test_what_a_database_says_of_an_error_is_not_told(recorded: Recorded) -> None:
    spans = StatementSpans(recorded.tracer)
    with (
        recorded.tracer.start_as_current_span("a request", record_exception=False, set_status_on_exception=False),
        pytest.raises(LookupError),
        spans.statement("sqlite", lambda: "SELECT 1"),
    ):
        raise LookupError("Key (name)=(secret) already exists")
    span = recorded.spans["SELECT"]
    assert attributes_of(span)["error.type"] == "LookupError"
    assert "secret" not in span.to_json()


@pytest.fixture(params=["sqlite", "postgresql"])
def texts(request: pytest.FixtureRequest) -> StatementTexts:
    return StatementTexts(request.param)


def test_texts_have_places_for_values(texts: StatementTexts) -> None:
    asked = select(jobs.c.id).where(jobs.c.kind.in_(bindparam("kinds", expanding=True)), jobs.c.subject == "secret")
    assert texts.of(asked, {"kinds": ["secret"]}).startswith(
        "SELECT jobs.id FROM jobs WHERE jobs.kind IN (...) AND jobs.subject = "
    )
    change = update(jobs).where(jobs.c.id == bindparam("job_id"))
    assert texts.of(change, {"kind": "secret", "job_id": b"1"}).startswith("UPDATE jobs SET kind=")
    assert "subject" not in texts.of(change, {"kind": "secret", "job_id": b"1"})
    assert texts.of(insert(jobs), [{"id": b"1", "kind": "secret"}]).startswith("INSERT INTO jobs (id, kind) VALUES (")
    assert texts.of(text("SELECT :x"), {"x": "secret"}).startswith("SELECT ")
    assert texts.of("DELETE FROM x WHERE y = ?", None) == "DELETE FROM x WHERE y = ?"
    assert texts.of(BulkInsert(jobs, [("secret",)]), None) == "INSERT INTO jobs"
    for statement, values in ((asked, {"kinds": ["secret"]}), (change, {"kind": "secret", "job_id": b"1"})):
        assert "secret" not in texts.of(statement, values)


def test_a_statement_that_cannot_be_shown_is_executed_all_the_same(texts: StatementTexts) -> None:
    assert texts.of(insert(jobs), {"no such column": 1}) == "Insert"


def test_a_statement_that_is_made_once_is_compiled_once(texts: StatementTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    real: Callable[..., str] = texts._compiled

    def counted(*given: object) -> str:
        compiled.append(given)
        return real(*given)

    monkeypatch.setattr(texts, "_compiled", counted)
    statement = select(jobs.c.id)
    assert texts.of(statement, None) == texts.of(statement, None)
    assert len(compiled) == 1
