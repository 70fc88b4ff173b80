"""Formulas that are checked before they are shown; pages call derivative() and its kin.

SymPy takes half a second to import: import this package only where something is claimed.
"""

from gradbook.claims.claim import Claim
from gradbook.claims.errors import NotationError, WrongClaim
from gradbook.claims.identities import identity
from gradbook.claims.statements import derivative, gradient, hessian, jacobian, vjp

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
