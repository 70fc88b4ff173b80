"""Pictures of the autograd graph behind live tensors: `draw`, and `row` for several side by side.

While a program runs, `recorder` notes what autograd does not keep. `draw` (in `figure`) then asks
`trace` for the graph of a live tensor: `walk` finds the nodes, `saved` reads what they kept,
`forward` collects the values, `backward` calls each node for the gradients, and `build` makes of
it all a Graph, plain data in `model`, with `formulas` and `notation` for what stands on it. From
here on nothing knows torch: `fold` makes a large Graph small, `steps` says it in sentences, and
`svg` draws it, with the cards of `card` in the places of `layout`.
"""
