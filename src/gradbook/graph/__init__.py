"""Pictures of the autograd graph behind live tensors: `figure.draw`.

Each module imports only from lines above its own:

    numerals  formulas  recorder  layout      numbers, mathematics, syntax trees, boxes
    model  notation  saved                    a Graph as data; notation; what nodes saved
    walk  snapshot  again                     live tensors and nodes
    forward  backward                         values and gradients of a live graph
    build                                     nodes and edges from what was found
    trace  fold  card  steps                  live tensors -> Graph; Graph -> smaller, text
    svg                                       Graph -> picture
    figure                                    everything -> what a page shows
"""
