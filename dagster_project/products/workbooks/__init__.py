"""Workbooks for officers: one a territory, one of all."""
