"""Pictures of the autograd graph behind live tensors: `figure.draw`, and `row.row` for several.

Each module imports only from lines above its own:

    numerals formulas recorder layout saved: numbers, mathematics, syntax trees, boxes, nodes
    model notation walk again: a Graph as data, its notation; a live graph, its operations
    snapshot forward: tensors as data, values of the forward pass
    backward: gradients
    build fold card steps: what was found -> nodes and edges; Graph -> smaller, text
    trace svg: live tensors -> Graph; Graph -> picture
    figure: everything -> what a page shows
    row: figures -> several side by side
"""
