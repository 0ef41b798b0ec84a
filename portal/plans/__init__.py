"""Plans, activities and notes; their timeline and their clashes; the reader's pages."""
