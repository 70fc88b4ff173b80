"""A tutorial that others wrote becomes a page: its forms, its prose, its code, and what its author must decide."""
