"""Tests of the predictors of difficulty: numbers by hand, and what they were not fitted to."""

import numpy as np
import pytest

from athanor.experiments.navigation.distributions import prediction


def test_ridge_without_penalty_is_the_line_through_the_points() -> None:
    features = np.array([[0.0], [1.0], [3.0]])
    fitted = prediction.ridge(features, 2.0 * features[:, 0] + 1.0, penalty=1e-12)
    np.testing.assert_allclose(fitted(np.array([[5.0]])), [11.0])


def test_a_feature_that_does_not_vary_does_no_harm() -> None:
    features = np.array([[1.0, 0.0], [1.0, 1.0]])
    fitted = prediction.ridge(features, np.array([0.0, 1.0]), penalty=1.0)
    assert np.isfinite(fitted(features)).all()


def test_the_classifier_matches_the_shares_it_is_fitted_to() -> None:
    features, share = np.array([[-1.0], [1.0]]), np.array([0.2, 0.8])
    odds = prediction.logistic(features, share, penalty=1e-9)(features)
    np.testing.assert_allclose(odds, np.log([0.25, 4.0]), atol=1e-3)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_that_are_all_alike_give_finite_odds(label) -> None:
    fitted = prediction.logistic(np.arange(4.0)[:, None], np.full(4, label), penalty=1.0)
    assert np.isfinite(fitted.weight).all() and np.sign(fitted.intercept) == 2 * label - 1


def test_predictions_out_of_fold_do_not_see_their_own_outcome() -> None:
    rng = np.random.default_rng(0)
    features, outcome = rng.normal(size=(12, 2)), rng.normal(size=12)
    changed = outcome.copy()
    changed[3] += 100.0

    def predicted(values):
        fold_rng = np.random.default_rng(1)
        return prediction.out_of_fold(
            lambda x, y: prediction.ridge(x, y, 1.0), features, values, 12, fold_rng
        )

    first, second = predicted(outcome), predicted(changed)
    assert first[3] == second[3]
    assert (np.delete(first, 3) != np.delete(second, 3)).all()


def test_measures_by_hand() -> None:
    outcome = np.array([1.0, 2.0, 3.0])
    assert prediction.explained(outcome, outcome) == 1.0
    assert prediction.explained(np.full(3, 2.0), outcome) == 0.0
    assert prediction.rank_correlation(np.array([1.0, 10.0, 100.0]), outcome) == pytest.approx(1.0)
    assert np.isnan(prediction.rank_correlation(np.ones(3), outcome))
    labels = np.array([0.0, 1.0, 1.0])
    assert prediction.area_under_curve(np.array([1.0, 1.0, 2.0]), labels) == pytest.approx(0.75)
    assert prediction.accuracy(np.array([1.0, -1.0, 2.0]), labels) == pytest.approx(1 / 3)
    assert prediction.base_rate(np.array([0.1, 0.3])) == pytest.approx(0.8)


def test_the_area_of_shares_is_that_of_the_labels_one_by_one() -> None:
    score, share = np.array([0.3, 0.1, 0.2]), np.array([0.5, 0.25, 0.0])
    labels = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], float)
    each = prediction.area_under_curve(np.repeat(score, 4), labels.ravel())
    assert prediction.area_under_curve(score, share) == pytest.approx(float(each))
    assert np.isnan(prediction.area_under_curve(score, np.zeros(3)))
