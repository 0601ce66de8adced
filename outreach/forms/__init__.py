"""What staff types of visits, notes and promises."""
