# False claims, each for a reason of its own. All are refused with a counter-example.

# Signs, factors, powers
derivative("cos(x)", "sin(x)")  # the sign of the sine
derivative("x^3", "2x^3")  # the power is not lowered
derivative("x^3", "x^2")  # the factor of the power rule is missing
derivative("x^5", "20x^4", order=2)  # the second derivative with the power of the first
derivative("x^5", "60x^2", order=2)  # the third derivative
derivative("1/x", "1/x^2")  # the sign of a reciprocal
derivative("1/x^2", "-2/x^2")  # the power of a reciprocal goes the wrong way
derivative("sqrt(x)", "1/sqrt(x)")  # the half of the root
derivative("sqrt(x)", "2/sqrt(x)")  # times two instead of divided by two
derivative("x^(2/3)", "2/3 x^(1/3)")  # the exponent minus one third
derivative("exp(2x)", "exp(2x)")  # the inner derivative is missing
derivative("(2x + 1)^5", "5(2x + 1)^4")  # the inner slope is missing
derivative("sin(x^2)", "cos(x^2)")  # chain rule forgotten
derivative("sin(x^2)", "2x cos(2x)")  # the inside is differentiated inside
derivative("sin(x)^2", "2sin(x)")  # the inner function of a square
derivative("e^(3x)", "e^(3x - 1)*3x")  # the power rule used for an exponential
derivative("2^x", "x*2^(x - 1)")  # an exponential taken for a power
derivative("2^x", "2^x")  # only e is its own base
derivative("x^x", "x x^(x - 1)")  # the exponent varies too
derivative("x^x", "x^x log(x)")  # the base varies too
derivative("log(3x)", "1/(3x)")  # the constant cancels
derivative("log(x^2)", "1/x^2")  # the inside of a logarithm
derivative("log2(x)", "1/x")  # the base of the logarithm
derivative("log10(x)", "ln(10)/x")  # the base above the line
derivative("log1p(x)", "1/x")  # log1p is not log
derivative("x log(x)", "log(x)")  # the product rule has two terms
derivative("x e^x", "x e^x + x")  # the product rule with a wrong term
derivative("x sin(x)", "cos(x)")  # the product of derivatives
derivative("sin(x)/x", "cos(x)")  # the quotient of derivatives
derivative("sin(x)/x", "(sin(x) - x cos(x))/x^2")  # the quotient rule the other way round
derivative("x/(1 + x)", "1/(1 + x)")  # the quotient rule with the power one
derivative("tan(x)", "1/cos(x)")  # the square of the cosine
derivative("tan(x)", "1 - tan(x)^2")  # tanh's rule for tan
derivative("asin(x)", "1/sqrt(1 + x^2)")  # the rule of asinh
derivative("acos(x)", "1/sqrt(1 - x^2)")  # acos falls
derivative("atan(x)", "1/(1 - x^2)")  # the rule of atanh
derivative("cosh(x)", "-sinh(x)")  # cosh is not cos
derivative("acosh(x)", "1/sqrt(1 - x^2)")  # under the root the wrong way round
derivative("x^2 + 3", "2x + 3")  # a constant has no slope
derivative("pi^2 x", "2pi x")  # pi is no variable
derivative("e^2 x", "e^2 x")  # the slope of a line is a constant
derivative("x^4", "12x^3", order=2)  # a power too many
derivative("e^(2x)", "6e^(2x)", order=3)  # three times two instead of two to the three
derivative("sin(x)", "cos(x)", order=3)  # the third derivative of the sine has a minus
# Special functions
derivative("erf(x)", "e^(-x^2)")  # the constant of erf
derivative("erf(x)", "2/sqrt(pi) e^(-x^2/2)")  # the exponent of erf is that of the normal density
derivative("erfc(x)", "2/sqrt(pi) e^(-x^2)")  # erfc falls
derivative("erfinv(x)", "sqrt(pi)/2 e^(-y^2)")  # the inverse function has the reciprocal slope
derivative("(1 + erf(x))/2", "e^(-x^2/2)/sqrt(2pi)")  # the argument of erf lacks its root of two
derivative("lgamma(x)", "log(x)")  # only nearly the digamma function
derivative("lgamma(x)", "digamma(x + 1)")  # the argument of digamma is one too large
derivative("digamma(x)", "-trigamma(x)")  # trigamma is positive
derivative("lgamma(x + 1)", "log(x + 1/2) + 1/(24(x + 1/2)^2)", domain="x > 20")  # an asymptotic series is no equality
# At a single point, or in a small part
derivative("x^2", "2x if x != 3 else 7")  # at x = 3
derivative("x^2", "2x if x != -0.5 else 0")  # at a negative point
derivative("x^2", "2x if x^2 != 2 else 7")  # at a root that no float64 is
derivative("x^2", "2x + 0/(x - 3)")  # a value is missing at x = 3
derivative("x^2", "2x + 1 - sign(|x - 3|)")  # a sign that is 0 at x = 3
derivative("x^2", "2x^2/x")  # no value at 0
derivative("x^2", "2x if x < 100 else 3x")  # beyond x = 100
derivative("x^2", "2x if x < 1e6 else 3x")  # beyond a million
derivative("x^2", "2x if x > -1e6 else 0")  # below minus a million
derivative("x^2", "7 if 0.12 < x < 0.13 else 2x")  # in a small interval
derivative("x^2", "2x if x < 0.5 else 7 if x <= 0.5 else 2x")  # at the border between two pieces
derivative("x^2", "0 if (x - 0.12)(x - 0.13) < 0 else 2x")  # where a parabola dips below 0
derivative("x^2", "2x + max(0, 1 - 1000|x - 5|)")  # a thin spike
derivative("x^2", "2x + floor(x/1000)")  # floor of a small negative number
derivative("x^2", "2x + round(x/1000)")  # from 500 on
derivative("x^2", "2x + sin(pi x)")  # right at all integers
derivative("relu(x)", "1 if x >= 0 else 0")  # at the kink autograd answers 0
derivative("abs(x)", "1 if x >= 0 else -1")  # at the kink of |x| autograd answers 0
derivative("max(x, 0)", "1 if x > 0 else 0")  # a maximum shares the gradient at a tie
derivative("min(x, 2)", "1 if x <= 2 else 0")  # a minimum shares it too
derivative("leaky_relu(x)", "1 if x >= 0 else 0.01")  # the kink belongs to the lower slope
derivative("hardtanh(x)", "1 if -1 <= x <= 1 else 0")  # at both ends it is flat already
derivative("relu6(x)", "1 if 0 <= x < 6 else 0")  # at one end
derivative("relu(x - 2)", "1 if x > 1.999 else 0")  # a border that is a little off
derivative("x if x > 1 else x^2", "1 if x > 1 else 2x + 1 - sign(1 - x)")  # the last point of a piece
derivative("|x|", "x/|x| if x != 0 else 1")  # a value chosen at 0
derivative("sqrt(x^2)", "1")  # for negative x
derivative("log(|x|)", "1/|x|")  # an odd function made even
derivative("|x|^3", "3x^2")  # the sign of x
derivative("|x - 1|", "sign(x)")  # the kink is elsewhere
derivative("x^2", "2x if x > 0 else 0", domain="x > -1e-3")  # in the last piece of a domain
derivative("sqrt(x)", "1/(2sqrt(x)) if x > 0 else 7")  # at the end of the natural domain
derivative("|x|", "1", domain="x >= 0")  # at the bound of the domain
derivative("tanh(x)", "0", domain="x > 15")  # nearly flat is not flat
derivative("x^2", "2x + 1e-9")  # a billionth
derivative("x^2", "2.0000001x")  # a coefficient in the seventh digit
derivative("sin(x)", "1 - x^2/2 + x^4/24 - x^6/720", domain="-0.5 < x < 0.5")  # a Taylor polynomial in its own range
derivative("e^x", "(1 + x/1e6)^1e6")  # the limit before the limit
derivative("pi x", "3.14159265")  # pi to nine digits
derivative("pi x", "22/7")  # pi as a fraction
# Activations
derivative("sigmoid(x)", "y(1 + y)")  # the sign in sigma'
derivative("sigmoid(x)", "x(1 - x)")  # sigma' of x instead of the result
derivative("tanh(x)", "(1 - y)^2")  # the square of the difference
derivative("softplus(x)", "sigmoid(-x)")  # mirrored
derivative("softplus(x)", "1 if x > 0 else 0")  # the slope of relu
derivative("logsigmoid(x)", "sigmoid(x)")  # that of softplus
derivative("silu(x)", "sigma(x) + x sigma(x)")  # a factor of the second term is missing
derivative("gelu(x)", "(1 + erf(x/sqrt(2)))/2")  # the product rule of gelu
derivative("gelu(x)", "1.702x sigma(1.702x)(1 - sigma(1.702x)) + sigma(1.702x)")  # the quick gelu
derivative("mish(x)", "tanh(softplus(x)) + x sigma(x)")  # tanh' is missing
derivative("elu(x)", "1 if x > 0 else y")  # e^x is y + 1
derivative("selu(x)", "1.0507009873554805 if x > 0 else y")  # the lower branch of selu
derivative("selu(x)", "1.05 if x > 0 else y + 1.0507009873554805*1.6732632423543772")  # the scale rounded
derivative("softsign(x)", "1/(1 + |x|)")  # its square
derivative("tanhshrink(x)", "1 - tanh(x)^2")  # the rest of one
derivative("hardsigmoid(x)", "1/5 if -3 < x < 3 else 0")  # another library's hardsigmoid
derivative("hardswish(x)", "x/3 + 1/2 if -3 < x < 3 else 0")  # above 3 it is the identity
# Several variables
gradient("x^2 y", x="2x y", y="2x y")  # both partial derivatives alike
gradient("x y^2", x="y^2", y="x y")  # the second of two claims
gradient("x/y", x="1/y", y="x/y^2")  # the sign of a divisor
gradient("x^y", y="y x^(y - 1)", domain="x > 0")  # base and exponent exchanged
gradient("sqrt(x^2 + y^2)", x="x/(x^2 + y^2)")  # the root below
gradient("max(x, y)", x="1 if x > y else 0")  # at a tie
gradient("max(x, y)", x="1 if x > y else 0", domain="x >= y")  # at a tie that the domain keeps
gradient("u v", t="2t", where={"u": "t^2", "v": "t + 1"})  # a factor taken for a constant
gradient("x^2 + y^2", x="2x if x != y else 0")  # on a diagonal
gradient("x y", x="y if x + y < 50 else x")  # far out in a corner
gradient("a exp(-b t)", b="-b a exp(-b t)")  # the wrong factor comes down
hessian("x^2 y + y^3", "[[2y, 2x], [2x, 3y]]")  # one entry of four
hessian("x^2 y", "[[2y, 2x], [0, 0]]")  # not symmetric
jacobian("[x y, x + y]", "[[y, 1], [x, 1]]", name="v")  # transposed
jacobian("[x + y, x y]", "[[y, x], [1, 1]]", name="v")  # rows exchanged
# Vectors
gradient("mean(x^2)", x="2x", shapes={"x": "n"})  # the size of a mean
gradient("mean(x^2)", x="2x/3", shapes={"x": "n"})  # the size three by chance
gradient("sum(x)^2", x="2x", shapes={"x": "n"})  # the square of a sum
gradient("norm(x)", x="x", shapes={"x": "n"})  # not divided by the norm
gradient("norm(x)", x="x/norm(x)^2", shapes={"x": "n"})  # divided twice
gradient("sum(|x|)", x_i="1 if x_i >= 0 else -1", shapes={"x": "n"})  # at one entry that is 0
gradient("sum(relu(x))", x_i="1 if x_i > 0 else 0.01", shapes={"x": "n"})  # a leak
gradient("sum(x^2)", x_i="2x_i if x_i != 3 else 7", shapes={"x": "n"})  # at one entry that is 3
gradient("a @ x/(norm(a) norm(x))", x="a/(norm(a) norm(x))", shapes={"a": "n", "x": "n"})  # the norm depends on x
gradient("logsumexp(x)", x="exp(x)", shapes={"x": "n"})  # not normalized
gradient("logsumexp(x/t)", x="softmax(x/t)", shapes={"x": "n", "t": ""}, domain="t > 0.1")  # the temperature
jacobian("softmax(x)", "diag(y*(1 - y))", shapes={"x": "n"})  # no off-diagonal
jacobian("softmax(x)", "y_i(delta_ij - y_i)", shapes={"x": "n"})  # an index twice
jacobian("softmax(x)", "y_i(delta_ij + y_j)", shapes={"x": "n"})  # plus off the diagonal
jacobian("log_softmax(z)", "delta_ij - p_i", shapes={"z": "n"}, where={"p": "softmax(z)"})  # rows and columns
jacobian("x/sum(x)", "delta_ij/sum(x)", shapes={"x": "n"}, domain="x > 0")  # the normalization varies
vjp("x - mean(x)", x="G", shapes={"x": "n"})  # the mean varies
vjp("x/norm(x)", x="G/norm(x)", shapes={"x": "n"})  # the projection is missing
vjp("c x", c="sum(G)", shapes={"c": "", "x": "n"})  # a broadcast scalar
vjp("e^x", x="G e^G", shapes={"x": "n"})  # the exponential of the upstream
vjp("softmax(x)", x="Y*G", shapes={"x": "n"})  # the sum over the others
# Matrices
vjp("A @ B", A="G @ B", shapes={"A": "n n", "B": "n n"})  # a transpose, square
vjp("A @ B", A="B.T @ G", shapes={"A": "m n", "B": "n p"})  # the order of a product
vjp("A @ B", B="G.T @ A", shapes={"A": "m n", "B": "n n"})  # transposed as a whole
vjp("A x", A="outer(x, G)", shapes={"A": "n n", "x": "n"})  # outer the other way round
vjp("A x", x="A G", shapes={"A": "n n", "x": "n"})  # the matrix without its transpose
vjp("A.T", A="G", shapes={"A": "n n"})  # a transpose of the upstream
vjp("inv(A)", A="-Y G Y", shapes={"A": "n n"})  # inverses without transposes
vjp("inv(A)", A="Y.T G Y.T", shapes={"A": "n n"})  # the sign of an inverse
vjp("outer(a, b)", a="G.T b", shapes={"a": "n", "b": "n"})  # the wrong side of an outer product
vjp("diag(x)", x_i="sum_j G_ij", shapes={"x": "n"})  # rows instead of the diagonal
vjp("sum(x, 1)", x_ij="G_j", shapes={"x": "n n"})  # the other axis
vjp("mean(x, 0)", x_ij="G_j/n", shapes={"x": "m n"})  # the size of the other axis
vjp("X W + b", b="G", shapes={"X": "N d", "W": "d h", "b": "h"})  # a bias is not summed
vjp("solve(A, b)", b="solve(A, G)", shapes={"A": "n n", "b": "n"})  # solved with the matrix itself
gradient("trace(A B)", A="B", shapes={"A": "n n", "B": "n n"})  # the transpose under a trace
gradient("trace(A A)", A="2A", shapes={"A": "n n"})  # right for symmetric matrices only
gradient("x @ A @ x", x="2A x", shapes={"x": "n", "A": "n n"})  # a quadratic form that is not symmetric
gradient("x @ A @ x", A="outer(x, x)/2", shapes={"x": "n", "A": "n n"})  # a half that is not there
gradient("sum((A x - b)^2)", x="A.T (A x - b)", shapes={"A": "m n", "x": "n", "b": "m"})  # the two of least squares
gradient("sum((A x - b)^2)", x="2(A.T A x - b)", shapes={"A": "n n", "x": "n", "b": "n"})  # a factor before one term only
gradient("det(A)", A="det(A) inv(A)", shapes={"A": "n n"})  # the cofactors without transpose
gradient("log(det(A))", A="inv(A)", shapes={"A": "n n"}, domain="det(A) > 0")  # the transpose of an inverse
gradient("log(det(X @ X.T))", X="inv(X @ X.T) @ X", shapes={"X": "n m"})  # half of it
gradient("trace(inv(A))", A="-inv(A).T", shapes={"A": "n n"})  # the inverse once
gradient("trace(A)", A="A/A", shapes={"A": "n n"})  # ones everywhere
hessian("logsumexp(x)", "diag(p)", shapes={"x": "n"}, where={"p": "softmax(x)"})  # the rank-one part
hessian("x @ A @ x", "2A", of="x", shapes={"x": "n", "A": "n n"})  # not assumed symmetric
# Losses
gradient("mean((w x + b - y)^2)", w="2mean(w x + b - y)", shapes={"x": "N", "y": "N"})  # the input is missing
gradient("mean((w x + b - y)^2)", b="2sum(w x + b - y)", shapes={"x": "N", "y": "N"})  # summed, not averaged
gradient("softplus(z) - y z", z="y - sigma(z)")  # the sign of binary cross-entropy
gradient("-(y log(p) + (1 - y) log(1 - p))", p="p - y", domain="0 < p < 1")  # the logits' gradient
gradient("logsumexp(z) - sum(y*z)", z="softmax(z - y)", shapes={"z": "n", "y": "n"})  # subtracted inside
gradient("-sum(y*log_softmax(z))", z="softmax(z) - y", shapes={"z": "n", "y": "n"})  # targets that do not sum to one
gradient("r^2/2 if |r| <= d else d(|r| - d/2)", r="r if |r| <= d else d", domain="d > 0")  # Huber's sign
gradient("-(1 - p)^2 log(p)", p="-(1 - p)^2/p", domain="0 < p < 1")  # half of the focal loss
gradient("max(0, 1 - y f)", f="-y if y f < 1 else 0")  # the kink of the hinge
gradient("sum(p*log(p/q))", q="p/q", shapes={"p": "n", "q": "n"}, domain="p > 0, q > 0")  # the sign of KL
gradient("-sum(p*log(p))", p_i="-log(p_i)", shapes={"p": "n"}, domain="p > 0")  # the one of entropy
gradient("log(cosh(r))", r="sign(r)")  # the limit of tanh
gradient("sum(w^2) c/2", w="c w/2", shapes={"w": "n", "c": ""})  # weight decay halved twice
# Probability
gradient("-log(s) - (x - m)^2/(2s^2)", s="(x - m)^2/s^3", domain="s > 0")  # the normalization of a normal density
gradient("-log(s) - (x - m)^2/(2s^2)", m="(m - x)/s^2", domain="s > 0")  # the sign of the mean
gradient("k log(c) - c", c="k/c", domain="c > 0")  # the rate of a Poisson variable
gradient("log(b/a) + (a^2 + m^2)/(2b^2) - 1/2", b="1/b - (a^2 + m^2)/b^2", domain="a > 0, b > 0")  # a power of b
derivative("log(p/(1 - p))", "1/p", domain="0 < p < 1")  # the logit near 0
derivative("-p log(p) - (1 - p) log(1 - p)", "log(p/(1 - p))", domain="0 < p < 1")  # binary entropy upside down
derivative("e^(-x^2/2)/sqrt(2pi)", "-y")  # the normal density is not exponential
# Attention
vjp("Q K.T/sqrt(d)", Q="G K", shapes={"Q": "m d", "K": "n d"})  # the scale of the scores
vjp("Q K.T/sqrt(d)", K="G Q/sqrt(d)", shapes={"Q": "n d", "K": "n d"})  # a transpose of the scores
vjp("softmax(S)", S_ij="Y_ij (G_ij - sum_k G_kj Y_kj)", shapes={"S": "n n"})  # along the other axis
vjp("P V", P="G V", shapes={"P": "n n", "V": "n n"})  # the values' transpose
vjp("x/sqrt(mean(x^2))", x="G/sqrt(mean(x^2))", shapes={"x": "n"})  # the root mean square varies
# Complex numbers, wrong backwards
gradient(lambda z: (z * z.conj()).real, z="2conj(z)", domain="z complex")  # the conjugate gradient
vjp("z^2", z="2z G", domain="z complex")  # the conjugate of the derivative
vjp("z^2", z="2conj(z) conj(G)", domain="z complex")  # the upstream conjugated
vjp("conj(z)", z="G", domain="z complex")  # the conjugate of the upstream
vjp("exp(i x)", x="real(i exp(i x) G)")  # the conjugate of the derivative, and a real leaf
vjp("A @ z", z="A.T @ G", shapes={"A": "m n", "z": "n"}, domain="A complex, z complex")  # the transpose without its conjugate
gradient(lambda z: abs(z), z="conj(z)/|z|", domain="z complex")  # the direction mirrored
derivative(lambda x: x * x.detach(), "2x", shown="x^2")  # what detach hides from autograd
derivative(lambda x: 2 * x, "2", shown="2x + 1e-6")  # the formula shown
derivative(lambda x: x.round(), "1", shown="round(x)")  # a staircase is flat
# Identities
identity("sqrt(x^2) = x")  # for negative numbers
identity("sin(x) = x")  # near 0 only
identity("(x + y)^2 = x^2 + y^2")  # the mixed term
identity("sigma(-x) = -sigma(x)")  # sigma is not odd
identity("tanh(x) = 2sigma(x) - 1")  # the argument doubled
identity("log(x + y) = log(x) + log(y)", domain="x > 0, y > 0")  # the logarithm of a sum
identity("sign(x) = 1 if x >= 0 else -1")  # the sign of 0
identity("floor(x) = round(x - 1/2)")  # halves go to the even number
identity("floor(-x) = -floor(x)")  # floor is not odd
identity("relu(x) = x if x >= -0.001 else 0")  # just below 0
identity("max(x, y) = x if x > y else y + 1e-9")  # by a billionth
identity("max(x, y) = x if x > y else y if x < y else 0")  # where both are equal
identity("(A B)^T = A^T B^T", shapes={"A": "n n", "B": "n n"})  # the order under a transpose
identity("A B = B A", shapes={"A": "n n", "B": "n n"})  # matrices do not commute
identity("det(A + B) = det(A) + det(B)", shapes={"A": "n n", "B": "n n"})  # a determinant is not additive
identity("inv(A B) = inv(A) inv(B)", shapes={"A": "n n", "B": "n n"})  # the order under an inverse
identity("norm(x + y) = norm(x) + norm(y)", shapes={"x": "n", "y": "n"})  # the triangle inequality
identity("mean(x^2) = mean(x)^2", shapes={"x": "n"})  # the variance
identity("softmax(c z) = softmax(z)", shapes={"z": "n", "c": ""})  # scaled, not shifted
identity("logsumexp(z) = max(z_0, z_1)", shapes={"z": "2"})  # a soft maximum is larger
identity("gelu(x) = x sigma(1.702x)")  # an approximation
identity("gelu(x) = x (1 + tanh(sqrt(2/pi) (x + 0.044715x^3)))/2")  # the other form of gelu
identity("erf(x) = tanh(2x/sqrt(pi))")  # alike at 0 and far out
identity("softplus(x) = relu(x)", domain="x > 20")  # equal to nine digits
# Remainders
identity("e^x = 1 + x + x^2/3 + O(x^3)")  # a coefficient of a series
identity("e^x = 1 + x + O(x^3)")  # an order too high
identity("(sin(x + h) - sin(x))/h = cos(x) + O(h^2)")  # a one-sided difference is of first order
identity("|h| = h + O(h^2)")  # from the left
identity("sqrt(1 + h) = 1 + h/2 + h^2/8 + O(h^3)")  # the sign of the second term
# Where one side has no value
identity("log(x y) = log(x) + log(y)")  # both factors may be negative
identity("sqrt(x y) = sqrt(x) sqrt(y)")  # roots of two negative numbers
identity("sqrt(x)^2 = x")  # a root of a negative number, squared
identity("log(x^2) = 2log(x)")  # the left side has values for negative numbers, too
identity("sqrt(x^2 y^2) = x y")  # numbers of different signs
identity("|x y| = x y if x + y > 0 else x y")  # a sign that only two quadrants show
# Sizes and shapes
gradient("sum(x)", x_i="1 if n < 4 else 0", shapes={"x": "n"})  # for four entries or more
gradient("sum(x)", x_i="1 if n != 7 else 0", shapes={"x": "n"})  # for one size alone
gradient("sum(A)", A_ij="1 if m <= n + 2 else 0", shapes={"A": "m n"})  # three rows more than columns
gradient("sum(A x)", A="x", shapes={"A": "m n", "x": "n"})  # one row of the gradient for all
vjp("sum(x, 0)", x="G", shapes={"x": "m n"})  # the shape of the result for that of the input
hessian("(x + y)^2/2", "[1, 1]")  # one row of two
identity("(f(x + h) - f(x))/h = 2x + h", where={"f": "x^2"})  # f is a number, and no function
# New functions
derivative("hardshrink(x)", "1 if |x| >= 1/2 else 0")  # at the threshold autograd answers 0
derivative("softshrink(x)", "1")  # flat in the middle
derivative("celu(x)", "1")  # below 0
derivative("logit(x)", "1/x + 1/(1 - x) + 1")  # one too many
