"""What every page shares: layout, components, headers, words."""
