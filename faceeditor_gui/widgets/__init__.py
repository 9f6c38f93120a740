"""Controls that panels share and that know nothing of faces."""
