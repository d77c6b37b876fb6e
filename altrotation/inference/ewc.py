"""Least squares with the equal-weighted cosine covariance: robust, with t reference."""

from typing import Literal, TypeAlias

import numpy as np

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.inference.hac import RobustFit, checked, constant, unit_columns
from altrotation.validate import require_choice

__all__ = ["Reference", "ewc_mean", "ewc_ols"]

Reference: TypeAlias = Literal["cosines", "design"]
_REFERENCES: tuple[Reference, ...] = ("cosines", "design")


@guarded
def ewc_ols(
    y: FloatArray,
    x: FloatArray,
    *,
    cosines: int | None = None,
    reference: Reference = "cosines",
) -> RobustFit:
    """Return least squares of `y` on `x` with the equal-weighted cosine covariance.

    Lazarus, Lewis, Stock & Watson (2018): the long-run variance of the scores is the mean outer
    product of their first nu cosine transforms, and t statistics follow t with nu degrees of
    freedom, which holds the size better than Newey-West with normal critical values.

    Parameters
    ----------
    y : float array of shape (n,)
        In time order, without NaN.
    x : float array of shape (n, k)
        Regressors, with a column of ones where an intercept is wanted.
    cosines : int, optional
        nu; the paper's rule round(0.4 n**(2/3)) when left out.
    reference : {"cosines", "design"}, default "cosines"
        "cosines" is the paper's t(nu), right for a mean and for regressors that vary evenly over
        time. A regressor at work in a few spells only, such as a dummy of event windows, leaves
        fewer than nu independent cosines and a variance that is too small: "design" then rescales
        it to be unbiased and gives every coefficient its own degrees of freedom, as Bell &
        McCaffrey (2002) and Imbens & Kolesar (2016) do for other robust variances: by matching two
        moments under white noise with these regressors. For a mean both are the same.

    Returns
    -------
    RobustFit
        With t as reference distribution.

    Raises
    ------
    InputError
        If shapes do not match or a value is not finite.
    InputError
        If there are not more rows than regressors.
    InputError
        If the regressors are collinear, or fit `y` exactly.
    InputError
        If `cosines` is below k or not below n, or `reference` is unknown.
    """
    require_choice(reference, _REFERENCES, "reference")
    outcome, design = checked(y, x)
    design, size = unit_columns(design)
    n, k = design.shape
    nu = max(k, round(0.4 * n ** (2 / 3))) if cosines is None else cosines
    if not k <= nu < n:
        raise InputError(
            f"`cosines` must be at least the number of regressors {k} and below the number of "
            f"observations {n}, got {nu}."
        )
    basis, triangle = np.linalg.qr(design)  # not through squares, which lose half of the digits
    root = np.linalg.inv(triangle)
    bread: FloatArray = np.asarray(root @ root.T, dtype=np.float64)
    coefficients = root @ (basis.T @ outcome)
    scores = design * (outcome - design @ coefficients)[:, None]
    # Lazarus et al. (2018, p. 545): Lambda_j = sqrt(2/T) sum_t z_t cos(pi j (t - 1/2) / T).
    phase = np.pi * np.outer(np.arange(1, nu + 1), np.arange(n) + 0.5) / n
    waves = np.sqrt(2.0 / n) * np.cos(phase)
    transforms = waves @ scores
    long_run = transforms.T @ transforms / nu
    covariance, df = n * bread @ long_run @ bread, np.full(k, float(nu))
    if reference == "design":
        scale, df = _white_noise_moments(waves, design, bread)
        covariance = covariance * np.sqrt(np.outer(scale, scale))
    return RobustFit(
        coefficients=coefficients / size,
        covariance=covariance / np.outer(size, size),
        kernel="cosine",
        bandwidth=nu,
        df=df,
        n=n,
    )


def _white_noise_moments(
    basis: FloatArray, design: FloatArray, bread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return true over expected variance, and degrees of freedom, of each coefficient.

    Under white noise u the estimate of Var(b_j) is (n / nu) |C D_j M u|^2: C the cosine basis, D_j
    the diagonal of the weights that b_j puts on the days, M the residual maker. Its mean and its
    variance are those of a chi-square with 2 mean^2 / variance degrees of freedom (Satterthwaite).
    """
    nu, n = basis.shape
    weights = design @ bread  # (n, k): b_j - beta_j = sum_t weights[t, j] u_t
    scale, df = np.empty(weights.shape[1]), np.empty(weights.shape[1])
    for j, weight in enumerate(weights.T):
        loaded = basis * weight
        residual = loaded - (loaded @ weights) @ design.T
        gram = residual @ residual.T
        mean = float(np.trace(gram))
        scale[j] = (weight @ weight) * nu / (n * mean)
        df[j] = mean**2 / float((gram**2).sum())
    return scale, df


@guarded
def ewc_mean(y: FloatArray, *, cosines: int | None = None) -> RobustFit:
    """Return the mean of `y` with the equal-weighted cosine error: `ewc_ols` on a constant.

    Parameters
    ----------
    y : float array of shape (n,)
        In time order, without NaN.
    cosines : int, optional
        nu; round(0.4 n**(2/3)) when left out.

    Returns
    -------
    RobustFit
        With one coefficient.

    Raises
    ------
    InputError
        As `ewc_ols`.
    """
    return ewc_ols(y, constant(y), cosines=cosines)
