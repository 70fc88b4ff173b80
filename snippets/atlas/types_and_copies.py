# %% entries tags=["hide-input"]
from gradbook import atlas

atlas("types-and-copies")
