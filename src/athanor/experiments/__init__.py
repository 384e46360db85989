"""Experiments: one package a part of the study, one module an experiment."""
