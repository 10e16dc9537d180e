from allauth.account.adapter import DefaultAccountAdapter


class LoginAdapter(DefaultAccountAdapter): ...
