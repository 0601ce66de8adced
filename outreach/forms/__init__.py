"""What staff and collectivités type in the outreach."""
