from .access import Access
from .attachment import Attachment
from .attention import Attention
from .byline import Byline
from .draft import Draft
from .invitation import Invitation
from .post import Post
from .thread import Thread
from .transition import Transition
from .verdict import Verdict

from .authorship import Authorship  # isort: skip  (after the rows it joins)

__all__ = [
    "Access",
    "Attachment",
    "Attention",
    "Authorship",
    "Byline",
    "Draft",
    "Invitation",
    "Post",
    "Thread",
    "Transition",
    "Verdict",
]
