"""Mails: queued with the change that causes them, sent by a job, retried, recorded."""
