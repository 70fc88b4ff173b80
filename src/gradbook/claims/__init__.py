"""Formulas that are checked before they are shown; pages call derivative() and its kin.

SymPy takes half a second to import: import this package only where something is claimed.
"""

from gradbook.claims.display import Claim
from gradbook.claims.evidence import WrongClaim
from gradbook.claims.identities import identity
from gradbook.claims.statements import derivative, gradient, hessian, jacobian, vjp
from gradbook.claims.terms import NotationError

__all__ = [
    "Claim",
    "NotationError",
    "WrongClaim",
    "derivative",
    "gradient",
    "hessian",
    "identity",
    "jacobian",
    "vjp",
]
