from .circle import Circle
from .membership import Membership

__all__ = ["Circle", "Membership"]
