"""A TCP proxy on loopback that breaks connections on purpose: cut, stalled or dripping after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field


def stop_listening(listener: socket.socket) -> None:
    """Close it, and wake the thread that waits in `accept`: left alone it would wait on for whatever listens next under
    the same file descriptor, and take a later test's connection."""
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@dataclass
class Proxy:
    """Forwards to `target` of loopback. Each connection takes the next plan; without plans all is forwarded."""

    target: int
    plans: list[tuple[str, int]] = field(default_factory=list)
    """(`cut`, `stall` or `drip`, after how many bytes of the server's answers)."""
    connections: int = 0
    _listener: socket.socket = field(init=False)
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        stop_listening(self._listener)
        for found in self._open:
            with contextlib.suppress(OSError):
                found.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            plan = self.plans.pop(0) if self.plans else ("", 0)
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            threading.Thread(target=self._pump, args=(client, server, ("", 0)), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, plan), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, plan: tuple[str, int]) -> None:
        what, after = plan
        passed = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                if what and passed + len(piece) > after:
                    sink.sendall(piece[: max(0, after - passed)])
                    if what == "cut":
                        break
                    if what == "stall":
                        time.sleep(30)
                        break
                    for byte in piece[max(0, after - passed) :]:
                        sink.sendall(bytes([byte]))
                        time.sleep(0.2)
                else:
                    sink.sendall(piece)
                passed += len(piece)
        for found in (source, sink):
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
            found.close()
