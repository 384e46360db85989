"""Contextual bandit: barcodes announce bandits that come back, so that who remembers need not learn again."""
