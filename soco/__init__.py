"""The project: settings, addresses, and the rooms every app stands on."""
