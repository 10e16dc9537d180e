from .dispatch import Dispatch
from .envelope import Envelope
from .reply_address import ReplyAddress

__all__ = ["Dispatch", "Envelope", "ReplyAddress"]
