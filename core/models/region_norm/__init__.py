"""Inpainting with region normalisation by facial regions (CN113298736A)."""
