"""EXE-GAN: facial inpainting guided by exemplars."""
