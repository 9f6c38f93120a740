"""Paints hair, parts or a mask anew in the style of an exemplar or a random one."""
