"""What keeps `run` from starting is one sentence that names the setting."""

import multiprocessing
import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import redis

from bot.errors import ConfigError
from commands import preflight, valkey
from commands.translations import compile_all
from config.settings import read_settings
from store.probe import ask_redis
from tests.databases import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_named_with_its_setting(taken: int) -> None:
    with pytest.raises(ConfigError) as caught:
        preflight.check_port("127.0.0.1", taken, "HUIFANG_PORT")
    assert str(caught.value) == f"HUIFANG_PORT: port {taken} is in use; stop what listens there or choose another."


def test_the_sandbox_port_is_looked_at_only_with_a_sandbox(taken: int, tmp_path: Path) -> None:
    values = {"HUIFANG_SANDBOX_PORT": str(taken), "HUIFANG_PORT": str(free_port()), "HUIFANG_DATA_DIR": str(tmp_path)}
    preflight.check(read_settings(values, Path("no.env")))
    with pytest.raises(ConfigError, match="HUIFANG_SANDBOX_PORT"):
        preflight.check(read_settings({**values, "HUIFANG_SANDBOX": "1"}, Path("no.env")))


def test_an_address_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 203\.0\.113\.1"):
        preflight.check_port("203.0.113.1", free_port(), "HUIFANG_PORT")


def test_a_data_folder_is_made(tmp_path: Path) -> None:
    preflight.check_data_dir(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="HUIFANG_DATA_DIR: cannot write"):
        preflight.check_data_dir(tmp_path / "data")


def test_a_read_only_data_folder_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot write" in sentence_of_somebody(tmp_path / "data")
    assert "Permission denied" in sentence_of_somebody(tmp_path / "data")


def sentence_of_somebody(folder: Path) -> str:
    """What a user without rights is told: root, who may write everywhere, becomes nobody first."""
    told, tell = multiprocessing.get_context("fork").Pipe(duplex=False)

    def body() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            preflight.check_data_dir(folder)
        except ConfigError as error:
            tell.send(str(error))
        else:
            tell.send("")

    child = multiprocessing.get_context("fork").Process(target=body)
    child.start()
    try:
        assert told.poll(10)
        return str(told.recv())
    finally:
        child.join(10)


def test_the_embedded_valkey_answers_on_its_socket_and_keeps_what_it_was_told(tmp_path: Path) -> None:
    place = valkey.socket_path(tmp_path)
    for expected in (None, b"kept"):
        server = subprocess.Popen(valkey.command(tmp_path, place))
        try:
            assert valkey.await_answer(lambda: ask_redis(valkey.url(place)), alive=partial(running, server))
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
            client = redis.Redis.from_url(valkey.url(place))
            assert client.get("key") == expected
            assert client.config_get("port")["port"] == "0"
            client.set("key", "kept")
            client.close()
        finally:
            server.terminate()
            server.wait(5)


def running(server: subprocess.Popen[bytes]) -> bool:
    return server.poll() is None


def test_a_valkey_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    looks = iter([True, False])
    assert not valkey.await_answer(lambda: ask_redis(f"unix://{tmp_path}/none"), alive=lambda: next(looks))
    assert list(looks) == []


def test_a_long_data_path_gets_a_short_socket(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 90)
    assert len(str(valkey.socket_path(long))) < valkey.SOCKET_PATH_MAX
    assert valkey.socket_path(Path("/srv/huifang")) == Path("/srv/huifang/valkey/socket")


def test_translations_are_compiled_once(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "收件箱"\nmsgstr "Inbox"\n'
    )
    assert compile_all(tmp_path) == 1
    assert b"Inbox" in source.with_suffix(".mo").read_bytes()
    assert compile_all(tmp_path) == 0
