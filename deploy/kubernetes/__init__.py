"""Newswire on Kubernetes: manifests for Kustomize, and what checks them."""
