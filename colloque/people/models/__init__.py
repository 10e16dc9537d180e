from .allowance import Allowance
from .mailbox import Mailbox
from .member import Member, MemberManager
from .practitioner import DirectoryImport, Practitioner
from .verification import Verification

__all__ = ["Allowance", "DirectoryImport", "Mailbox", "Member", "MemberManager", "Practitioner", "Verification"]
