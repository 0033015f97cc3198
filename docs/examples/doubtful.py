"""A query strategy in modAL's style: a function of a classifier and the candidates, which gives back indices."""

import numpy as np


def doubtful(classifier, X, n_instances=1):
    """The candidates whose likeliest class is least likely."""
    return np.argsort(classifier.predict_proba(X).max(axis=1))[:n_instances]
