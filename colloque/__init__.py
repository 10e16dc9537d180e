"""Colloque: a doctor's question, answered by peers, by plain e-mail."""
