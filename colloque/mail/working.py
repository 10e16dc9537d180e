"""The worker: background tasks of every room, and the return of tasks whose worker died."""

from __future__ import annotations

import asyncio
import logging

from procrastinate import App
from procrastinate.exceptions import ConnectorException

from colloque.correspondence.work import working_app

logger = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds
STALLED_AFTER = 15.0  # seconds without a heartbeat
LOOK_EVERY = 5.0  # seconds; a dead worker's tasks are back in at most 20 (the promise is 30)
CONCURRENCY = 4


def run() -> None:
    """Work until SIGINT or SIGTERM."""
    asyncio.run(_run())


async def _run() -> None:
    working = working_app()
    async with working.open_async():
        rescuer = asyncio.create_task(_rescue(working))
        try:
            await working.run_worker_async(
                concurrency=CONCURRENCY,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED_AFTER,
                fetch_job_polling_interval=0.5,
                delete_jobs="successful",
                shutdown_graceful_timeout=8.0,
            )
        finally:
            rescuer.cancel()


async def _rescue(working: App) -> None:
    """Put the tasks of dead workers back: procrastinate finds them but does not requeue by itself."""
    manager = working.job_manager
    while True:
        try:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                logger.warning("task %s of a dead worker is back in the queue", job.task_name)
                await manager.retry_job(job)
        except ConnectorException:  # the database is away: the next look tries again
            logger.exception("stalled tasks could not be looked for")
        await asyncio.sleep(LOOK_EVERY)
