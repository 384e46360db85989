"""Task families: environments, exact beliefs and exact solutions, a package each."""
