"""Theme, icons, and the crossing between arrays and QImage."""
