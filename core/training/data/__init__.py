"""What recipes learn from: shards of faces; frames, holes, maps and exemplars made of them."""
