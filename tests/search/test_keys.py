import hashlib
import os

import pytest

from search.keys import REMEMBERED, Denied, Gate, KeyRing, KeysError, RateLimit, find_key, make_key, parse_keys

KEY, LINE = make_key("reuters")
DESK, DESK_LINE = make_key("desk", scopes=["search", "embargoed"])


def test_keys_come_from_setting_and_file(tmp_path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# who may come\n{DESK_LINE}  # the desk\n\n")
    ring = KeyRing(LINE, path)
    assert [(key.name, key.source, sorted(key.scopes)) for key in ring.keys] == [
        ("reuters", "reuters", ["feed"]),
        ("desk", "desk", ["embargoed", "search"]),
    ]
    assert ring.keys[0].digest == hashlib.sha256(KEY.encode()).digest()
    assert find_key(ring.keys, DESK) is ring.keys[1]
    assert find_key(ring.keys, "") is None
    assert KEY not in path.read_text() + repr(ring.keys)


@pytest.mark.parametrize(
    "wrong", ["reuters", "reuters:abc", "a b:" + "0" * 64, f":{'0' * 64}", f"a:{'0' * 64}:a:abc", f"a:{'0' * 64}:a:"]
)
def test_wrong_keys_are_said_without_showing_them(wrong) -> None:
    with pytest.raises(KeysError, match="NEWSWIRE_KEYS") as caught:
        parse_keys(wrong, "NEWSWIRE_KEYS")
    assert "abc" not in str(caught.value)


def test_a_missing_key_file_is_said(tmp_path) -> None:
    with pytest.raises(KeysError, match="keys cannot be read"):
        KeyRing("", tmp_path / "none")


def test_a_line_taken_out_ends_the_key_at_once(tmp_path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{LINE}\n{DESK_LINE}\n")
    gate = Gate(KeyRing("", path), 0, 0)
    assert gate.admit({"X-API-Key": KEY}, "1.2.3.4", "feed").name == "reuters"
    path.write_text(f"{DESK_LINE}\n")
    with pytest.raises(Denied) as denied:
        gate.admit({"X-API-Key": KEY}, "1.2.3.4", "feed")
    assert denied.value.status == 401
    assert gate.admit({"Authorization": f"bearer {DESK}"}, "1.2.3.4", "search").name == "desk"


def test_a_key_file_that_breaks_leaves_the_keys_and_says_so(tmp_path) -> None:
    path = tmp_path / "keys"
    path.write_text(LINE)
    gate = Gate(KeyRing("", path), 0, 0)
    path.write_text("what is this")
    os.utime(path, (1, 1))
    assert gate.admit({"X-API-Key": KEY}, "", "feed").name == "reuters"
    assert f"{path}" in gate.ring.trouble


@pytest.mark.parametrize(
    ("scope", "allowed"), [("search", True), ("embargoed", True), ("feed", False), ("admin", False)]
)
def test_a_key_may_do_what_it_says_and_nothing_else(scope, allowed) -> None:
    gate = Gate(KeyRing(DESK_LINE), 0, 0)
    if allowed:
        assert gate.admit({"X-API-Key": DESK}, "", scope).name == "desk"
    else:
        with pytest.raises(Denied, match=f"not for {scope}"):
            gate.admit({"X-API-Key": DESK}, "", scope)


def test_rates_are_kept_by_client_and_come_back_with_time() -> None:
    now = 0.0
    limit = RateLimit(60, clock=lambda: now)
    assert [limit.wait("a") for _ in range(60)] == [0.0] * 60
    assert limit.wait("a") == pytest.approx(1.0)
    assert limit.wait("b") == 0.0
    now = 1.0
    assert [limit.wait("a") > 0 for _ in range(2)] == [False, True]


def test_strangers_without_number_take_no_memory() -> None:
    limit = RateLimit(1)
    for number in range(REMEMBERED + 100):
        limit.wait(str(number))
    assert len(limit._left) == REMEMBERED
