"""Ways from columns to a matrix: one file = one featurizer. They know no file."""
