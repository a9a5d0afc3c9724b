"""Searching on PostgreSQL.

Each dictionary that is in use is asked on its own, since it makes its own stems of the words that were typed. The GIN
index finds the documents that have all the words; phrases are then looked at in the vectors that have positions.

The index finds 100,000 documents in milliseconds, but each that is ranked has its vector fetched from where PostgreSQL
keeps long values. So of words that are nearly everywhere the newest documents are ranked, and those with the words in
their titles; what else is found follows behind, newest first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    Text,
    case,
    cast,
    desc,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, distinct_on

from forebay.adapters.sql.dictionaries import dictionaries_in_use, stems_of
from forebay.adapters.sql.document_rows import document_of
from forebay.adapters.sql.documents import conditions, is_answerable
from forebay.adapters.sql.documents_tables import documents
from forebay.adapters.sql.search_tables import document_passages, document_vectors, indexed_words
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.text_vectors import mark_of, quoted
from forebay.application.ports.documents import DocumentFilter
from forebay.domain.documents.document import Document
from forebay.domain.documents.search import MAX_DEPTH, Clause, Hit, SearchQuery
from forebay.domain.documents.snippets import Pattern, highlighted_piece, highlighted_title
from forebay.domain.documents.words import fold

_WEIGHTS: ColumnElement[Any] = literal_column(
    "CAST('{0.1, 0.2, 0.4, 1.0}' AS real[])"
)  # of D (the text), C, B and A (the title)
_RANKED = 2_000
_BY_LENGTH = 1  # ts_rank: divided by 1 + the logarithm of the document's length

_vector = document_vectors.c
_passage = document_passages.c


@dataclass(frozen=True, slots=True)
class _Question:
    """The query as it is asked of the documents of one dictionary."""

    dictionary: str
    stems: Mapping[str, str]
    query: SearchQuery

    @property
    def words(self) -> ColumnElement[Any]:
        """What the index answers: it is of this dictionary, and has all words, and no single word that it must not."""
        wanted = [part for clause in self.query.wanted for part in self._parts(clause)]
        excluded = [
            f"!{part}" for clause in self.query.excluded if len(clause.words) == 1 for part in self._parts(clause)
        ]
        return _tsquery(" & ".join([quoted(mark_of(self.dictionary)), *wanted, *excluded]))

    @property
    def in_title(self) -> ColumnElement[Any]:
        """What the index of the titles answers."""
        wanted = [part for clause in self.query.wanted for part in self._parts(clause)]
        return _tsquery(" & ".join([quoted(mark_of(self.dictionary)), *wanted]))

    @property
    def ranking(self) -> ColumnElement[Any]:
        return _tsquery(" & ".join(part for clause in self.query.wanted for part in self._parts(clause)))

    def rank(self) -> ColumnElement[float]:
        return func.ts_rank(_WEIGHTS, _vector.vector, self.ranking, _BY_LENGTH)

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        yield indexed_words.bool_op("@@")(self.words)
        for clause in self.query.wanted:
            if len(clause.words) > 1:
                yield self._has_phrase(clause)
        for clause in self.query.excluded:
            if len(clause.words) > 1:
                yield not_(self._has_phrase(clause))

    def in_passage(self) -> ColumnElement[int]:
        """How many of the clauses match in a passage."""
        matches = (_passage.vector.bool_op("@@")(self._phrase(clause)) for clause in self.query.wanted)
        counts: list[ColumnElement[int]] = [cast(found, Integer) for found in matches]
        return sum(counts[1:], counts[0])

    @property
    def patterns(self) -> Sequence[Pattern]:
        return [Pattern.of(clause, self.stems) for clause in self.query.wanted]

    @property
    def lexemes(self) -> Sequence[str]:
        """The stems of the words that were typed."""
        return sorted({self._stem(word) for clause in self.query.wanted for word in clause.words})

    def _has_phrase(self, clause: Clause) -> ColumnElement[bool]:
        """A document of one passage has all its positions; of others they may end before the text does."""
        phrase = self._phrase(clause)
        passages = select(literal(1)).where(
            _passage.document_id == _vector.document_id, _passage.vector.bool_op("@@")(phrase)
        )
        long = or_(_vector.vector.bool_op("@@")(self._phrase(clause, weight="A")), passages.exists())
        return case((_vector.passages <= 1, _vector.vector.bool_op("@@")(phrase)), else_=long)

    def _phrase(self, clause: Clause, *, weight: str = "") -> ColumnElement[Any]:
        return _tsquery(" <-> ".join(self._parts(clause, weight=weight)))

    def _parts(self, clause: Clause, *, weight: str = "") -> Iterator[str]:
        """Prefixes are those of words as they stand in the text: a stem may be shorter than what was typed."""
        *before, last = clause.words
        for word in before:
            yield _operand(self._stem(word), weight)
        yield _operand(fold(last), f"*{weight}") if clause.prefix else _operand(self._stem(last), weight)

    def _stem(self, word: str) -> str:
        folded = fold(word)
        return self.stems.get(folded, folded)


def _operand(lexeme: str, flags: str) -> str:
    return f"{quoted(lexeme)}:{flags}" if flags else quoted(lexeme)


def _tsquery(text: str) -> ColumnElement[Any]:
    return cast(literal(text, Text), TSQUERY)


class PostgresSearch:
    """One search after the other on one unit of work."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def run(
        self, query: SearchQuery, where: DocumentFilter, *, skip: int, limit: int
    ) -> Sequence[tuple[Document, Hit]]:
        if not is_answerable(where):
            return ()
        questions = {question.dictionary: question for question in await self._questions(query)}
        if not questions:
            return ()
        filters = list(conditions(where))
        rows = await self._do.fetch(_best(list(questions.values()), filters, skip=skip, limit=limit))
        shown = await self._shown(rows, questions)
        return tuple((document_of(row), shown[row.id]) for row in rows)

    async def _questions(self, query: SearchQuery) -> list[_Question]:
        words = sorted({fold(word) for clause in query.clauses for word in clause.words})
        return [
            _Question(dictionary, await stems_of(words, dictionary, self._do), query)
            for dictionary in await dictionaries_in_use(self._do)
        ]

    async def _shown(
        self, rows: Sequence[Row[*tuple[Any, ...]]], questions: Mapping[str, _Question]
    ) -> Mapping[UUID, Hit]:
        shown: dict[UUID, Hit] = {}
        for dictionary, question in questions.items():
            mine = {row.id: row for row in rows if row.dictionary == dictionary}
            if not mine:
                continue
            for piece in await self._do.fetch(_pieces(question, list(mine))):
                row = mine[piece.document_id]
                shown[row.id] = _hit(row, piece, question)
        return shown


def _best(
    questions: Sequence[_Question], filters: Sequence[ColumnElement[bool]], *, skip: int, limit: int
) -> Select[*tuple[Any, ...]]:
    """Rows are looked up for the page alone, and vectors, which PostgreSQL keeps aside, for what is ranked."""
    newest = _newest(MAX_DEPTH, [_matching(question, filters) for question in questions])
    number = func.row_number().over(order_by=(newest.c.created_at.desc(), newest.c.document_id.desc()))
    titled = _newest(_RANKED, [_matching(question, filters, titled=True) for question in questions])
    found = union_all(
        select(newest.c.document_id, newest.c.created_at, (number <= _RANKED).label("is_ranked")),
        select(titled.c.document_id, titled.c.created_at, true()),
    ).subquery("found")
    ranks = ((_vector.dictionary == question.dictionary, question.rank()) for question in questions)
    rank = select(case(*ranks)).where(_vector.document_id == found.c.document_id)
    page = (
        select(
            found.c.document_id,
            found.c.created_at,
            case((func.bool_or(found.c.is_ranked), rank.scalar_subquery()), else_=0.0).label("score"),
        )
        .group_by(found.c.document_id, found.c.created_at)
        .order_by(desc("score"), found.c.created_at.desc(), found.c.document_id.desc())
        .limit(limit)
        .offset(skip)
        .subquery("page")
    )
    return (
        select(documents, page.c.score, _vector.dictionary)
        .join(page, page.c.document_id == documents.c.id)
        .join(document_vectors, _vector.document_id == page.c.document_id)
        .order_by(page.c.score.desc(), documents.c.created_at.desc(), documents.c.id.desc())
    )


def _matching(
    question: _Question, filters: Sequence[ColumnElement[bool]], *, titled: bool = False
) -> Select[*tuple[Any, ...]]:
    """`titled`: those whose title has it all."""
    found = _narrowed(select(_vector.document_id, _vector.created_at), filters).where(*question.conditions())
    return found.where(_vector.title_vector.bool_op("@@")(question.in_title)) if titled else found


def _newest(most: int, parts: Sequence[Select[*tuple[Any, ...]]]) -> Subquery:
    some = union_all(*(_first(most, part.subquery()) for part in parts)).subquery()
    return _first(most, some).subquery()


def _first(most: int, found: Subquery) -> Select[*tuple[Any, ...]]:
    order = found.c.created_at.desc(), found.c.document_id.desc()
    newest = select(found.c.document_id, found.c.created_at).order_by(*order).limit(most).subquery()
    return select(newest.c.document_id, newest.c.created_at)


def _narrowed(statement: Select[*tuple[Any, ...]], filters: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    if not filters:
        return statement
    return statement.join(documents, documents.c.id == _vector.document_id).where(*filters)


def _pieces(question: _Question, ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """Of each document the passage with the most matches, and where its words and those of the title are."""
    ranked = (
        select(_passage.document_id, _passage.text, _passage.vector)
        .where(_passage.document_id.in_(ids))
        .ext(distinct_on(_passage.document_id))
        .order_by(_passage.document_id, func.coalesce(question.in_passage(), 0).desc(), _passage.ordinal)
        .subquery("ranked")
    )
    return (
        select(
            _vector.document_id,
            _vector.title,
            _vector.body_start,
            ranked.c.text,
            ranked.c.vector.is_(None).label("is_whole"),
            _places(_vector.vector, question).label("in_document"),
            _places(ranked.c.vector, question).label("in_passage"),
        )
        .outerjoin_from(document_vectors, ranked, ranked.c.document_id == _vector.document_id)
        .where(_vector.document_id.in_(ids))
    )


def _places(vector: ColumnElement[Any], question: _Question) -> ColumnElement[Any]:
    """Positions of the stems, by lexeme."""
    words = func.unnest(vector).table_valued("lexeme", "positions", "weights", name="word")
    return (
        select(func.json_object_agg(words.c.lexeme, words.c.positions))
        .where(words.c.lexeme == func.any(literal(list(question.lexemes), ARRAY(Text))))
        .scalar_subquery()
    )


def _hit(row: Row[*tuple[Any, ...]], piece: Row[*tuple[Any, ...]], question: _Question) -> Hit:
    body, patterns = piece.body_start, question.patterns
    everywhere = _stems_at(piece.in_document, 1)
    in_title = {place: stem for place, stem in everywhere.items() if place < body - 1}
    in_text = _stems_at(piece.in_document, body) if piece.is_whole else _stems_at(piece.in_passage, 1)
    return Hit(
        document_id=row.id,
        score=row.score,
        title=highlighted_title(piece.title, patterns, in_title),
        snippet=highlighted_piece(piece.text or "", patterns, in_text),
    )


def _stems_at(positions: Mapping[str, Sequence[int] | None] | None, first: int) -> Mapping[int, str]:
    """By places counted from 0, of which the first has this position."""
    return {
        position - first: stem
        for stem, found in (positions or {}).items()
        for position in found or ()
        if position >= first
    }
