"""Servers that the services' tests share."""

from services.postgresql_fixture import postgresql

__all__ = ["postgresql"]
