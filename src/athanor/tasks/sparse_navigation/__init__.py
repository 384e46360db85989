"""Sparse navigation: search for a target on an arc, rewarded by nearness where it is near."""
