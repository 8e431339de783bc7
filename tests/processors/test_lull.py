import threading

from processors import lull


def test_others_wait_while_the_models_thread_works_in_python_only() -> None:
    assert lull.wait(0)
    with lull.working():
        assert not lull.wait(0)
        with lull.native():
            assert lull.wait(0)
        assert not lull.wait(0)
    assert lull.wait(0)


def test_native_work_of_a_thread_that_said_nothing_changes_nothing() -> None:
    with lull.native():
        assert lull.wait(0)
    assert lull.wait(0)


def test_who_waits_goes_on_at_the_next_lull() -> None:
    went = threading.Event()

    def other() -> None:
        assert lull.wait(30)
        went.set()

    with lull.working():
        thread = threading.Thread(target=other)
        thread.start()
        assert not went.wait(0.05)
        with lull.native():
            assert went.wait(30)
    thread.join()
