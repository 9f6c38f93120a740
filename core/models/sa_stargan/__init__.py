"""StarGAN with self-attention and spectral normalisation: eight expressions by one network."""
