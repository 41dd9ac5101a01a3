"""A crew of processes for work that costs CPU: each gets what all share once, then portions until none is left.

Plain children of this program on pipes, rather than `multiprocessing`: its workers import the program's main file
again (Prefect's takes seconds), and stay behind for ever when their parent is killed. Here a killed parent closes the
pipe, and a worker that reads an end goes home.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from salon.errors import SalonError

_Portion = TypeVar("_Portion")
_Result = TypeVar("_Result")
_Shared = TypeVar("_Shared")


class WorkerFailed(SalonError):
    """A worker process ended in the middle of its work; run it again, what is done is done."""


def crew(
    work: Callable[[_Shared, _Portion], _Result], shared: _Shared, portions: Sequence[_Portion], hands: int
) -> Iterator[tuple[_Portion, _Result]]:
    """Yield (portion, `work(shared, portion)`) as they are done, in any order, by *hands* processes.

    *work* is a public function of a module; everything given and returned can be pickled. Raises
    `WorkerFailed` when *work* raised something or a process was killed. Memory: *shared* once for each process, and one
    portion each.
    """
    head = pickle.dumps((work, shared), protocol=pickle.HIGHEST_PROTOCOL)
    todo: queue.SimpleQueue[_Portion] = queue.SimpleQueue()
    for portion in portions:
        todo.put(portion)
    done: queue.SimpleQueue[tuple[_Portion | None, Any]] = queue.SimpleQueue()
    workers = [_start() for _ in range(hands)]
    threads = [threading.Thread(target=_feed, args=(worker, head, todo, done), daemon=True) for worker in workers]
    try:
        for thread in threads:
            thread.start()
        for _ in portions:
            answered, result = done.get()
            if answered is None:
                raise result
            yield answered, result
    finally:
        for worker in workers:
            worker.kill()
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                _close(pipe)


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except BrokenPipeError:
        # What lay in its buffer was for a worker that is gone.
        pass


def _start() -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parents[2])
    paths = os.pathsep.join(dict.fromkeys((here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))))
    command = [sys.executable, "-c", "from salon.poster.crew import serve; serve()"]
    # A group of its own: Ctrl-C is for the parent, which then ends its crew.
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths},
        start_new_session=True,
    )  # fmt: skip


def _feed(worker: subprocess.Popen[bytes], head: bytes, todo: Any, done: Any) -> None:
    """Hand portions to one worker until none is left."""
    assert worker.stdin
    assert worker.stdout
    try:
        worker.stdin.write(head)
        while True:
            try:
                portion = todo.get_nowait()
            except queue.Empty:
                return
            pickle.dump(portion, worker.stdin)
            worker.stdin.flush()
            result, error = pickle.load(worker.stdout)
            done.put((None, WorkerFailed(f"a worker process failed: {error}")) if error else (portion, result))
    except (OSError, EOFError, pickle.UnpicklingError, ValueError):
        done.put((None, WorkerFailed()))
    except Exception as error:
        # Whatever else it is (a portion that cannot be pickled, a result that cannot be read): somebody waits for it.
        failed = WorkerFailed(f"work could not be handed over: {type(error).__name__}: {error}")
        done.put((None, failed))


def serve() -> None:
    """A worker's life: the work and what is shared, then portions, until the parent's end of the pipe closes."""
    # The results' pipe is kept for results alone; whatever prints goes to stderr.
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work, shared = pickle.load(source)
    while True:
        try:
            portion = pickle.load(source)
        except EOFError:
            return
        try:
            answer = work(shared, portion), ""
        except Exception as error:
            answer = None, f"{type(error).__name__}: {error}"
        pickle.dump(answer, sink)
        sink.flush()
