"""What every network needs: tensors, a device, verified checkpoints, the membrane."""
