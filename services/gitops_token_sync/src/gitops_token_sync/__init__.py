"""Copies the renewed tokens of managed service accounts into Argo CD's cluster Secrets."""
