"""The territorial balance as a workbook that a territory fills in: one method, one engine, one sheet a module."""
