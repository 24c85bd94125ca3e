"""What people open, made of the tables that gate 3 let through: site, workbooks, maps, catalogues."""
