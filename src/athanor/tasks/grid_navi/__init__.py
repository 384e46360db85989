"""GridNavi: search for a goal among the cells of a grid."""
