"""Which operators stand on which page, by what people look for. Names are those of torch's list of operators.

A name that a release does not have is not shown; one that stands nowhere here is shown in the group REST.
"""

from __future__ import annotations

REST = "other"
_NAMES = {
    "arithmetic": """
        add sub rsub mul div_no_rounding_mode true_divide reciprocal neg positive __radd__
        __rsub__ __rmul__ __rdiv__ addcmul addcdiv lerp fmod remainder __rmod__ abs hypot ldexp
        deg2rad rad2deg
        """,
    "powers-and-logarithms": """
        pow __rpow__ float_power square sqrt rsqrt exp exp2 expm1 log log2 log10 log1p logaddexp
        logaddexp2 xlogy special_xlog1py special_entr logit
        """,
    "trigonometry": "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh sinc",
    "rounding": """
        round round_decimals_0 round_decimals_3 round_decimals_neg_3 floor ceil trunc frac
        div_trunc_rounding div_floor_rounding sign sgn copysign nextafter frexp
        """,
    "comparison-and-selection": """
        maximum minimum max_binary min_binary fmax fmin clamp clamp_min clamp_max where
        masked_fill nan_to_num fill zero_
        """,
    "reductions": """
        sum mean prod nansum nanmean max_reduction_no_dim min_reduction_no_dim
        max_reduction_with_dim min_reduction_with_dim amax amin aminmax std std_unbiased var
        var_unbiased std_mean std_mean_unbiased var_mean var_mean_unbiased logsumexp cumsum
        cumprod logcumsumexp cumulative_trapezoid trapezoid trapz cov corrcoef masked_sum
        masked_prod masked_cumsum masked_cumprod masked_amax masked_amin masked_mean
        masked_median masked_norm masked_var masked_std masked_logsumexp masked_logaddexp
        _segment_reduce_lengths _segment_reduce_offsets
        """,
    "sorting": "sort msort topk kthvalue median nanmedian mode quantile nanquantile cummax cummin",
    "indexing": """
        __getitem__ index_put index_select gather take take_along_dim masked_select select slice
        narrow narrow_copy scatter scatter_add scatter_reduce_sum scatter_reduce_prod
        scatter_reduce_mean scatter_reduce_amin scatter_reduce_amax index_add index_copy
        index_fill index_reduce_mean index_reduce_prod index_reduce_amin index_reduce_amax put
        masked_scatter select_scatter slice_scatter diagonal_scatter as_strided_scatter
        _unsafe_masked_index _unsafe_masked_index_put_accumulate
        """,
    "shape": """
        reshape reshape_as view view_as view_copy ravel flatten unflatten squeeze
        squeeze_multiple squeeze_copy unsqueeze unsqueeze_copy transpose transpose_copy t t_copy
        T permute permute_copy movedim expand expand_as expand_copy broadcast_to
        broadcast_tensors repeat repeat_interleave tile cat stack hstack vstack dstack
        column_stack chunk unsafe_chunk split split_list_args unsafe_split split_with_sizes
        split_with_sizes_copy tensor_split hsplit vsplit dsplit unbind unbind_copy unfold
        unfold_copy flip fliplr flipud roll rot90 diag diag_embed diagonal diagonal_copy
        diagflat tril triu block_diag cartesian_prod combinations meshgrid_variadic_tensors
        meshgrid_list_of_tensors as_strided as_strided_copy as_strided_partial_views atleast_1d
        atleast_2d atleast_3d sum_to_size diff gradient
        """,
    "types-and-copies": """
        clone contiguous alias_copy to double float half bfloat16 cdouble cfloat chalf to_sparse
        """,
    "products": """
        matmul __rmatmul__ mm mv bmm dot vdot inner outer addmm addmm_decomposed addmv addbmm
        baddbmm addr einsum tensordot kron cross linalg_cross linalg_vecdot linalg_multi_dot
        linalg_matrix_power matrix_exp cdist dist sparse_sampled_addmm sparse_mm_reduce trace
        """,
    "linear-algebra": """
        linalg_norm linalg_norm_subgradients_at_zero linalg_vector_norm linalg_matrix_norm norm
        norm_fro norm_inf norm_nuc renorm linalg_det linalg_slogdet logdet linalg_inv
        linalg_inv_ex linalg_solve linalg_solve_ex linalg_solve_triangular triangular_solve
        linalg_lstsq linalg_lstsq_grad_oriented linalg_pinv linalg_pinv_singular
        linalg_pinv_hermitian pinverse linalg_cholesky linalg_cholesky_ex cholesky
        cholesky_inverse cholesky_solve linalg_qr qr linalg_lu linalg_lu_factor
        linalg_lu_factor_ex linalg_lu_solve lu lu_solve lu_unpack linalg_eig linalg_eigvals
        linalg_eigh linalg_eigvalsh linalg_svd linalg_svdvals svd svd_lowrank pca_lowrank
        linalg_cond linalg_householder_product ormqr linalg_tensorinv linalg_tensorsolve
        linalg_vander linalg_diagonal mT mH H
        """,
    "fft": """
        fft_fft fft_fft2 fft_fftn fft_ifft fft_ifft2 fft_ifftn fft_rfft fft_rfft2 fft_rfftn
        fft_irfft fft_irfft2 fft_irfftn fft_hfft fft_hfft2 fft_hfftn fft_ihfft fft_ihfft2
        fft_ihfftn fft_fftshift fft_ifftshift stft
        """,
    "special-functions": """
        erf erfc erfinv special_erfcx special_ndtr special_ndtri special_log_ndtr lgamma digamma
        polygamma_polygamma_n_0 polygamma_polygamma_n_1 polygamma_polygamma_n_2
        polygamma_polygamma_n_3 polygamma_polygamma_n_4 special_polygamma_special_polygamma_n_0
        mvlgamma_mvlgamma_p_1 mvlgamma_mvlgamma_p_3 mvlgamma_mvlgamma_p_5 i0 special_i0e
        special_i1 special_i1e
        """,
    "activations": """
        nn_functional_relu nn_functional_leaky_relu nn_functional_relu6 nn_functional_elu
        nn_functional_selu nn_functional_celu nn_functional_gelu nn_functional_silu
        nn_functional_mish nn_functional_prelu nn_functional_rrelu nn_functional_hardtanh
        nn_functional_hardsigmoid nn_functional_hardswish nn_functional_hardshrink
        nn_functional_softshrink nn_functional_tanhshrink nn_functional_softplus
        nn_functional_softsign nn_functional_logsigmoid nn_functional_threshold
        nn_functional_glu sigmoid softmax softmax_with_dtype log_softmax log_softmax_with_dtype
        nn_functional_softmin nn_functional_softmin_with_dtype masked_softmax masked_log_softmax
        masked_softmin torch_ops_aten__safe_softmax_default _softmax_backward_data
        """,
    "losses": """
        nn_functional_mse_loss nn_functional_l1_loss nn_functional_smooth_l1_loss
        nn_functional_huber_loss nn_functional_cross_entropy nn_functional_linear_cross_entropy
        nn_functional_linear_cross_entropy_chunked
        nn_functional_linear_cross_entropy_chunked_none nn_functional_nll_loss
        nn_functional_binary_cross_entropy nn_functional_binary_cross_entropy_with_logits
        nn_functional_kl_div nn_functional_gaussian_nll_loss nn_functional_poisson_nll_loss
        nn_functional_ctc_loss nn_functional_cosine_embedding_loss
        nn_functional_hinge_embedding_loss nn_functional_margin_ranking_loss
        nn_functional_multi_margin_loss nn_functional_multilabel_margin_loss
        nn_functional_multilabel_soft_margin_loss nn_functional_soft_margin_loss
        nn_functional_triplet_margin_loss nn_functional_triplet_margin_with_distance_loss
        nn_functional_cosine_similarity nn_functional_pairwise_distance nn_functional_pdist
        """,
    "normalization": """
        nn_functional_batch_norm nn_functional_layer_norm nn_functional_group_norm
        nn_functional_instance_norm nn_functional_rms_norm nn_functional_local_response_norm
        nn_functional_normalize masked_normalize native_batch_norm native_layer_norm
        native_group_norm _native_batch_norm_legit _batch_norm_with_update
        """,
    "convolution": """
        nn_functional_conv1d nn_functional_conv2d nn_functional_conv3d
        nn_functional_conv_transpose1d nn_functional_conv_transpose2d
        nn_functional_conv_transpose3d nn_functional_unfold constant_pad_nd
        nn_functional_pad_constant nn_functional_pad_reflect nn_functional_pad_replicate
        nn_functional_pad_replicate_negative nn_functional_pad_circular
        nn_functional_pixel_shuffle nn_functional_pixel_unshuffle nn_functional_channel_shuffle
        """,
    "pooling": """
        nn_functional_max_pool1d nn_functional_max_pool2d nn_functional_max_pool3d
        max_pool2d_with_indices_backward nn_functional_avg_pool1d nn_functional_avg_pool2d
        nn_functional_avg_pool3d nn_functional_adaptive_avg_pool1d
        nn_functional_adaptive_avg_pool2d nn_functional_adaptive_avg_pool3d
        nn_functional_adaptive_max_pool1d nn_functional_adaptive_max_pool2d
        nn_functional_adaptive_max_pool3d nn_functional_fractional_max_pool2d
        nn_functional_fractional_max_pool3d nn_functional_max_unpool1d
        nn_functional_max_unpool1d_grad nn_functional_max_unpool2d
        nn_functional_max_unpool2d_grad nn_functional_max_unpool3d
        nn_functional_max_unpool3d_grad nn_functional_interpolate_nearest
        nn_functional_interpolate_nearest-exact nn_functional_interpolate_linear
        nn_functional_interpolate_bilinear nn_functional_interpolate_bicubic
        nn_functional_interpolate_trilinear nn_functional_interpolate_area
        nn_functional_upsample_nearest nn_functional_upsample_bilinear _upsample_bilinear2d_aa
        nn_functional_grid_sample grid_sampler_2d grid_sampler_3d
        """,
    "attention": """
        nn_functional_linear nn_functional_bilinear nn_functional_embedding
        nn_functional_embedding_bag nn_functional_scaled_dot_product_attention
        nn_functional_multi_head_attention_forward
        """,
    "random": """
        normal normal_number_mean bernoulli nn_functional_dropout nn_functional_dropout2d
        nn_functional_dropout3d nn_functional_alpha_dropout
        nn_functional_feature_alpha_dropout_with_train
        nn_functional_feature_alpha_dropout_without_train native_dropout_backward
        """,
    "complex": "complex polar real angle conj conj_physical resolve_conj resolve_neg view_as_complex",
}
GROUPS = {group: names.split() for group, names in _NAMES.items()}


def group(name: str) -> str:
    """The group of an operator."""
    return next((group for group, names in GROUPS.items() if name in names), REST)
