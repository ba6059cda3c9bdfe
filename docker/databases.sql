-- A database per service and one for the event log; each is reached only by its owner.
CREATE ROLE organizations LOGIN PASSWORD 'organizations';
CREATE ROLE members LOGIN PASSWORD 'members';
CREATE ROLE villages LOGIN PASSWORD 'villages';
CREATE ROLE grids LOGIN PASSWORD 'grids';
CREATE ROLE enterprises LOGIN PASSWORD 'enterprises';
CREATE ROLE event_bus LOGIN PASSWORD 'event_bus';
CREATE DATABASE organizations OWNER organizations;
CREATE DATABASE members OWNER members;
CREATE DATABASE villages OWNER villages;
CREATE DATABASE grids OWNER grids;
CREATE DATABASE enterprises OWNER enterprises;
CREATE DATABASE event_bus OWNER event_bus;
REVOKE CONNECT ON DATABASE organizations, members, villages, grids, enterprises, event_bus FROM PUBLIC;
