import hashlib
import os

import pytest

from search.http.keys import REMEMBERED, Denied, KeyGate, KeyRing, KeysError, RateLimit, find_key, make_key, parse_keys

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
    gate = KeyGate(KeyRing("", path), 0, 0)
    assert gate.admit({"X-API-Key": KEY}, "1.2.3.4", "feed").name == "reuters"
    path.write_text(f"{DESK_LINE}\n")
    with pytest.raises(Denied) as denied:
        gate.admit({"X-API-Key": KEY}, "1.2.3.4", "feed")
    assert denied.value.status == 401
    assert gate.admit({"Authorization": f"bearer {DESK}"}, "1.2.3.4", "search").name == "desk"


def test_a_broken_line_costs_its_own_key_and_is_named(tmp_path) -> None:
    """Whoever takes a line out is obeyed, also where another line was broken at the same time."""
    path = tmp_path / "keys"
    path.write_text(f"{LINE}\n{DESK_LINE}\n")
    gate = KeyGate(KeyRing("", path), 0, 0)
    path.write_text(f"what-is-this\n{DESK_LINE}\n")
    assert gate.admit({"X-API-Key": DESK}, "", "search").name == "desk"
    assert refusal(gate, KEY) == 401
    assert f"{path}, line 1" in gate.ring.trouble
    path.write_text(f"{LINE}\n{DESK_LINE}\n")
    assert gate.admit({"X-API-Key": KEY}, "", "feed").name == "reuters"
    assert gate.ring.trouble == ""


@pytest.mark.parametrize("gone", ["deleted", "a folder", "not UTF-8", "emptied", "unreadable"])
def test_keys_of_a_file_that_cannot_be_read_end_at_once(tmp_path, gone) -> None:
    path = tmp_path / "keys"
    path.write_text(LINE)
    gate = KeyGate(KeyRing(DESK_LINE, path), 0, 0)
    assert gate.admit({"X-API-Key": KEY}, "", "feed").name == "reuters"
    if gone == "unreadable":
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        path.chmod(0)
    else:
        path.unlink()
        if gone == "a folder":
            path.mkdir()
        elif gone != "deleted":
            path.write_bytes(b"\xff" if gone == "not UTF-8" else b"")
    assert refusal(gate, KEY) == 401
    assert gate.admit({"X-API-Key": DESK}, "", "search").name == "desk"  # of the setting
    assert bool(gate.ring.trouble) is (gone != "emptied")
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.write_text(LINE)
    assert gate.admit({"X-API-Key": KEY}, "", "feed").name == "reuters"


def refusal(gate: KeyGate, key: str) -> int:
    with pytest.raises(Denied) as denied:
        gate.admit({"X-API-Key": key} if key else {}, "1.2.3.4", "search")
    return denied.value.status


def test_requests_without_a_key_are_asked_for_one_however_many_come_from_an_address() -> None:
    """Readers behind one address all begin without a key: who has one must still be asked for it."""
    gate = KeyGate(KeyRing(DESK_LINE), 0, 60)
    assert {refusal(gate, "") for _ in range(200)} == {401}
    assert [refusal(gate, "wrong") for _ in range(61)][-1] == 429
    assert refusal(gate, "") == 401
    assert gate.admit({"X-API-Key": DESK}, "1.2.3.4", "search").name == "desk"


@pytest.mark.parametrize(
    ("scope", "allowed"), [("search", True), ("embargoed", True), ("feed", False), ("admin", False)]
)
def test_a_key_may_do_what_it_says_and_nothing_else(scope, allowed) -> None:
    gate = KeyGate(KeyRing(DESK_LINE), 0, 0)
    if allowed:
        assert gate.admit({"X-API-Key": DESK}, "", scope).name == "desk"
    else:
        with pytest.raises(Denied, match=f"this key does not allow {scope};"):
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
