-- name: others
-- What the role owns or has rights on, in this database or shared by all: nothing but to use the public schema and that of PostGIS
-- (whose functions readers call), to select from views of the public schema, and to connect. Other databases are their own.
with noted as (
    select distinct classid, objid, objsubid from pg_shdepend
    where refclassid = 'pg_authid'::regclass and refobjid = %(role)s::regrole and deptype in ('a', 'o')
        and dbid in (0, (select oid from pg_database where datname = current_database()))
),
allowed as (
    select 'pg_namespace'::regclass as classid, one.oid as objid, one.nspowner as owner, one.nspacl as rights, 'USAGE' as may
    from pg_namespace as one left join pg_extension as postgis on postgis.extname = 'postgis'
    where one.nspname = %(schema)s or one.oid = postgis.extnamespace
    union all
    select 'pg_class'::regclass, oid, relowner, relacl, 'SELECT' from pg_class
    where relkind = 'v' and relnamespace = to_regnamespace(%(schema)s)
    union all
    select 'pg_database'::regclass, oid, datdba, datacl, 'CONNECT' from pg_database
)
select pg_describe_object(noted.classid, noted.objid, noted.objsubid) from noted
left join allowed
    on noted.classid = allowed.classid and noted.objid = allowed.objid and noted.objsubid = 0
        and allowed.owner <> %(role)s::regrole
where allowed.objid is null or exists (
    select from aclexplode(allowed.rights) as held
    where held.grantee = %(role)s::regrole and (held.privilege_type <> allowed.may or held.is_grantable)
)
order by 1 limit 1;

-- name: advice
select current_database(), has_database_privilege('public', current_database(), 'temporary'),
    has_function_privilege('public', 'pg_catalog.lo_from_bytea(oid, bytea)', 'execute'),
    (select extnamespace::regnamespace::text from pg_extension where extname = 'postgis'
        and to_regrole(%(role)s) is not null and not has_schema_privilege(%(role)s, extnamespace, 'usage'));

-- name: attribute
select held.name from pg_roles cross join lateral (
    values (1, 'superuser', rolsuper), (2, 'createdb', rolcreatedb), (3, 'createrole', rolcreaterole),
        (4, 'replication', rolreplication), (5, 'bypassrls', rolbypassrls), (6, 'login', rolcanlogin)
) as held (rank, name, is_held)
where rolname = %s and held.is_held order by held.rank limit 1;
