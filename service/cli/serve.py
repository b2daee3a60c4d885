"""``lytt serve`` and ``lytt worker``: the processes of a running Lytt."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import typer
from pydantic import ValidationError

from service.cli.errors import Refusal
from service.settings import Settings

_RESTART_AFTER_S = 2.0
_STOP_WITHIN_S = 15.0
_LOCKED_S = 2.0
"""How often a worker looks whether the vault was unlocked."""


def load_settings(**changes: object) -> Settings:
    """The settings, with changes from the command line. Raises :class:`Refusal` in words."""
    try:
        return Settings(**{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'settings'}: {item['msg']}"
            for item in error.errors()
        )
        raise Refusal(f"The settings can't be used: {reasons}") from None


class WorkerProcess:
    """A worker in a process of its own, started again whenever it ends by itself."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, name=f"watch-{name}", daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> None:
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._watcher.join(_STOP_WITHIN_S)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            # The worker reads the pipe: when this process is gone, however it ended, the worker stops too.
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "service.cli.main",
                    "worker",
                    "--name",
                    self._name,
                    "--until-stdin-ends",
                ],
                stdin=subprocess.PIPE,
            )
            self._process.wait()
            self._stopping.wait(_RESTART_AFTER_S)


def serve(host: str | None, port: int | None, workers: int) -> None:
    """Run the API, the page, the intake and ``workers`` worker processes until told to stop."""
    import uvicorn

    from service.app import create_app
    from service.logs import set_up_logs
    from service.vault.locked import VaultLocked
    from service.vault.store import open_vault

    settings = load_settings(host=host, port=port)
    set_up_logs()
    if not settings.listens_on_loopback:
        _check_door(settings)
    try:
        # What can't be opened at all is told in one sentence, before anything is started.
        open_vault(settings).close()
    except VaultLocked as locked:
        typer.echo(f"{locked} Until then Lytt does nothing.", err=True)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    listener = config.bind_socket()
    # Bound by hand, the socket misses the event loop's own setting, and small answers wait 40 ms for an
    # acknowledgement (Nagle's algorithm against delayed ones).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    shown = listener.getsockname()[1]
    names = [
        settings.worker_name if number == 0 else f"{settings.worker_name}-{number + 1}"
        for number in range(workers)
    ]
    running = [WorkerProcess(name) for name in names]
    server = uvicorn.Server(config)

    def announce() -> None:
        while not server.started and not server.should_exit:
            time.sleep(0.05)
        if server.should_exit:
            return
        # What stays for good is not looked through again at every collection, which would hold up a request for 0.1 s.
        gc.collect()
        gc.freeze()
        # Workers start once the schema is there.
        for process in running:
            process.start()
        address = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        typer.echo(f"Lytt is at http://{address}:{shown}")
        typer.echo(f"Copy recordings into {settings.watched_folder}")
        typer.echo("Stop with Ctrl+C.")
        sys.stdout.flush()

    threading.Thread(target=announce, daemon=True).start()
    # uvicorn stops at these signals and then raises them again, which would end us before the workers.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    try:
        server.run(sockets=[listener])
    finally:
        for process in running:
            process.stop()


def _check_door(settings: Settings) -> None:
    """Refuse in words here what the application would refuse with a traceback."""
    from service.accounts.door import OpenDoor, refuse_open_door
    from service.vault.store import open_vault

    vault = open_vault(settings)
    try:
        refuse_open_door(vault, settings)
    except OpenDoor as refused:
        raise Refusal(str(refused)) from None
    finally:
        vault.close()


def run_one_worker(name: str | None, until_stdin_ends: bool = False) -> None:
    """Run a worker in this process until told to stop, or until whoever started it is gone."""
    from service.logs import set_up_logs
    from service.pipeline.lifeline import at_end_of
    from service.pipeline.worker import WorkerNameTaken, run_worker
    from service.vault.locked import VaultLocked

    settings = load_settings(worker_name=name)
    set_up_logs()
    if until_stdin_ends:
        at_end_of(sys.stdin.fileno(), lambda: os.kill(os.getpid(), signal.SIGTERM))
    told = False
    while True:
        try:
            return run_worker(settings, settings.worker_name)
        except WorkerNameTaken as taken:
            raise Refusal(str(taken)) from None
        except VaultLocked as locked:
            if not told:
                typer.echo(str(locked), err=True)
            told = True
            time.sleep(_LOCKED_S)


def check_worker(name: str | None) -> None:
    """Exit 0 when the worker is alive, 1 otherwise."""
    from service.pipeline.workers import list_workers
    from service.vault.store import connect_vault

    settings = load_settings(worker_name=name)
    vault = connect_vault(settings)
    try:
        alive = any(worker.alive for worker in list_workers(vault) if worker.name == settings.worker_name)
    finally:
        vault.close()
    typer.echo("alive" if alive else "not running")
    if not alive:
        raise typer.Exit(1)
