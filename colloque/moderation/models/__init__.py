from .notice import Notice
from .suspension import Suspension

__all__ = ["Notice", "Suspension"]
