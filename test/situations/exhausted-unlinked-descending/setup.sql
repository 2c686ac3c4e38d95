-- law: incurable
-- advised: 0
create sequence down increment -1 minvalue -10;
select setval('down', -10);
