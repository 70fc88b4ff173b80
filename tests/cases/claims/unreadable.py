# Calls that cannot be weighed, with a part of the sentence that says why. No error of torch or
# Python is among them.

derivative("softplux(x)", "sigma(x)")  # no function is called softplux; did you mean softplus?
derivative("sotfplus(x)", "sigma(x)")  # did you mean softplus?
derivative("foo(x)", "1")  # no function is called foo
gradient("erf(x)", x="e r f")  # no variable is called r; the names are x, y
gradient("erf(x)", x="erf")  # erf needs brackets, as in erf(x)
gradient("xy", x="y")  # no variable is called xy; a product has spaces, x y
gradient("x y", x="yx/x")  # no variable is called yx; a product has spaces, y x
gradient("rate x", x="rate")  # no variable is called rate; a product has spaces, r a t e
gradient("2αβ", α="2β")  # the function has no parameter α; its parameters are alpha, beta
derivative("5", "0")  # derivative() is for one variable, not none
derivative("x y", "y")  # derivative() is for one variable, not x, y
derivative("x^2", 2)  # a formula is a text, as in '2x', not 2
derivative("x^2", "")  # the formula ends too early
derivative("x^2", "2x +")  # the formula ends too early
derivative("x^2", "2(x")  # here a ) is missing
derivative("x^2", "2x)")  # the formula should end here
derivative("x^2", r"\frac{x}{2}")  # formulas are typed without TeX
derivative("x^2", "x2")  # a number stands behind another factor
derivative("x^2", "max(x)")  # max takes 2 arguments, not 1
derivative("x^2", "lgamma(x, 2)")  # lgamma takes 1 argument, not 2
derivative("x^2", "sum(x, 0, 1)")  # sum takes 1 or 2 arguments, not 3
derivative("x^2", "sum(x, y)")  # the axis of sum is a number, as in sum(x, 0)
derivative("x^2", "2x", order=0)  # order= is 1, 2, ..., 20, not 0
derivative("x^2", "2x", kink=[0])  # kink= is given as in kink={0: 1}, not [0]
derivative("x^2", "2x", tol=1e-3)  # derivative() has no option tol=; it has name, domain
derivative("x^2", "2x", shapes={"x": "n"})  # derivative() has no option shapes=
derivative("x^2", "2x", name="x")  # the result cannot be called x
derivative("x^2", "2x", at=3)  # at= is given as in at=[0.5, 2.0], not 3
derivative("x^2", "2x", at=["a"])  # at='a' cannot be computed
derivative("x^2", "2x", at=[[1, 2]])  # at= cannot be computed
derivative("x^2", "2x", domain=3)  # domain= is given as in domain='0 < p < 1', not 3
derivative("x^2", "2x", domain="x = 3")  # domain= takes conditions, as x > 0
derivative("x^2", "2x", domain="x")  # and kinds of tensors, as A symmetric
derivative("x^2", "2x", domain="x diagonal")  # x diagonal is neither
derivative("x^2", "2x", domain="t > 0")  # no variable is called t
gradient("z^2", z="2z", domain="z complex")  # the result is complex
derivative("z^2", "2z", domain="z complex")  # the result is complex
jacobian("exp(i x)", "i exp(i x)", shapes={"x": "n"})  # by vjp() what becomes of the gradient G that arrives
derivative("x^2", "2x", domain="t complex")  # domain= speaks of t, which is no parameter
derivative("x^2", "2x", domain="x one-hot")  # x can be one-hot if shapes= gives it 1 axes or more
derivative("x^2", "2x", domain="1 < x < 0")  # fewer than 3 points; give domain= or at=
gradient("x^2 + y", x="2x", domain="1 < x < 0")  # found no x that fits the domain
gradient("x^2")  # nothing is claimed: name a parameter
gradient("x^2", t="2x")  # the function has no parameter t; its parameters are x
gradient("x^2", x="2x", shapes={"z": "n"})  # shapes names z; the parameters are x
gradient("x^2", x="2x", shapes={"x": 3})  # shapes= is given as in shapes={'A': 'm n'}, not 3
gradient("x^2", x="2x", shapes="x n")  # shapes= is given as in
gradient("x^2", x="2x", shapes={"x": "n"})  # the function has 3 results
gradient("sum(x)", x_i="1", shapes={"x": "n"}, domain="det(x) > 0")  # the domain cannot be computed
gradient("A x", x="A", shapes={"A": "m n"}, where={"v": "q +"})  # the formula ends too early
gradient("det(A)", A="inv(A)", shapes={"A": "m n"})  # the formula of the function cannot be computed
gradient("A.T", A="1")  # a number has no transpose
gradient("A @ B", A="B", shapes={"A": "m n", "B": "m n"})  # the formula of the function cannot be computed
gradient("sum(x)", x_i="1", shapes={"x": "n"}, at=[1.0])  # at= needs a value for each of x, not 1.0
gradient("sum(x)", x_i="1", shapes={"x": "n"}, at=[(1.0,)])  # at= gives x 0 axes, not 1
gradient("x_3", x_i="1", shapes={"x": "3"})  # the formula of the function cannot be computed
gradient(lambda x: x.numpy().sum(), x="1")  # the function cannot be shown as a formula
gradient(lambda x: {}, x="1", shown="x")  # the function returns dict, not a tensor
gradient(lambda x: [][1], x="1", shown="x")  # the function cannot be computed: list index out of range
gradient(lambda x: torch.round(x, decimals=2), x="0")  # it calls round in a way that has no short formula
vjp("x^2 y", y="x^2 G", upstream="x", shapes={"y": "n"})  # the formula uses x, which is there only after it
jacobian("A x", "A", shapes={"A": "m n", "x": "n"})  # say of which variable: of='A'
jacobian("A x", "A", of="z", shapes={"A": "m n", "x": "n"})  # of= names z; the variables are A, x
hessian("x^2", "[[2]]", shapes={"x": "n"})  # the function has 3 results
hessian(lambda x: x.exp(), "diag(y)", shapes={"x": "n"})  # a claim about all of them is made by jacobian() or vjp()
identity("x + 1")  # here a = is missing
identity("x = y = z")  # the formula should end here
identity("x = 1 + O(h^2) + h")  # a remainder stands at the right end
identity("A.T @ B = B.T @ A", shapes={"A": "m n", "B": "n m"})  # cannot be computed
identity("x = x", name="y")  # identity() has no option name=
identity("log(-x - h) = log(-x) + h/x + O(h^2)", domain="x > 0")  # give domain= or at=
derivative("atan2(x, 1)", "1/(1 + x^2)")  # no function is called atan2; did you mean atan?
derivative("log7(x)", "1")  # no function is called log7; did you mean log?
derivative("√x", "1")  # sqrt needs brackets, as in sqrt(x)
derivative("x^2", "0 if x = 4 else 2x")  # a condition compares by <, <=, >, >= or !=
derivative("x^2", "2x if x > 0 and x < 9 else 2x")  # a condition is one comparison
derivative("x^2", "2x if not x > 0 else 2x")  # a condition is one comparison
derivative("+".join(["x"] * 3000), "3000")  # a formula has at most 700 signs
derivative("(" * 99 + "x" + ")" * 99, "1")  # at most 90 brackets stand in one another
derivative(3, "1")  # a claim is about a formula, as in 'x^2', or a function, not 3
derivative(None, "1")  # not None
derivative("x^2", "2x", at=[float("nan")])  # at= adds points, and nan is none
derivative("x^2", "2x", at=[0.5, float("inf")])  # and inf is none
derivative("x^2", "2x", name="2")  # the result cannot be called 2: a name is letters
derivative("x^2", "2", order=400)  # order= is 1, 2, ..., 20, not 400
hessian("x y", "[[0, 1], [1]]")  # the rows of a matrix are of one length
jacobian("[x, [x, y]]", "1")  # the rows of a matrix are of one length
gradient("sum(x)", x_i="1", shapes={"x": "n"}, domain="x_i > 0")  # a condition is about all entries: x > 0
