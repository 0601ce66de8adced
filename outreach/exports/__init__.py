"""The columns of the exports of the outreach."""
