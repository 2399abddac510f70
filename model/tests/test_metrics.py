import numpy as np
import pytest
from pneumonia_model import metrics

TRUTH = np.array([False, False, True, True])
RISKS = np.array([0.1, 0.6, 0.6, 0.9])
ONCE = np.ones(4)


def test_auc_counts_pairs_and_halves_ties() -> None:
    assert metrics.auc(TRUTH, RISKS, ONCE) == pytest.approx(3.5 / 4)
    assert metrics.auc(TRUTH, -RISKS, ONCE) == pytest.approx(0.5 / 4)


def test_a_weight_is_as_good_as_a_copy() -> None:
    weights = np.array([2.0, 0.0, 1.0, 3.0])
    copies = weights.astype(int)
    for metric in (metrics.auc, metrics.accuracy, metrics.sensitivity, metrics.specificity, metrics.brier):
        repeated = metric(np.repeat(TRUTH, copies), np.repeat(RISKS, copies), np.ones(copies.sum()))
        assert metric(TRUTH, RISKS, weights) == pytest.approx(repeated)


def test_decisions_at_a_half() -> None:
    assert metrics.accuracy(TRUTH, RISKS, ONCE) == 0.75
    assert metrics.sensitivity(TRUTH, RISKS, ONCE) == 1.0
    assert metrics.specificity(TRUTH, RISKS, ONCE) == 0.5


def test_calibration_error_is_the_gap_between_what_was_said_and_what_was() -> None:
    truth = np.array([True, False, False, False])
    risks = np.array([0.45, 0.45, 0.45, 0.45])

    assert metrics.calibration_error(truth, risks, ONCE) == pytest.approx(0.2)
    assert metrics.brier(truth, risks, ONCE) == pytest.approx((0.55**2 + 3 * 0.45**2) / 4)
    assert metrics.calibration_table(truth, risks) == [
        {"from": 0.4, "films": 4, "mean_risk": pytest.approx(0.45), "share_with_pneumonia": 0.25}
    ]


def test_a_missing_class_gives_no_number() -> None:
    sick_only = np.array([True, True, True, True])

    assert np.isnan(metrics.auc(sick_only, RISKS, ONCE))
    assert np.isnan(metrics.specificity(sick_only, RISKS, ONCE))


def test_the_interval_draws_patients_not_films() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(40) % 2 == 0
    risks = np.clip(truth * 0.3 + rng.uniform(0, 0.7, 40), 0, 1)
    each_alone = metrics.with_interval(metrics.auc, truth, risks, [f"p{index}" for index in range(40)])

    # The same forty films, each five times, of the same forty patients: no more is known than before.
    repeated = metrics.with_interval(
        metrics.auc, np.repeat(truth, 5), np.repeat(risks, 5), [f"p{index // 5}" for index in range(200)]
    )

    assert each_alone["low"] < each_alone["value"] < each_alone["high"]
    assert repeated["high"] - repeated["low"] == pytest.approx(each_alone["high"] - each_alone["low"], rel=0.1)
