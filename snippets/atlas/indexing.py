# %% entries tags=["hide-input"]
from gradbook import atlas

atlas("indexing")
