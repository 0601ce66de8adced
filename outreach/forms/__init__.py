"""What staff types for the outreach."""
