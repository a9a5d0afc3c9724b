"""PostgreSQL's dictionaries, which stem words. Their lists of stop words are not heeded: every word can be found."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from forebay.adapters.sql.statements import Statements

NONE = ""  # words are not stemmed
_BATCH = 20_000  # words in one query

# ISO 639-1, and the Snowball stemmers of PostgreSQL; older ones lack some.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

_IS_THERE = text(
    "SELECT 1 FROM pg_catalog.pg_ts_dict"
    " WHERE dictnamespace = 'pg_catalog'::pg_catalog.regnamespace AND dictname = :dictionary"
)
# One look at the index for each dictionary that is in use, however many documents there are.
_IN_USE = text(
    "WITH RECURSIVE used(dictionary) AS ("
    " (SELECT dictionary FROM document_vectors ORDER BY dictionary LIMIT 1) UNION ALL"
    " SELECT (SELECT v.dictionary FROM document_vectors v WHERE v.dictionary > used.dictionary"
    " ORDER BY v.dictionary LIMIT 1) FROM used WHERE used.dictionary IS NOT NULL)"
    " SELECT dictionary FROM used WHERE dictionary IS NOT NULL"
)
_STEM = text(
    "SELECT word, pg_catalog.ts_lexize(CAST(:dictionary AS regdictionary), word) AS lexemes"
    " FROM pg_catalog.unnest(:words) AS word"
).bindparams(bindparam("words", type_=ARRAY(Text)))


async def dictionary_of(language: str | None, statements: Statements) -> str:
    """NONE when the language is not known, or this server has none for it."""
    stemmer = _STEMMERS.get((language or "").lower())
    if stemmer is None:
        return NONE
    dictionary = f"{stemmer}_stem"
    return dictionary if await statements.fetch(_IS_THERE, {"dictionary": dictionary}) else NONE


async def dictionaries_in_use(statements: Statements) -> Sequence[str]:
    return [row.dictionary for row in await statements.fetch(_IN_USE, {})]


async def stems_of(words: Sequence[str], dictionary: str, statements: Statements) -> Mapping[str, str]:
    """Of those words (folded) that are not their own stems."""
    stems: dict[str, str] = {}
    if dictionary == NONE:
        return stems
    for start in range(0, len(words), _BATCH):
        batch = {"dictionary": f"pg_catalog.{dictionary}", "words": list(words[start : start + _BATCH])}
        for row in await statements.fetch(_STEM, batch):
            if row.lexemes and row.lexemes[0] != row.word:  # none: a stop word
                stems[row.word] = row.lexemes[0]
    return stems
