"""The settings as the type checker sees them: the demo's models included."""

import os

os.environ["COLLOQUE_DEMO"] = "1"
from colloque.settings import *  # noqa: F403
