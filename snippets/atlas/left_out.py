# %% rest tags=["hide-input"]
from gradbook import left_out

left_out()
# > torch 2.13.0: 702 operators, 540 entries, 162 left out
# > item | the list calls it not differentiable | the result is no tensor
# > arange | the list calls it not differentiable | the result has no grad_fn
# > cauchy | the list calls it not differentiable | the result has no grad_fn
# > exponential | the list calls it not differentiable | the result has no grad_fn
# > geometric | the list calls it not differentiable | the result has no grad_fn
# > log_normal | the list calls it not differentiable | the result has no grad_fn
# > normal_in_place | the list calls it not differentiable | the result has no grad_fn
# > uniform | the list calls it not differentiable | the result has no grad_fn
# > allclose | the list calls it not differentiable | the result is no tensor
# > broadcast_shapes | the list calls it not differentiable | it takes no float64 and no complex128
# > bitwise_not | the list calls it not differentiable | it takes no float64 and no complex128
# > bitwise_left_shift | the list calls it not differentiable | it takes no float64 and no complex128
# > bitwise_right_shift | the list calls it not differentiable | it takes no float64 and no complex128
# > view_as_real | no float64 on the CPU, only complex128, complex64 | the result has no grad_fn
# > equal | the list calls it not differentiable | the result is no tensor
# > eq | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > istft | no float64 on the CPU, only complex128, complex64 | the result has no grad_fn
# > floor_divide | the list calls it not differentiable | the result has no grad_fn
# > ge | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > geqrf | the list calls it not differentiable | the result has no grad_fn
# > gt | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > imag | no float64 on the CPU, only complex128, complex32, complex64 | the result has no grad_fn
# > isin | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > le | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > linspace | the list calls it not differentiable | the result has no grad_fn
# > linspace_tensor_overload | the list calls it not differentiable | the result has no grad_fn
# > logspace | the list calls it not differentiable | the result has no grad_fn
# > logspace_tensor_overload | the list calls it not differentiable | the result has no grad_fn
# > logical_not | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > lt | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > logical_and | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > logical_or | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > logical_xor | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > bitwise_and | the list calls it not differentiable | it takes no float64 and no complex128
# > bitwise_or | the list calls it not differentiable | it takes no float64 and no complex128
# > bitwise_xor | the list calls it not differentiable | it takes no float64 and no complex128
# > heaviside | the list calls it not differentiable | the result has no grad_fn
# > lcm | the list calls it not differentiable | it takes no float64 and no complex128
# > gcd | the list calls it not differentiable | it takes no float64 and no complex128
# > isclose | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > torch__scaled_mm_v2 | the list calls it not differentiable | it takes no float64 and no complex128
# > torch__scaled_mm | the list calls it not differentiable | it takes no float64 and no complex128
# > torch_ops_aten__flash_attention_forward | no float64 on the CPU, only other devices | it takes no float64 and no complex128
# > torch_ops_aten__efficient_attention_forward | no float64 on the CPU, only other devices | it takes no float64 and no complex128
# > nn_functional_silu_complex | the list calls it not differentiable | the result has no grad_fn
# > nn_functional_batch_norm_without_cudnn | no float64 on the CPU, only other devices | it takes no float64 and no complex128
# > igamma | the list calls it not differentiable | the result has no grad_fn
# > igammac | the list calls it not differentiable | the result has no grad_fn
# > ne | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > __rand__ | the list calls it not differentiable | it takes no float64 and no complex128
# > __ror__ | the list calls it not differentiable | it takes no float64 and no complex128
# > __rxor__ | the list calls it not differentiable | it takes no float64 and no complex128
# > signbit | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isfinite | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isinf | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isposinf | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isneginf | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isreal | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > isnan | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > unravel_index | the list calls it not differentiable | it takes no float64 and no complex128
# > unique | the list calls it not differentiable | the result has no grad_fn
# > unique_consecutive | the list calls it not differentiable | the result has no grad_fn
# > bool | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > byte | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > char | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > int | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > long | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > short | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > empty_like | the list calls it not differentiable | the result has no grad_fn
# > zeros_like | the list calls it not differentiable | the result has no grad_fn
# > ones_like | the list calls it not differentiable | the result has no grad_fn
# > randn | the list calls it not differentiable | the result has no grad_fn
# > randn_like | the list calls it not differentiable | the result has no grad_fn
# > rand_like | the list calls it not differentiable | the result has no grad_fn
# > randint | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > randint_like | the list calls it not differentiable | the result has no grad_fn
# > full_like | the list calls it not differentiable | the result has no grad_fn
# > new_zeros | the list calls it not differentiable | the result has no grad_fn
# > new_ones | the list calls it not differentiable | the result has no grad_fn
# > ones | the list calls it not differentiable | the result has no grad_fn
# > zeros | the list calls it not differentiable | the result has no grad_fn
# > full | the list calls it not differentiable | the result has no grad_fn
# > new_empty | the list calls it not differentiable | the result has no grad_fn
# > new_empty_strided | the list calls it not differentiable | the result has no grad_fn
# > empty_strided | the list calls it not differentiable | the result has no grad_fn
# > empty | the list calls it not differentiable | the result has no grad_fn
# > eye | the list calls it not differentiable | the result has no grad_fn
# > empty_permuted | the list calls it not differentiable | the result has no grad_fn
# > scalar_tensor | the list calls it not differentiable | the result has no grad_fn
# > new_full | the list calls it not differentiable | the result has no grad_fn
# > multinomial | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > _chunk_cat | the list calls it not differentiable | the result has no grad_fn
# > histogram | the list calls it not differentiable | the result has no grad_fn
# > histogramdd | the list calls it not differentiable | the result has no grad_fn
# > histc | the list calls it not differentiable | the result has no grad_fn
# > bincount | the list calls it not differentiable | it takes no float64 and no complex128
# > bucketize | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > searchsorted | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > resize_ | the list calls it not differentiable | the result has no grad_fn
# > resize_as_ | the list calls it not differentiable | the result has no grad_fn
# > triu_indices | the list calls it not differentiable | it takes no float64 and no complex128
# > tril_indices | the list calls it not differentiable | it takes no float64 and no complex128
# > nonzero | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > nonzero_static | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > jiterator_unary | the list calls it not differentiable | Jiterator is only supported on CUDA and ROCm GPUs, none are available.
# > jiterator_binary | the list calls it not differentiable | Jiterator is only supported on CUDA and ROCm GPUs, none are available.
# > jiterator_4inputs_with_extra_args | the list calls it not differentiable | Jiterator is only supported on CUDA and ROCm GPUs, none are available.
# > jiterator_binary_return_by_ref | the list calls it not differentiable | Jiterator is only supported on CUDA and ROCm GPUs, none are available.
# > jiterator_2inputs_2outputs | the list calls it not differentiable | Jiterator is only supported on CUDA and ROCm GPUs, none are available.
# > nn_functional_one_hot | no float64 on the CPU, only int64 | it takes no float64 and no complex128
# > argwhere | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > all | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > any | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > argmax | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > argmin | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > count_nonzero | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > hash_tensor | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > argsort | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > linalg_ldl_factor | the list calls it not differentiable | the result has no grad_fn
# > linalg_ldl_factor_ex | the list calls it not differentiable | the result has no grad_fn
# > linalg_ldl_solve | the list calls it not differentiable | the result has no grad_fn
# > linalg_matrix_rank | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > linalg_matrix_rank_hermitian | the list calls it not differentiable | the result is of whole numbers or of booleans, and has no grad_fn
# > signal_windows_hamming | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_hann | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_bartlett | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_blackman | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_cosine | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_exponential | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_gaussian | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_kaiser | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_general_cosine | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_general_hamming | the list calls it not differentiable | the result has no grad_fn
# > signal_windows_nuttall | the list calls it not differentiable | the result has no grad_fn
# > special_zeta | the list calls it not differentiable | the result has no grad_fn
# > special_airy_ai | the list calls it not differentiable | the result has no grad_fn
# > special_bessel_j0 | the list calls it not differentiable | the result has no grad_fn
# > special_bessel_j1 | the list calls it not differentiable | the result has no grad_fn
# > special_bessel_y0 | the list calls it not differentiable | the result has no grad_fn
# > special_bessel_y1 | the list calls it not differentiable | the result has no grad_fn
# > special_chebyshev_polynomial_t | the list calls it not differentiable | the result has no grad_fn
# > special_chebyshev_polynomial_u | the list calls it not differentiable | the result has no grad_fn
# > special_chebyshev_polynomial_v | the list calls it not differentiable | the result has no grad_fn
# > special_chebyshev_polynomial_w | the list calls it not differentiable | the result has no grad_fn
# > special_hermite_polynomial_h | the list calls it not differentiable | the result has no grad_fn
# > special_hermite_polynomial_he | the list calls it not differentiable | the result has no grad_fn
# > special_laguerre_polynomial_l | the list calls it not differentiable | the result has no grad_fn
# > special_legendre_polynomial_p | the list calls it not differentiable | the result has no grad_fn
# > special_modified_bessel_i0 | the list calls it not differentiable | the result has no grad_fn
# > special_modified_bessel_i1 | the list calls it not differentiable | the result has no grad_fn
# > special_modified_bessel_k0 | the list calls it not differentiable | the result has no grad_fn
# > special_modified_bessel_k1 | the list calls it not differentiable | the result has no grad_fn
# > special_scaled_modified_bessel_k0 | the list calls it not differentiable | the result has no grad_fn
# > special_scaled_modified_bessel_k1 | the list calls it not differentiable | the result has no grad_fn
# > special_shifted_chebyshev_polynomial_t | the list calls it not differentiable | the result has no grad_fn
# > special_shifted_chebyshev_polynomial_u | the list calls it not differentiable | the result has no grad_fn
# > special_shifted_chebyshev_polynomial_v | the list calls it not differentiable | the result has no grad_fn
# > special_shifted_chebyshev_polynomial_w | the list calls it not differentiable | the result has no grad_fn
# > special_spherical_bessel_j0 | the list calls it not differentiable | the result has no grad_fn
# > masked_argmax | the list calls it not differentiable | the result has no grad_fn
# > masked_argmin | the list calls it not differentiable | the result has no grad_fn
# > bmm_triton_optimized | the list calls it not differentiable | the result has no grad_fn
