"""Which states of a deployment are stuck, by values alone, and which way leads out of each."""
