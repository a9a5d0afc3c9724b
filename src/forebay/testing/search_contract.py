"""What is expected of the full-text index."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.application.ports.documents import DocumentFilter, IndexEntry
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.documents.search import MAX_QUERY, Snippet
from forebay.domain.errors import InvalidInputError
from forebay.testing.document_examples import Library, a_category, a_document, a_verdict
from forebay.testing.intake_examples import MORNING

LATER = MORNING + timedelta(days=1)


def marked(snippet: Snippet) -> list[str]:
    assert all(0 <= start < stop <= len(snippet.text) for start, stop in snippet.matches)
    assert all(one[1] <= other[0] for one, other in zip(snippet.matches, snippet.matches[1:], strict=False))
    return [snippet.text[start:stop] for start, stop in snippet.matches]


class SearchContract:
    """Search: what is found, in which order, and what is shown of it.

    `stems`: other forms of a word are found in documents whose language is known. `folds_forms`: letters of compatible
    forms are the same, such as ß and ss, or ligatures.
    """

    stems = False
    folds_forms = True

    async def test_nothing_is_found_where_nothing_is(self, library: Library) -> None:
        assert await library.found("word") == []
        await library.added()  # in no index
        assert await library.found("document") == []

    async def test_words_of_title_and_text_are_found(self, library: Library) -> None:
        first = await library.indexed("All work and no play.", title="Rent")
        second = await library.indexed("Rent is due at work.", title="Letter")
        assert set(await library.found("rent")) == {first.id, second.id}
        assert await library.found("RENT play") == [first.id]
        assert await library.found("letter due") == [second.id]
        assert await library.found("rent missing") == []
        assert await library.found("ren") == []

    async def test_every_word_can_be_found_as_it_stands(self, library: Library) -> None:
        """Also those that are stop words, look like numbers, hosts or paths, or are operators somewhere."""
        text = "The and NOT OR NEAR /usr/share/doc www.example.com a_b 1.5e3 v2.0 x AT&T C++ O'Neil 50% 2024-05-01"
        document = await library.indexed(text, language="en")
        for query in [
            *text.split(),
            *(f'"{word}"' for word in text.split()),
            "and the not or near",
            "share",
            "example",
        ]:
            assert await library.found(query) == [document.id], query

    async def test_phrases_are_words_that_follow_each_other(self, library: Library) -> None:
        document = await library.indexed("Payment is due net 30 days. The state of the art!", title="Terms of payment")
        other = await library.indexed("Net income rose; 30 people left the art of days.", language="en")
        assert await library.found('"net 30 days"') == [document.id]
        assert await library.found('"NET-30"') == [document.id]
        assert await library.found('"state of the art"') == [document.id]
        assert await library.found('"the art" "of the"') == [document.id]
        assert await library.found('"art of days"') == [other.id]
        assert await library.found('"terms of payment"') == [document.id]
        assert await library.found('"payment payment"') == []  # the one in the title, the other in the text
        assert await library.found('"days net"') == []

    async def test_a_prefix_is_the_beginning_of_a_word(self, library: Library) -> None:
        document = await library.indexed("The organization pays.", language="en")
        for query in ("org*", "organiz*", "organization*", "pay*", "the-organiz*", "o*"):
            assert await library.found(query) == [document.id], query
        assert await library.found("rganiz*") == []
        assert await library.found("organizations-x*") == []

    async def test_what_is_excluded_must_not_occur(self, library: Library) -> None:
        plain = await library.indexed("An invoice.", language="en")
        draft = await library.indexed("An invoice, a draft of the first order.", language="en")
        titled = await library.indexed("An invoice of the second order", title="Drafts 2024", language="en")
        assert set(await library.found("invoice -drafting")) >= {plain.id}
        assert set(await library.found("invoice -first")) == {plain.id, titled.id}
        assert set(await library.found("invoice -draft*")) == {plain.id}
        assert set(await library.found('invoice -"first order"')) == {plain.id, titled.id}
        assert set(await library.found('invoice -"the order"')) == {plain.id, draft.id, titled.id}
        assert await library.found("invoice -invoice") == []

    async def test_case_and_accents_do_not_count(self, library: Library) -> None:
        document = await library.indexed("Déjà vu im Café Ägäis, naïve FAÇADE", title="Zürich")
        composed = await library.indexed("cafe\u0301 creme bru\u0302le\u0301e", title="x")
        for query in ("deja", "DÉJÀ", "agais", "ÄGÄIS", "naive", "facade", "zurich", "ZÜRICH", "de\u0301ja\u0300"):
            assert await library.found(query) == [document.id], query
        assert set(await library.found("café")) == {document.id, composed.id}
        assert await library.found('"crème brûlée"') == [composed.id]

    async def test_letters_of_compatible_forms(self, library: Library) -> None:
        document = await library.indexed("Straße, ﬁsh, \uff26\uff55\uff4c\uff4c")
        for query in ("strasse", "fish", "full"):
            assert (await library.found(query) == [document.id]) is self.folds_forms
        for query in ("straße", "STRAßE", "ﬁsh", "\uff26\uff55\uff4c\uff4c"):
            assert await library.found(query) == [document.id]

    async def test_other_forms_of_a_word(self, library: Library) -> None:
        english = await library.indexed("The invoices were paid in the houses", language="en")
        german = await library.indexed("Die Häuser der Rechnungen", language="de")
        unknown = await library.indexed("invoices houses", language="xx")
        assert set(await library.found("invoices")) == {english.id, unknown.id}
        assert await library.found("invoice") == ([english.id] if self.stems else [])
        assert await library.found('"house"') == ([english.id] if self.stems else [])
        assert await library.found("haus rechnung") == ([german.id] if self.stems else [])
        assert await library.found("häuser") == [german.id]

    async def test_scripts_of_all_kinds(self, library: Library) -> None:
        texts = (
            "日本語のテキスト",
            "हिन्दी में पाठ",
            "مرحبا بالعالم",
            "Привет мир",
            "ภาษาไทย",
            "Ελληνικά κείμενα",
            "한국어 글",
        )
        documents = [await library.indexed(text) for text in texts]
        for document, text in zip(documents, texts, strict=True):
            for word in text.split():
                assert await library.found(word) == [document.id], word
        assert await library.found("日本*") == [documents[0].id]

    async def test_what_is_shown_says_where_the_words_are(self, library: Library) -> None:
        filler = "nothing to see here " * 50
        text = f"{filler}\n\nThe  payment\nis due <b>net</b> 30 days. Café &amp; more.\f{filler}"
        await library.indexed(text, title="Terms of Payment & more")
        ((_, hit),) = await library.search('payment "is due" caf*')
        assert marked(hit.title) == ["Payment"]
        assert hit.title.text == "Terms of Payment & more"
        assert [word.casefold() for word in marked(hit.snippet)] == ["payment", "is due", "café"]
        assert "The payment is due <b>net</b> 30 days. Café &amp; more" in hit.snippet.text
        assert len(hit.snippet.text) < 500

    async def test_what_is_shown_when_only_the_title_matches(self, library: Library) -> None:
        await library.indexed("The text begins here.", title="Rent")
        ((_, hit),) = await library.search("rent")
        assert (marked(hit.title), marked(hit.snippet)) == (["Rent"], [])
        assert hit.snippet.text.startswith("The text begins here")

    async def test_an_empty_text_is_found_by_its_title(self, library: Library) -> None:
        for text in ("", " \n", "!!! …"):
            await library.indexed(text, title="Scan of a receipt")
        hits = await library.search("receipt")
        assert len(hits) == 3
        assert all(hit.snippet.matches == () for _, hit in hits)

    async def test_titles_count_more(self, library: Library) -> None:
        in_title = await library.indexed("Nothing of it here, " * 20, title="Invoice")
        often = await library.indexed("invoice invoice invoice and more", title="Letter")
        once = await library.indexed("many words " * 200 + "invoice", title="Letter")
        assert await library.found("invoice") == [in_title.id, often.id, once.id]
        scores = [hit.score for _, hit in await library.search("invoice")]
        assert scores == sorted(scores, reverse=True)

    async def test_of_equals_the_newest_comes_first(self, library: Library) -> None:
        file = await library.uploaded()
        documents = [await library.indexed("the same", title="Same", file=file) for _ in range(5)]
        assert await library.found("same") == [one.id for one in reversed(documents)]

    async def test_hits_come_in_pages(self, library: Library) -> None:
        file = await library.uploaded()
        for number in range(11):
            await library.indexed("word " * (number % 4 + 1), file=file)
        whole = [document.id for document, _ in await library.search("word")]
        paged = []
        for skip in range(0, 12, 4):
            paged += [document.id for document, _ in await library.search("word", skip=skip, limit=4)]
        assert paged == whole
        assert len(set(paged)) == 11
        assert list(await library.search("word", skip=11)) == []

    async def test_hits_are_narrowed_down_by_what_is_known_of_documents(self, library: Library) -> None:
        category = a_category()
        await library.categorise(category)
        plain = await library.indexed("word", created_at=MORNING)
        other = await library.indexed(
            "word", media_type="text/html", owner="team", language="de", created_at=LATER, verdict=a_verdict(category)
        )
        ready = await library.indexed("word", status=DocumentStatus.READY, created_at=LATER + timedelta(seconds=1))
        cases = [
            (DocumentFilter(), [ready, other, plain]),
            (DocumentFilter(run_id=other.run_id), [other]),
            (DocumentFilter(category_id=category.id), [other]),
            (DocumentFilter(uncategorised=True), [ready, plain]),
            (DocumentFilter(media_type="text/html"), [other]),
            (DocumentFilter(owner="team"), [other]),
            (DocumentFilter(owner="\0"), []),
            (DocumentFilter(language="de"), [other]),
            (DocumentFilter(status=DocumentStatus.READY), [ready]),
            (DocumentFilter(created_after=LATER), [ready, other]),
            (DocumentFilter(created_before=LATER), [plain]),
            (DocumentFilter(owner="team", status=DocumentStatus.READY), []),
        ]
        for where, wanted in cases:
            assert await library.found("word", where) == [one.id for one in wanted], where
            assert await library.found('word -"no such phrase"', where) == [one.id for one in wanted], where

    async def test_putting_again_replaces(self, library: Library) -> None:
        document = await library.indexed("the first text", title="Early", language="en")
        await library.index(document, "der zweite", title="Late", language="de")
        for query in ("first", "early", "text"):
            assert await library.found(query) == []
        for query in ("zweite", "late"):
            assert await library.found(query) == [document.id]

    async def test_a_new_title_leaves_the_text(self, library: Library) -> None:
        text = " ".join(f"word{number}" for number in range(4000)) + "\n\nthe last line "
        long = await library.indexed(text, title="Early", language="en")
        short = await library.indexed("some text", title="Early")
        for document in (long, short):
            async with library.open() as work:
                await work.index.retitle(document.id, "Late")
                await work.commit()
        assert await library.found("early") == []
        assert set(await library.found("late")) == {long.id, short.id}
        assert await library.found('late "some text"') == [short.id]
        for phrase in ('"word0 word1"', '"word1499 word1500"', '"word3999 the last line"'):
            assert await library.found(f"late {phrase}") == [long.id]

    async def test_a_title_of_what_is_not_in_the_index_changes_nothing(self, library: Library) -> None:
        document = await library.added()
        async with library.open() as work:
            await work.index.retitle(document.id, "Late")
            await work.index.retitle(uuid4(), "Late")
            await work.commit()
        assert await library.found("late") == []

    async def test_only_documents_are_put(self, library: Library) -> None:
        with pytest.raises(DocumentNotFoundError):
            await library.index(a_document(await library.uploaded()), "text")

    async def test_texts_that_cannot_be_stored_are_refused(self, library: Library) -> None:
        document = await library.added()
        for title, text in (("a\0b", ""), ("a", "\ud800")):
            with pytest.raises(InvalidInputError):
                await library.index(document, text, title=title)

    async def test_what_is_deleted_is_found_no_more(self, library: Library) -> None:
        file = await library.uploaded()
        mail = await library.indexed("word mail", file=file)
        attached = await library.indexed("word attachment", file=file, parent_id=mail.id)
        other = await library.indexed("word other", file=file)
        await library.delete(mail.id)
        assert await library.found("word") == [other.id]
        assert await library.found("attachment") == []
        again = await library.indexed("word once more", file=file, id=attached.id)
        assert set(await library.found("word")) == {other.id, again.id}
        await library.delete_run(file.run_id)
        assert await library.found("word") == []

    async def test_what_was_not_committed_is_not_found(self, library: Library) -> None:
        document = await library.added()
        async with library.open() as work:
            await work.index.put(IndexEntry(document_id=document.id, title="Title", text="word", language="en"))
        assert await library.found("word") == []

    async def test_a_long_text_is_found_by_any_of_its_words_and_phrases(self, library: Library) -> None:
        words = [f"w{number}" for number in range(40_000)]
        document = await library.indexed(" ".join(words), language="en")
        for place in (0, 1, 1498, 1499, 1500, 16_380, 16_390, 39_998):
            assert await library.found(words[place]) == [document.id]
            assert await library.found(f'"{words[place]} {words[place + 1]}"') == [document.id]
            assert await library.found(f'"{words[place + 1]} {words[place]}"') == []
        ((_, hit),) = await library.search('"w39000 w39001"')
        assert marked(hit.snippet) == ["w39000 w39001"]

    async def test_a_huge_text_is_taken(self, library: Library) -> None:
        sentence = "Größe counts; the quick brown fox jumps over the lazy dog and 12.5% more.\n"
        text = sentence * (20 * 1024**2 // len(sentence)) + " needle"
        document = await library.indexed(text, title="Huge", language="en")
        assert await library.found("huge needle") == [document.id]
        assert await library.found('"lazy dog"') == [document.id]

    async def test_a_huge_text_of_words_that_never_repeat_is_taken(self, library: Library) -> None:
        text = " ".join(f"{number:x}word" for number in range(400_000))
        document = await library.indexed(text, title="Unique", language="en")
        assert await library.found("unique 1word") == [document.id]

    async def test_words_of_any_length_are_taken(self, library: Library) -> None:
        long = "x" * 100_000
        document = await library.indexed(f"{long} short {'ä' * 5_000} {'日' * 3_000}", title="y" * 500)
        assert await library.found("short") == [document.id]
        assert await library.found("x" * MAX_QUERY) in ([], [document.id])
        assert await library.found("xxx*") == [document.id]

    @pytest.mark.parametrize(
        "query",
        [
            '"',
            '""word',
            "word'",
            "word\\",
            "word:*",
            "word:A",
            "title:word",
            "word & ! | ( )",
            "word <-> word",
            "word NEAR(word)",
            "word AND NOT word2",
            "{word}",
            "^word",
            "word + word",
            "word; DROP TABLE documents; --",
            "word %s %(x)s :x ?",
            "word $1",
            "word -*",
            "word *",
            "word -" + "x" * 300,
            "word -\u0301",
            "word 🌊",
            "word -\u200b\u200d",
            "word -½ -²",
            "word -\u02bc",
        ],
    )
    async def test_nothing_that_is_typed_is_an_operator(self, library: Library, query: str) -> None:
        document = await library.indexed("word a near word, title word; word2 drop table documents x s and not 1")
        if "word" in query:
            found = await library.found(query)
            assert found in ([], [document.id])
            if "-" not in query:
                assert found == [document.id], query
        else:
            with pytest.raises(InvalidInputError):
                await library.found(query)

    async def test_many_put_and_search_at_the_same_time(self, library: Library) -> None:
        file = await library.uploaded()
        documents = [a_document(file) for _ in range(10)]
        await library.add(*documents)

        async def put(number: int) -> None:
            document = documents[number % 10]
            await library.index(document, f"word number{number} " * 2000, title="Title", language="en")
            assert len(await library.found(f"word number{number}")) <= 1

        await asyncio.gather(*(put(number) for number in range(20)))
        found = await library.search("word")
        assert len(found) == 10
        assert {document.id for document, _ in found} == {one.id for one in documents}

    async def test_the_document_comes_with_its_hit(self, library: Library) -> None:
        document = await library.indexed("word", language="en", page_count=3)
        await library.update(replace(document, page_count=4))
        ((found, hit),) = await library.search("word")
        assert found == replace(document, page_count=4)
        assert hit.document_id == document.id
