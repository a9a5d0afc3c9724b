"""When the containers of a project were started, and when they were healthy."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

_DONE = {"health_status: healthy", "die"}


@contextmanager
def watched(project: str) -> Iterator[dict[str, tuple[float, float]]]:
    """By service: when it was started, and when it was healthy or done, in seconds since the block began.

    All of it is there when the block has ended. Docker is listened to meanwhile, for it remembers no more than the last
    256 events, which soon are those of health checks.
    """
    found: dict[str, tuple[float, float]] = {}
    mine = ["--filter", "type=container", "--filter", f"label=com.docker.compose.project={project}"]
    began = time.time()
    since = ["--since", f"{began:.3f}"]
    with subprocess.Popen(
        ["docker", "events", *mine, *since, "--format", "{{json .}}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as listening:

        def listen() -> None:
            assert listening.stdout is not None
            for line in listening.stdout:
                event = json.loads(line)
                service = event["Actor"]["Attributes"]["com.docker.compose.service"]
                at = event["timeNano"] / 1e9 - began
                if event["Action"] == "start":
                    found[service] = (at, at)
                elif event["Action"] in _DONE and service in found:
                    found[service] = (found[service][0], at)

        thread = Thread(target=listen, name="docker-events")
        thread.start()
        try:
            yield found
        finally:
            listening.terminate()
            thread.join()
