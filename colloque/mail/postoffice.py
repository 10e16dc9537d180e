"""The post office: one process that takes letters in and hands letters out."""

from __future__ import annotations

import logging
import threading

from django.conf import settings

from . import delivery
from .lmtp import open_door

logger = logging.getLogger(__name__)


def run(stopping: threading.Event) -> None:
    """Keep both doors until told to stop. Raises OSError where the LMTP port is taken."""
    instance = settings.INSTANCE
    keeper, door = open_door(instance.lmtp_host, instance.lmtp_port)
    logger.info("letters are taken at %s:%s (LMTP)", keeper.hostname, keeper.port)
    sender = threading.Thread(target=delivery.run, args=[stopping], name="delivery")
    sender.start()
    try:
        while not stopping.wait(1.0):
            if not sender.is_alive():
                raise RuntimeError("the delivery loop ended")
    finally:
        stopping.set()
        keeper.stop()
        door.close()
        sender.join()
