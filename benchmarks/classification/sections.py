"""The categories of the benchmark: twelve sections of Debian's archive.

Descriptions are what a person would write; the rules were written by hand with a look at the training part only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from forebay.domain.documents.category import Category, Rule, RuleField, RuleKind

NONE_OF_THEM = frozenset(
    {"admin", "comm", "devel", "httpd", "interpreters", "kernel", "net", "php", "shells", "web", "x11"}
)

_NAMES = UUID("0e6b7a54-5c0c-4c3e-8a0f-3f0c0a4c8a11")
_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def _category(name: str, description: str, *rules: Rule) -> Category:
    return Category(
        id=uuid5(_NAMES, name),
        name=name,
        description=description,
        rules=rules,
        created_at=_TIME,
        updated_at=_TIME,
    )


def _title(*terms: str) -> Rule:
    """Words of the title say most."""
    return Rule(kind=RuleKind.ANY, terms=terms, where=RuleField.TITLE, confidence=0.95)


def _words(*terms: str, confidence: float = 0.8) -> Rule:
    return Rule(kind=RuleKind.ANY, terms=terms, confidence=confidence)


def _all(*terms: str) -> Rule:
    return Rule(kind=RuleKind.ALL, terms=terms, confidence=0.85)


SECTIONS = (
    _category(
        "games",
        "Games and toys to play: arcade, action, adventure, strategy, puzzle, board, card and role-playing games, "
        "racing, emulators of game consoles, game data and levels.",
        _title("game", "games", "chess", "puzzle", "arcade", "minetest", "solitaire"),
        _words("the game", "this game", "turn based", "puzzle game", "strategy game", "game where", "kde games"),
    ),
    _category(
        "sound",
        "Sound and music: audio players, synthesizers, MIDI sequencers, sound effects and LV2 plugins, recording, "
        "mixing, audio codecs and CD ripping.",
        _title("audio", "music", "midi", "sound", "jack", "alsa", "synthesizer", "pd", "lv2", "ladspa", "mp3", "mpd"),
        _words("pure data", "music player", "sequencer", "reverb", "synthesizer", "ogg vorbis", "playlist", "stereo"),
    ),
    _category(
        "video",
        "Video and television: film and media players, video editing, capture, streaming, subtitles, codecs, webcams, "
        "DVD and TV recording.",
        _title("video", "vdr", "dvb", "tv", "movie", "obs", "dvd", "mpeg", "subtitle", "subtitles", "media player"),
        _words("video player", "video disk recorder", "obs studio", "mplayer", "mpv", "subtitles", "video formats"),
    ),
    _category(
        "graphics",
        "Graphics and pictures: image viewers, drawing and painting, photo editing, 3D modelling and rendering, "
        "scanners, image conversion, PDF and icons.",
        _title("image", "images", "photo", "photos", "png", "jpeg", "svg", "pdf", "drawing", "gimp", "graphics"),
        _words(
            "image viewer", "image formats", "image files", "exif", "tiff", "scanner", "ray tracer", "bitmap images"
        ),
    ),
    _category(
        "fonts",
        "Fonts and typefaces: TrueType, OpenType and bitmap fonts for the scripts of many languages, letters and "
        "glyphs.",
        _title("font", "fonts", "typeface", "truetype", "opentype"),
        _words("this font", "sans serif", "typeface", "font family", "truetype font", "glyphs"),
    ),
    _category(
        "mail",
        "Electronic mail: mail clients, mail servers, IMAP, POP3 and SMTP, spam and virus filters, mailing lists.",
        _title("mail", "email", "imap", "smtp", "mta", "spam", "maildir", "postfix", "sendmail", "mailbox", "milter"),
        Rule(kind=RuleKind.PHRASE, terms=("e-mail", "mail user agent", "mail transport agent"), confidence=0.8),
        _words("mailboxes", "maildir", "imap", "postfix", "mailing list", "mbox"),
    ),
    _category(
        "database",
        "Databases: SQL servers and clients, PostgreSQL, MySQL, SQLite, key-value stores, queries, replication, "
        "backup and administration of databases.",
        _title("postgresql", "database", "databases", "sql", "mysql", "mariadb", "sqlite", "redis", "ldap"),
        _words("database management", "postgresql extension", "database server", "tabular data", "an sql"),
        _all("sql", "tables"),
    ),
    _category(
        "electronics",
        "Electronics: circuit design and simulation, printed circuit boards, schematic capture, VHDL and Verilog, "
        "microcontrollers, FPGA and logic analyzers.",
        _title("circuit", "avr", "arduino", "vhdl", "verilog", "fpga", "pcb", "microcontrollers", "eda", "schematic"),
        _words("schematic", "circuits", "microcontrollers", "netlist", "atmel", "fpgas", "arduino", "verilog"),
    ),
    _category(
        "hamradio",
        "Amateur radio: ham radio logbooks, Morse code, packet radio, transceiver control, APRS, satellite tracking, "
        "software defined radio.",
        _title("amateur radio", "ham radio", "hamradio", "soapysdr", "morse", "aprs", "radio", "sdr", "rtl sdr"),
        _words("amateur radio", "ham radio", "radio amateurs", "hamlib", "soapysdr", "transceiver", "ax 25"),
    ),
    _category(
        "editors",
        "Editors: text editors such as Emacs and Vim and their extensions, word processors, office documents, source "
        "code editing, syntax highlighting.",
        _title("emacs", "vim", "editor", "editors", "major mode", "minor mode"),
        _words("text editor", "syntax highlighting", "for emacs", "minor mode", "major mode", "emacs lisp", "vi"),
    ),
    _category(
        "science",
        "Science: biology, bioinformatics and DNA sequences, chemistry, physics, astronomy, medicine, geography, "
        "robotics, statistics and machine learning for research.",
        _title("dna", "rna", "protein", "genome", "genomic", "sequencing", "alignment", "phylogenetic"),
        _words(
            "dna", "genome", "protein", "sequencing data", "phylogenetic", "nucleotide", "bioinformatics", "genomic"
        ),
        Rule(kind=RuleKind.REGEX, terms=(r"\b(molecul|chemi|biolog|astronom|scientific)\w*",), confidence=0.7),
    ),
    _category(
        "vcs",
        "Version control: Git, Subversion, Mercurial, CVS and Bazaar repositories, commits, branches, merging and code "
        "review.",
        _title(
            "git", "cvs", "svn", "subversion", "mercurial", "bazaar", "breezy", "version control", "revision control"
        ),
        _words(
            "git repository", "git repositories", "version control system", "revision control", "commits", "for git"
        ),
    ),
)
