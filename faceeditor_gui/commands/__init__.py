"""Commands of menus and panels that take more than one call."""
