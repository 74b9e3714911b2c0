"""Looking around: free text (`search`), counts (`facets`), points (`plot`)."""
