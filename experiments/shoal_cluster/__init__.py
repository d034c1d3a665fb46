"""A shelf of devices that have nothing but ssh: examined, given the program and their shards of the
weights, and started. docs/cluster.md says how it is used."""
