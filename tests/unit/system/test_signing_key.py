"""The key that signs links: made once, whoever comes first, and readable by nobody else."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from forebay.adapters.system.signing_key import kept_key
from forebay.domain.errors import SettingError

_ASK = "import sys, pathlib; from forebay.adapters.system.signing_key import kept_key; sys.stdin.read(1);"
_ASK += " print(kept_key(pathlib.Path(sys.argv[1])).hex())"


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "not there yet" / "signing.key"
    made = kept_key(file)
    assert len(made) == 32
    assert kept_key(file) == made
    assert kept_key(tmp_path / "another.key") != made


def test_only_we_may_read_it_and_nothing_is_left_over(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    kept_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_threads_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    file, ready, keys = tmp_path / "signing.key", threading.Barrier(16), []

    def ask() -> None:
        ready.wait()
        keys.append(kept_key(file))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 16
    assert len(set(keys)) == 1
    assert list(tmp_path.iterdir()) == [file]


def test_processes_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", _ASK, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("go")
        process.stdin.flush()
    keys = {process.communicate(timeout=60)[0].strip() for process in asking}
    assert keys == {kept_key(file).hex()}


def test_one_that_lost_the_race_takes_the_winners_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "signing.key"
    winner = kept_key(file)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert kept_key(file) == winner


@pytest.mark.parametrize("written", [b"", b"ab" * 32, b"ab" * 31 + b"\n", b"zz" * 32 + b"\n", b"\xff" * 65])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "signing.key"
    file.write_bytes(written)
    with pytest.raises(SettingError, match=r"signing\.key holds no key") as caught:
        kept_key(file)
    assert caught.value.field == "FOREBAY_SIGNING_KEY"
    assert file.read_bytes() == written


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingError, match="FOREBAY_SIGNING_KEY"):
        kept_key(tmp_path / "file" / "signing.key")


def test_a_file_system_without_hard_links_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(SettingError, match="set FOREBAY_SIGNING_KEY"):
        kept_key(tmp_path / "signing.key")
    assert list(tmp_path.iterdir()) == []
