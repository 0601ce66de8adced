"""The staff's lists, as every room makes them."""

from soco.web.staff_lists import ReadOnlyAdmin, SelectFilter, StaffAdmin

__all__ = ["ReadOnlyAdmin", "SelectFilter", "StaffAdmin"]
