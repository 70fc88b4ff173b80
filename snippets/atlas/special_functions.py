# %% entries tags=["hide-input"]
from gradbook import derivative, operators

operators(
    "special-functions",
    erf=(
        "A bell curve.",
        derivative("erf(x)", "2/sqrt(pi) e^(-x^2)"),
    ),
    erfc=(
        "The slope of erf with the other sign.",
        derivative("erfc(x)", "-2/sqrt(pi) e^(-x^2)"),
    ),
    erfinv=(
        "The slope follows from the result.",
        derivative("erfinv(x)", "sqrt(pi)/2 exp(y^2)"),
    ),
    special_ndtr=(
        "The bell curve of the normal distribution.",
        derivative("(1 + erf(x/sqrt(2)))/2", "e^(-x^2/2)/sqrt(2pi)"),
    ),
    lgamma=(
        "Its slope has a name of its own, digamma.",
        derivative("lgamma(x)", "digamma(x)", domain="x > 0"),
    ),
    digamma=(
        "And so has the slope of that, trigamma.",
        derivative("digamma(x)", "trigamma(x)", domain="x > 0"),
    ),
    polygamma_polygamma_n_0=(
        "With n = 0 this is digamma.",
        derivative("digamma(x)", "trigamma(x)", domain="x > 0"),
    ),
)
# > 22 operators, 7 with a formula
# > erf (torch.erf, Tensor.erf, torch.special.erf) | node: ErfBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "erf_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1.128; 1: 0.4151; -1: 0.4151; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 2/sqrt(pi) e^(-x^2) (proved: SymPy, finite differences, autograd at 16 points)
# > erfc (torch.erfc, Tensor.erfc, torch.special.erfc) | node: ErfcBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "erfc_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -1.128; 1: -0.4151; -1: -0.4151; inf: 0; -inf: 0; nan: nan | formula: dy/dx = -2/sqrt(pi) e^(-x^2) (proved: SymPy, finite differences, autograd at 16 points)
# > erfinv (torch.erfinv, Tensor.erfinv, torch.special.erfinv) | node: ErfinvBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "erfinv_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.8862; 1: inf; -1: inf; inf: nan; -inf: nan; nan: nan | formula: dy/dx = sqrt(pi)/2 exp(y^2) (proved: SymPy, finite differences, autograd at 11 points)
# > special_erfcx (torch.special.erfcx) | node: SpecialErfcxBackward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "erfcx_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -1.128; 1: -0.2732; -1: -11.15; inf: nan (the value is 0); -inf: -inf; nan: nan
# > special_ndtr (torch.special.ndtr) | node: MulBackward1 < AddBackward1 < ErfBackward0 | others: - | tensors: Erf.self=another | numbers: Mul.other | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "erf_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.3989; 1: 0.242; -1: 0.242; inf: 0; -inf: 0; nan: nan | formula: dy/dx = e^(-x^2/2)/sqrt(2pi) (proved: SymPy, finite differences, autograd at 16 points)
# > special_ndtri (torch.special.ndtri) | node: SpecialNdtriBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "ndtri_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: inf; -1: nan; inf: nan; -inf: nan; nan: nan
# > special_log_ndtr (torch.special.log_ndtr) | node: SpecialLogNdtrBackward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_ndtr_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.7979; 1: 0.2876; -1: 1.525; inf: 0; -inf: nan; nan: nan
# > lgamma (torch.lgamma, Tensor.lgamma, torch.special.gammaln) | node: LgammaBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "lgamma_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -0.5772; -1: nan; inf: inf; -inf: nan; nan: nan | formula: dy/dx = digamma(x) (proved: SymPy, finite differences, autograd at 11 points)
# > digamma (torch.digamma, Tensor.digamma, torch.special.psi, torch.special.digamma) | node: DigammaBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "digamma" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 1.645; -1: huge; inf: 0; -inf: nan; nan: nan | formula: dy/dx = trigamma(x) (proved: SymPy, finite differences, autograd at 11 points)
# > polygamma_polygamma_n_0 (torch.polygamma, Tensor.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "digamma" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: inf; 1: 1.645; -1: huge; inf: 0; -inf: nan; nan: nan | formula: dy/dx = trigamma(x) (proved: SymPy, finite differences, autograd at 11 points)
# > polygamma_polygamma_n_1 (torch.polygamma, Tensor.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "trigamma" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -2.404; -1: -inf (the value is huge); inf: nan (the value is 0); -inf: -inf; nan: nan
# > polygamma_polygamma_n_2 (torch.polygamma, Tensor.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "polygamma" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 6.494; -1: inf; inf: nan; -inf: inf; nan: nan
# > polygamma_polygamma_n_3 (torch.polygamma, Tensor.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "polygamma" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -24.89; -1: -inf; inf: nan; -inf: -inf; nan: nan
# > polygamma_polygamma_n_4 (torch.polygamma, Tensor.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "polygamma" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 122.1; -1: inf; inf: nan; -inf: inf; nan: nan
# > special_polygamma_special_polygamma_n_0 (torch.special.polygamma) | node: PolygammaBackward0 | others: - | tensors: self=input | numbers: n | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "digamma" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: inf; 1: 1.645; -1: huge; inf: 0; -inf: nan; nan: nan
# > mvlgamma_mvlgamma_p_1 (torch.mvlgamma, Tensor.mvlgamma, torch.special.multigammaln) | node: MvlgammaBackward0 | others: - | tensors: self=input | numbers: p | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "arange_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -0.5772; -1: nan; inf: inf; -inf: nan; nan: nan
# > mvlgamma_mvlgamma_p_3 (torch.mvlgamma, Tensor.mvlgamma, torch.special.multigammaln) | node: MvlgammaBackward0 | others: - | tensors: self=input | numbers: p | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "arange_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: nan; 1: -inf; -1: nan; inf: inf; -inf: nan; nan: nan
# > mvlgamma_mvlgamma_p_5 (torch.mvlgamma, Tensor.mvlgamma, torch.special.multigammaln) | node: MvlgammaBackward0 | others: - | tensors: self=input | numbers: p | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "arange_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: nan; 1: nan; -1: nan; inf: inf; -inf: nan; nan: nan
# > i0 (torch.i0, Tensor.i0, torch.special.i0) | node: I0Backward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "i0_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0; 1: 0.5652; -1: -0.5652; inf: nan; -inf: nan; nan: nan
# > special_i0e (torch.special.i0e) | node: SpecialI0EBackward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "i0e_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: -0.2578; -1: 0.2578; inf: 0; -inf: 0; nan: nan ; kink at 0: 0 (from the left 1, right -1)
# > special_i1 (torch.special.i1) | node: SpecialI1Backward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "i1_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.5; 1: 0.7009; -1: 0.7009; inf: nan; -inf: nan; nan: 0.5
# > special_i1e (torch.special.i1e) | node: SpecialI1EBackward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "i1e_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.5; 1: 0.04994; -1: 0.04994; inf: 0; -inf: 0; nan: 0.5
