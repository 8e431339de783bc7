import threading

from processors.encoder import native_runs


def test_others_wait_while_the_models_thread_works_in_python_only() -> None:
    assert native_runs.wait(0)
    with native_runs.working():
        assert not native_runs.wait(0)
        with native_runs.native():
            assert native_runs.wait(0)
        assert not native_runs.wait(0)
    assert native_runs.wait(0)


def test_native_work_of_a_thread_that_said_nothing_changes_nothing() -> None:
    with native_runs.native():
        assert native_runs.wait(0)
    assert native_runs.wait(0)


def test_who_waits_goes_on_at_the_next_lull() -> None:
    went = threading.Event()

    def other() -> None:
        assert native_runs.wait(30)
        went.set()

    with native_runs.working():
        thread = threading.Thread(target=other)
        thread.start()
        assert not went.wait(0.05)
        with native_runs.native():
            assert went.wait(30)
    thread.join()
