"""Loss terms as functions of tensors, and the discriminators behind some of them."""
