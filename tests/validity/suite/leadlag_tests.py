"""Lead-lag tests: inputs of a world -> {test: p-value}."""

import warnings

import numpy as np
from statsmodels.regression.linear_model import OLS

from altrotation.inference.hac import KernelFallbackWarning
from altrotation.leadlag.cascade import cascade
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.entropy import transfer_entropy
from altrotation.leadlag.granger import granger, toda_yamamoto
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.levy import levy_area
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.network import lead_matrix
from altrotation.leadlag.predictive import predictive_content
from altrotation.leadlag.rolling import rolling_cross_correlation
from tests.validity.suite.leadlag_worlds import early_and_late, pair

DRAWS = 99


def crosscorr(x, y):
    r = cross_correlation(x, y, lags=5, replicates=DRAWS)
    return {
        "cross-correlation, independence, any lag": r.table["p_adjusted"].min(),
        "cross-correlation, independence, lag 1": r.table.loc[1, "p"],
        "cross-correlation, robust, lag 1": r.table.loc[1, "robust_p"],
        "cross-correlation, robust, x leads": r.sides["positive"],
        "cross-correlation, robust, y leads": r.sides["negative"],
        "Dalla-Giraitis-Phillips cumulative, x leads": r.cumulative["positive"],
    }


def textbook(x, y):
    n = len(x)
    rho = (x - x.mean()).to_numpy()[:-1] @ (y - y.mean()).to_numpy()[1:] / (n * x.std() * y.std())
    return {"one lag against 1.96 / sqrt(n)": 0.01 if abs(rho) > 1.96 / n**0.5 else 0.6}


def causality(x, y):
    naive = granger(x, y, lags=2, covariance="classical")
    return {
        "Granger, HC3": granger(x, y, lags=2).p_value,
        "Granger, constant variance": naive.p_value,
    }


def of_levels(x, y):
    levels = (x, y) if abs(x.autocorr()) > 0.9 else (x.cumsum(), y.cumsum())
    return {"Toda-Yamamoto, of levels": toda_yamamoto(*levels, lags=2).p_value}


def projections(x, y):
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KernelFallbackWarning)
        for errors in ("lag-augmented", "ewc", "newey-west", "hansen-hodrick"):
            r = local_projection(x, y, horizons=5, lags=1, errors=errors, replicates=999)
            found[f"local projection, {errors}, joint over 5"] = r.table["p_adjusted"].min()
    return found


def overlapping(x, y):
    change = x.rolling(20).sum().dropna()
    later = y.loc[change.index]
    ewc = local_projection(change, later, horizons=20, lags=0, errors="ewc", replicates=9)
    outcome = later.rolling(20).sum().shift(-20).dropna()
    design = np.column_stack([np.ones(len(outcome)), change.iloc[: len(outcome)]])
    return {
        "local projection, ewc, 20-day change on 20 days": ewc.table.loc[20, "p"],
        "t test of 20-day change on 20 days": OLS(outcome.to_numpy(), design).fit().pvalues[1],
    }


def entropy(x, y):
    r = transfer_entropy(x, y, replicates=DRAWS)
    return {
        "effective transfer entropy, x to y": r.table.loc["forth", "p"],
        "effective transfer entropy, net": r.table.loc["net", "p"],
    }


def area(x, y):
    return {"Levy area": levy_area(x, y, window=6).p_value}


def forecasts(x, y):
    r = predictive_content(x, y, own_lags=1)
    return {
        "Clark-West": r.clark_west.p_value,
        "Diebold-Mariano, x helps": r.dm_p / 2 if r.dm_statistic > 0 else 1 - r.dm_p / 2,
    }


def rolling(x, y):
    return {
        f"rolling correlation at lag 1, {null}": rolling_cross_correlation(
            x, y, window=60, lag=1, null=null, replicates=DRAWS
        ).p_value
        for null in ("independent", "constant")
    }


def groups(x, y):
    r = cross_correlation_by(x, y, early_and_late(x), lags=2, replicates=DRAWS)
    ahead = r.table.loc[[("early", 1), ("early", 2), ("late", 1), ("late", 2)], "p_adjusted"]
    return {"by group, x leads in some": ahead.min(), "by group, difference": r.p_difference}


def regimes(frame, labels):
    x, y = pair(frame)
    counts = labels.value_counts()
    if len(counts) < 2 or counts.min() < 60:  # no second regime to compare
        return {}
    r = cross_correlation_by(x, y, labels, lags=2, replicates=DRAWS)
    whole = cross_correlation(x, y, lags=2, replicates=DRAWS)
    return {
        "by group, x leads in some": r.table["p_adjusted"].min(),
        "by group, difference": r.p_difference,
        "cross-correlation, robust, x leads": whole.sides["positive"],
    }


def network(frame):
    r = lead_matrix(frame, window=6, replicates=DRAWS)
    c = cascade(frame, list(frame.columns), window=6, replicates=DRAWS)
    return {
        "lead matrix, any of 10 pairs": r.pairs["p_adjusted"].min(),
        "ranking, any of 5 leaders": r.ranking["p_adjusted"].min(),
        "cascade, one-sided": c.score.p_value,
        "cascade, concordance": c.concordance_p,
    }
