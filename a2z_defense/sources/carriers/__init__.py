"""Carriers' and warehouses' exported files."""
