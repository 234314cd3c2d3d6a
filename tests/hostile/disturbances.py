"""Disturbs the subjects of `created.py`: `python disturbances.py HOW [SUBJECT ...] [--seed S]`.

Threads, exceptions, forks and the collector come in the middle of a step, wherever they hit.
"""

import argparse
import ctypes
import faulthandler
import gc
import os
import queue
import signal
import sys
import threading
import time

import created

TIMES = 100
FOLDER = os.path.dirname(os.path.abspath(__file__))


class Interrupted(BaseException):
    pass


def threads(subject):
    """Several threads use the same objects, and each gives way where code of the user runs."""
    subject.inside = lambda: time.sleep(0)
    errors = []

    def work():
        try:
            for _ in range(TIMES):
                subject.step()
        except BaseException as error:  # noqa: BLE001 - raised again when all have stopped
            errors.append(error)

    running = [threading.Thread(target=work) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]


def collections(subject):
    """The collector runs in the middle of everything."""
    subject.inside = gc.collect
    gc.set_threshold(5)
    for _ in range(TIMES // 2):
        subject.step()
    gc.set_threshold(700)


def import_all(subject):
    """Import what steps import. An exception inside `importlib` may keep its lock locked for ever."""
    for _ in range(20):
        subject.step()


def signals(subject):
    """A signal handler raises an exception anywhere."""
    import_all(subject)
    armed = []

    def interrupt(*_):
        if armed:
            armed.clear()
            raise Interrupted

    signal.signal(signal.SIGALRM, interrupt)
    sys.unraisablehook = armed.append  # it came where nothing can be raised, so it comes again
    for _ in range(TIMES):
        try:
            armed.append(True)
            signal.setitimer(signal.ITIMER_REAL, subject.random.uniform(1e-5, 1e-3), 1e-3)
            while True:
                subject.step()
        except Interrupted:
            signal.setitimer(signal.ITIMER_REAL, 0)


def exceptions(subject):
    """Another thread has an exception raised anywhere."""
    import_all(subject)
    events = queue.SimpleQueue()
    sys.unraisablehook = events.put  # it came where nothing can be raised, so it comes again

    def work():
        for _ in range(TIMES):
            try:
                try:
                    events.put("ready")
                    while True:
                        subject.step()
                except Interrupted:
                    pass
            except Interrupted:
                pass  # a second one came while the first was handled

    def ended(error):
        """One may also come between two steps: it ends the thread, and harms nothing."""
        if error.exc_type is not Interrupted:
            sys.excepthook(error.exc_type, error.exc_value, error.exc_traceback)

    threading.excepthook = ended
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive() or not events.empty():  # an event may hold objects
        try:
            events.get(timeout=0.05)
        except queue.Empty:
            continue
        time.sleep(subject.random.uniform(1e-5, 1e-3))
        raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
        raise_in(ctypes.c_ulong(thread.ident), ctypes.py_object(Interrupted))
    thread.join()


def memory(subject):
    """There is none: one allocation fails, or all from it on, each in its turn."""
    from _testcapi import remove_mem_hooks, set_nomemory

    sys.unraisablehook = lambda error: None
    subject.may_leave = True
    for start in range(1, 2 * TIMES):
        for stop in (start + 1, 0) if subject.is_native else (start + 1,):
            state = subject.random.getstate()
            set_nomemory(start, stop)
            try:
                subject.step()
            except MemoryError:
                pass
            except SystemError as error:
                # Without memory for the traceback some interpreters lose the error.
                assert str(error) == "error return without exception set"
            finally:
                remove_mem_hooks()
            subject.random.setstate(state)
            subject.step()


def forks(subject):
    """The process forks where code of the user runs, while other threads are in the middle of it."""
    end, statuses = threading.Event(), []
    main = threading.get_ident()

    def fork():
        if threading.get_ident() != main or len(statuses) >= 5:
            time.sleep(0)
            return
        statuses.append(None)
        sys.stdout.flush()
        child = os.fork()
        if child:
            statuses[-1] = os.waitpid(child, 0)[1]
            return
        signal.alarm(30)
        statuses.extend([0] * 5)
        children.append(0)

    def work():
        while not end.is_set():
            subject.step()

    children = []
    subject.inside = fork
    running = [threading.Thread(target=work) for _ in range(2)]
    for thread in running:
        thread.start()
    try:
        while len(statuses) < 5:
            subject.step()
        if children:
            for _ in range(20):
                subject.step()
            os._exit(0)
    except BaseException:
        if children:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        raise
    finally:
        end.set()
    for thread in running:
        thread.join()
    assert set(statuses) == {0}, statuses


def end(subject):
    """The process ends while threads are in the middle of everything."""
    subject.inside = lambda: time.sleep(0)

    def work():
        while True:
            subject.step()

    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    kept.append(subject)


kept = []
DISTURBANCES = {
    disturb.__name__: disturb
    for disturb in (threads, collections, signals, exceptions, memory, forks, end)
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("disturbance", choices=DISTURBANCES)
    parser.add_argument("subjects", nargs="*", default=[*created.SUBJECTS])
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    faulthandler.dump_traceback_later(50, exit=True)
    for name in options.subjects:
        sys.setswitchinterval(1e-6)
        subject = created.SUBJECTS[name](options.seed)
        try:
            DISTURBANCES[options.disturbance](subject)
            if subject in kept:
                continue
            sys.setswitchinterval(0.005)
            subject.inside = lambda: None
            subject.check()
        except BaseException:
            print(f"{name}, seed {options.seed}", file=sys.stderr)
            raise
    if kept:
        if sys.version_info < (3, 10, 8):
            # At exit the main thread waits for ever for a thread which asked for the GIL and has ended
            # since (gh-96387). With this none asks: each gives it up by itself.
            sys.setswitchinterval(1000)
        time.sleep(0.1)


if __name__ == "__main__":
    main()
