"""The pages of the outreach."""
