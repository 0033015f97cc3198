"""One file = one scikit-learn factory."""
