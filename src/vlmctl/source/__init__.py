"""YAML files: read with positions, edited and written without losing a comment, gathered from directories and overlays.

The only package that imports ruamel.yaml.
"""
