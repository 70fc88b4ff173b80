"""What an author wrote: cells, pages, choices, and edits of their texts."""
