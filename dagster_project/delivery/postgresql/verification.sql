-- name: relations
select c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod),
    col_description(c.oid, a.attnum)
from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = to_regnamespace(%s) and c.relkind = any(%s) order by c.relname, a.attnum;

-- name: strangers
select nspname, owner.rolname from pg_namespace inner join pg_roles as owner on nspowner = owner.oid
    inner join pg_roles as self on self.rolname = current_user
    inner join pg_database on datname = current_database()
where nspname = any(%s) and owner.oid <> self.oid and owner.oid <> datdba and not owner.rolsuper
    and (self.rolsuper or not pg_has_role(self.oid, owner.oid, 'member'));

-- name: abilities
select rolsuper, rolsuper or rolcreaterole, has_database_privilege(current_database(), 'create'),
    to_regrole(%s) is not null, exists (select from pg_extension where extname = 'postgis'),
    exists (select from pg_available_extensions where name = 'postgis'), postgis.place, postgis.usable,
    quote_ident(current_user)
from pg_roles
left join (
    select extnamespace::regnamespace::text as place, has_schema_privilege(extnamespace, 'usage') as usable
    from pg_extension where extname = 'postgis'
) as postgis on true
where rolname = current_user;
