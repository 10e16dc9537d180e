"""What the room announces, inside the transaction that made it true.

A listener writes rows and defers tasks, no more.
"""

from __future__ import annotations

from django.dispatch import Signal

question_published = Signal()  # post: the first of its thread
answer_published = Signal()  # post
post_corrected = Signal()  # post
post_withdrawn = Signal()  # post
