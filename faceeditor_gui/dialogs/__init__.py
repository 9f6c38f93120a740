"""The few windows that ask before going on."""
